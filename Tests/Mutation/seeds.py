"""The images that headers are mutated of: all that qemu-img makes, and three formats that it only reads."""

import base64
import os
import re
import struct
import subprocess
import time
import zlib
from dataclasses import dataclass, field

import fields
from fields import fields as at
from image import Image, crc32c_of_area

MEBIBYTE = 1 << 20
SECRET = ("--object", "secret,id=k,data=open")
PATTERN = bytes(range(0x21, 0x61))


@dataclass
class Seed:
    """An image, and where it is worth changing."""

    name: str
    extension: str
    image: Image
    # (name, offset, bytes) of its numbers, and their byte order.
    fields: list
    order: str
    # (start, end) of what is changed byte by byte.
    areas: list
    # Makes checksums right again.
    seal: object = None
    # Changes what would take qemu-img too long.
    tame: object = None
    # (start, end) of a descriptor that is changed word by word.
    text: tuple = None
    # Names of files that stand beside it, with their images.
    beside: dict = field(default_factory=dict)


def all_seeds(directory, wanted=()):
    """Makes them in the directory; {name: Seed} in an order that stays.

    Where some are wanted, those whose names begin otherwise are not made: keys of LUKS take time."""
    families = (
        ("qcow2", qcow2), ("qcow2-luks", qcow2_luks), ("qcow", qcow), ("qed", qed), ("vdi", vdi),
        ("parallels", parallels), ("vpc", vpc), ("vhdx", vhdx), ("vmdk", vmdk), ("vmdk", vmdk_text),
        ("luks", luks), ("bochs", bochs), ("cloop", cloop), ("dmg", dmg))
    found = {}
    for family, make in families:
        if not wanted or any(name.startswith(family) for name in wanted):
            found.update((seed.name, seed) for seed in make(Maker(directory)))
    return found


class Maker:
    """Runs qemu-img in a directory."""

    def __init__(self, directory):
        self.directory = directory

    def create(self, form, *options, size="3M", name="made", tries=1):
        """The image that `qemu-img create -f FORM` makes, and beside it what else it made."""
        for file in os.listdir(self.directory):
            os.unlink(os.path.join(self.directory, file))
        for left in reversed(range(tries)):
            try:
                self.run("create", "-q", "-f", form, *options, name, size)
                break
            except RuntimeError:
                if not left:
                    raise
                time.sleep(0.2)
        return self.read(name)

    def run(self, *arguments):
        made = subprocess.run(["qemu-img", *arguments], cwd=self.directory, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(f"qemu-img {' '.join(arguments)}: {made.stderr.strip()}")

    def read(self, name):
        return Image.read(os.path.join(self.directory, name))


def fixed(image, *places):
    """Puts the same bytes where qemu-img writes random ones and the time, so that a seed is always the same."""
    for offset, count in places:
        image.put(offset, PATTERN[:count])
    return image


def qcow2(maker):
    base = ("-u", "-b", "base.x", "-F", "raw")

    def seed(name, image, numbers=fields.QCOW2, *areas):
        return Seed(name, "qcow2", image, numbers, "big", list(areas) or [(4, 300)], tame=take_few_snapshots)

    yield seed("qcow2", maker.create("qcow2"), fields.QCOW2, (4, 120))
    yield seed("qcow2-overlay", maker.create("qcow2", *base))
    yield seed("qcow2-v2", maker.create("qcow2", "-o", "compat=0.10"), fields.QCOW2_VERSION_2, (4, 120))
    yield seed("qcow2-v2-overlay", maker.create("qcow2", "-o", "compat=0.10", *base), fields.QCOW2_VERSION_2)
    data = maker.create("qcow2", "-o", "data_file=data,data_file_raw=on")
    found = seed("qcow2-data-file", data)
    found.beside["data"] = Image(3 * MEBIBYTE)
    yield found
    yield seed("qcow2-aes", maker.create("qcow2", *SECRET, "-o", "encrypt.format=aes,encrypt.key-secret=k"))
    yield qcow2_tables(maker)


def qcow2_luks(maker):
    image = maker.create(
        "qcow2", *SECRET, "-o", "encrypt.format=luks,encrypt.key-secret=k,encrypt.iter-time=10", tries=50)
    extension = image.get(0, 512).find(bytes.fromhex("0537be77"))
    start = image.number(extension + 8, 8, "big")
    settle_luks(image, start)
    numbers = fields.QCOW2 + at(extension, "type:4 length:4 offset:8 bytes:8", "encryption header ")
    numbers += at(start + 6, fields.LUKS)
    yield Seed("qcow2-luks", "qcow2", image, numbers, "big", [(4, 300), (start + 6, start + 592)],
                tame=take_few_snapshots)


def qcow2_tables(maker):
    maker.create("qcow2", "-o", "extended_l2=on,cluster_size=16k")
    for name in ("one", "two"):
        maker.run("snapshot", "-c", name, "made")
    maker.run("bitmap", "--add", "made", "kept")
    maker.run("bitmap", "--add", "--disable", "made", "stopped")
    image = maker.read("made")
    snapshots = image.number(64, 8, "big")
    fixed(image, (snapshots + 16, 8))
    extension = image.get(0, 1024).find(bytes.fromhex("23852875"))
    bitmaps = image.number(extension + 24, 8, "big")
    numbers = fields.QCOW2 + at(snapshots, fields.QCOW2_SNAPSHOT, "snapshot ")
    numbers += at(extension, fields.QCOW2_BITMAPS, "extension ") + at(bitmaps, fields.QCOW2_BITMAP, "bitmap ")
    areas = [(4, 400), (snapshots, snapshots + 150), (bitmaps, bitmaps + 64)]
    return Seed("qcow2-tables", "qcow2", image, numbers, "big", areas, tame=take_few_snapshots)


def take_few_snapshots(image):
    """Leaves hundreds of snapshots at most, or more than qemu-img takes: it reads each by itself, and takes
    half a minute for 65,536."""
    count = image.number(60, 4, "big")
    if 300 < count <= 65536:
        image.put(60, (count % 300).to_bytes(4, "big"))
        image.changes.append(f"nb_snapshots: {count:#x} to {count % 300:#x}")


def qcow(maker):
    yield Seed("qcow", "qcow", maker.create("qcow"), fields.QCOW, "big", [(4, 80)])
    image = maker.create("qcow", "-u", "-b", "base.x", "-F", "raw")
    yield Seed("qcow-overlay", "qcow", fixed(image, (20, 4)), fields.QCOW, "big", [(4, 80)])
    image = maker.create("qcow", *SECRET, "-o", "encrypt.format=aes,encrypt.key-secret=k")
    yield Seed("qcow-aes", "qcow", image, fields.QCOW, "big", [(4, 80)])


def qed(maker):
    yield Seed("qed", "qed", maker.create("qed"), fields.QED, "little", [(4, 80)])
    image = maker.create("qed", "-u", "-b", "base.x", "-F", "raw")
    yield Seed("qed-overlay", "qed", image, fields.QED, "little", [(4, 80)])


def vdi(maker):
    for name, options in (("vdi", ()), ("vdi-static", ("-o", "static=on"))):
        image = fixed(maker.create("vdi", *options), (0x188, 32))
        yield Seed(name, "vdi", image, fields.VDI, "little", [(0, 512)])


def parallels(maker):
    for name, magic in (("parallels", b"WithouFreSpacExt"), ("parallels-older", b"WithoutFreeSpace")):
        image = maker.create("parallels")
        image.put(0, magic)
        yield Seed(name, "parallels", image, fields.PARALLELS, "little", [(16, 64)])


def vpc(maker):
    areas = [(0, 90), (512, 600)]
    image = fixed(maker.create("vpc"), (24, 4), (68, 16))
    seal_vpc(image)
    image.put(image.size - 512, image.get(0, 512))
    yield Seed("vpc", "vpc", image, fields.VPC, "big", areas, seal_vpc)
    yield Seed("vpc-unsealed", "vpc", image, fields.VPC, "big", areas)
    image = fixed(maker.create("vpc", "-o", "subformat=fixed"))
    end = image.size - 512
    yield Seed("vpc-fixed", "vpc", fixed(image, (end + 24, 4), (end + 68, 16)),
               at(end + 8, fields.VPC_FOOTER), "big", [(end, end + 90)])


def seal_vpc(image):
    for start, count, checksum in ((0, 512, 64), (512, 1024, 36)):
        image.put(start + checksum, bytes(4))
        total = ~sum(image.get(start, count)) & 0xFFFFFFFF
        image.put(start + checksum, total.to_bytes(4, "big"))


def vhdx(maker):
    kibibyte = 1024
    places = [(start + offset, 16) for start in (64 * kibibyte, 128 * kibibyte) for offset in (16, 32)]
    areas = [(64 * kibibyte, 64 * kibibyte + 104), (128 * kibibyte, 128 * kibibyte + 104),
             (192 * kibibyte, 192 * kibibyte + 96), (3 * MEBIBYTE, 3 * MEBIBYTE + 200),
             (3 * MEBIBYTE + 64 * kibibyte, 3 * MEBIBYTE + 64 * kibibyte + 64)]
    for name, options in (("vhdx", ()), ("vhdx-fixed", ("-o", "subformat=fixed,block_size=1M"))):
        image = fixed(maker.create("vhdx", *options), *places, (3 * MEBIBYTE + 64 * kibibyte + 16, 16))
        seal_vhdx(image)
        yield Seed(name, "vhdx", image, fields.VHDX, "little", areas, seal_vhdx)
    yield Seed("vhdx-unsealed", "vhdx", image, fields.VHDX, "little", [(0, 100), *areas])


def seal_vhdx(image):
    for start, count in ((64 << 10, 4096), (128 << 10, 4096), (192 << 10, 65536), (256 << 10, 65536)):
        image.put(start + 4, bytes(4))
        image.put(start + 4, crc32c_of_area(image, start, count).to_bytes(4, "little"))


def vmdk(maker):
    for kind in ("monolithicSparse", "streamOptimized"):
        image = settle_vmdk(maker.create("vmdk", "-o", f"subformat={kind}"))
        yield Seed(f"vmdk-{kind}", "vmdk", image, fields.VMDK, "little", [(4, 80)])
        yield Seed(f"vmdk-{kind}-text", "vmdk", image, fields.VMDK[4:6], "little", [(512, 1024)],
                   text=(512, 512 + 20 * 512))
    image = Image.made(64 << 10, *image.blocks.items())
    head = image.get(0, 512)
    image.put(0, head[:56] + b"\xff" * 8 + head[64:])
    end = image.size
    image.size += 1536
    image.put(end, struct.pack("<QII", 1, 0, 3))
    image.put(end + 512, head)
    numbers = fields.VMDK + at(end + 516, fields.VMDK_SPARSE, "footer ")
    numbers += at(end, "val:8 size:4 type:4", "footer marker ") + at(end + 1024, "val:8 size:4 type:4", "end ")
    yield Seed("vmdk-footer", "vmdk", image, numbers, "little",
               [(4, 80), (end, end + 30), (end + 512, end + 600), (end + 1024, end + 1060)])


def vmdk_text(maker):
    """Descriptors with their extents beside them, and a child with its parent."""
    for kind in ("monolithicFlat", "twoGbMaxExtentFlat", "twoGbMaxExtentSparse"):
        text = settle_vmdk(maker.create("vmdk", "-o", f"subformat={kind}", name="made.vmdk"))
        beside = {name: maker.read(name) for name in os.listdir(maker.directory) if name != "made.vmdk"}
        yield Seed(f"vmdk-{kind}", "vmdk", text, [], "little", [(0, text.size)], text=(0, 4096), beside=beside)
    maker.create("vmdk", name="base.vmdk")
    maker.run("create", "-q", "-f", "vmdk", "-b", "base.vmdk", "-F", "vmdk", "made.vmdk")
    child, base = settle_vmdk(maker.read("made.vmdk")), settle_vmdk(maker.read("base.vmdk"))
    yield Seed("vmdk-child", "vmdk", child, fields.VMDK, "little", [(4, 80), (512, 1024)],
               text=(512, 512 + 20 * 512), beside={"base.vmdk": base})


def settle_vmdk(image):
    """Gives every disk the same CID; the length of its line stays."""
    for start, block in list(image.blocks.items()):
        for place in re.finditer(rb"CID=([0-9a-f]+)\n", block):
            if place.group(1) != b"ffffffff":
                image.put(start + place.start(1), b"12345678"[:len(place.group(1))])
    return image


def luks(maker):
    image = maker.create("luks", *SECRET, "-o", "key-secret=k,iter-time=10", tries=50)
    settle_luks(image, 0)
    yield Seed("luks", "luks", image, at(6, fields.LUKS), "big", [(6, 620)])


def settle_luks(image, start):
    """Leaves nothing of a LUKS header that differs each time. Nobody needs its key."""
    fixed(image, (start + 112, 20), (start + 132, 32))
    image.put(start + 164, (1000).to_bytes(4, "big"))
    image.put(start + 168, b"01234567-89ab-cdef-0123-456789abcdef")
    for slot in range(8):
        image.put(start + 208 + 48 * slot + 4, (1000).to_bytes(4, "big"))
        fixed(image, (start + 208 + 48 * slot + 8, 32))


def bochs(_):
    for name, version, last in (("bochs", 0x20000, struct.pack("<IQ", 0, 524288)),
                                ("bochs-1", 0x10000, struct.pack("<Q", 524288))):
        head = b"Bochs Virtual HD Image".ljust(32, b"\0") + b"Redolog".ljust(16, b"\0")
        head += b"Growing".ljust(16, b"\0") + struct.pack("<5I", version, 512, 8, 512, 65536) + last
        image = Image.made(4096, (0, head), (512, b"\xff" * 32))
        numbers = fields.BOCHS_2 if version == 0x20000 else fields.BOCHS_1
        yield Seed(name, "bochs", image, numbers, "little", [(0, 100)])


def cloop(_):
    block = zlib.compress(bytes(65536))
    script = b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n"
    offsets = [176 + index * len(block) for index in range(5)]
    image = Image.made(offsets[4], (0, script), (128, struct.pack(">II5Q", 65536, 4, *offsets)), (176, block * 4))
    yield Seed("cloop", "cloop", image, at(128, fields.CLOOP), "big", [(0, 136)])


def dmg(_):
    """A disk of one block of zeros, and its table in a property list."""
    table = b"mish" + struct.pack(">IQQQII", 1, 0, 8, 0, 0, 0) + bytes(24 + 136) + struct.pack(">I", 2)
    table += struct.pack(">IIQQQQ", 2, 0, 0, 8, 0, 0) + struct.pack(">IIQQQQ", 0xFFFFFFFF, 0, 8, 0, 0, 0)
    text = b"<plist><dict><key>blkx</key><array><data>" + base64.b64encode(table) + b"</data></array></dict></plist>"
    end = 1024 + len(text)
    trailer = struct.pack(">4sIIIQQQQQ", b"koly", 4, 512, 1, 0, 0, 1024, 0, 0)
    image = Image.made(end + 512, (1024, text), (end, trailer), (end + 216, struct.pack(">QQ", 1024, len(text))),
                       (end + 492, (8).to_bytes(8, "big")))
    numbers = at(end, fields.DMG) + at(end + 216, "XMLOffset:8 XMLLength:8") + at(end + 492, "SectorCount:8")
    yield Seed("dmg", "dmg", image, numbers, "big", [(end, end + 512)])
