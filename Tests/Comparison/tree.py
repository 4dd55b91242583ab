"""The directories of images that a history is recorded of, and what may be done to them."""

import hashlib
import os
import random
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Mutation"))
from mutation import mutate
from seeds import all_seeds

QCOW2 = struct.Struct(">4sIQIIQIIQQIIQQQQII")
CLUSTER = 4096
DATA = 5 * CLUSTER  # where the only data cluster of a hand-made image stands
FORMATS = ("raw", "qcow2", "qcow", "qed", "vmdk", "vdi", "vhdx", "vpc", "parallels")
ENDINGS = {"raw": "img", "vpc": "vhd", "parallels": "hds"}


class Tree:
    """A folder with pools; paths are relative to it. The same seed does the same to it."""

    def __init__(self, root, seed):
        self.root = root
        self.random = random.Random(f"tree {seed}")
        self.seed = seed

    def path(self, name):
        return os.path.join(self.root, name)

    def files(self, pool):
        """All files of a pool, in an order that stays."""
        return sorted(os.path.relpath(os.path.join(folder, name), self.root)
                      for folder, _, names in os.walk(self.path(pool)) for name in names)

    def some(self, pool, count):
        files = self.files(pool)
        return self.random.sample(files, min(count, len(files)))

    def write(self, name, data):
        """A file in a new inode."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.lexists(path):
            os.unlink(path)
        with open(path, "wb") as stream:
            stream.write(data)

    def qcow2(self, name, base=None, form=None, data=None, size=1 << 20):
        """A small qcow2 image by hand, which qemu-img takes; its base need not be there."""
        back = os.fsencode(base or "")
        recorded = os.fsencode(form or "")
        extensions = b""
        if form:
            extensions = struct.pack(">II", 0xE2792ACA, len(recorded)) + recorded + bytes(-len(recorded) % 8)
        extensions += bytes(8)
        head = QCOW2.pack(b"QFI\xfb", 3, 104 + len(extensions) if back else 0, len(back), 12, size, 0, 1,
                          3 * CLUSTER, CLUSTER, 1, 0, 0, 0, 0, 0, 4, 104) + extensions + back
        counts = (struct.pack(">H", 1) * 6).ljust(CLUSTER, b"\0")
        tables = struct.pack(">Q", 2 * CLUSTER).ljust(CLUSTER, b"\0") + counts
        for place in (4 * CLUSTER, DATA):
            tables += struct.pack(">Q", place | 1 << 63).ljust(CLUSTER, b"\0")
        content = hashlib.shake_128(os.fsencode(data or name)).digest(CLUSTER)
        self.write(name, head.ljust(CLUSTER, b"\0") + tables + content)

    def create(self, name, form, base=None, base_format=None, size="2M", options=()):
        """What qemu-img makes; the base is named as it is given, and need not be there."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        command = ["qemu-img", "create", "-q", "-f", form, *options]
        if base:
            command += ["-u", "-b", base, "-F", base_format]
        run(command + [path, size], os.path.dirname(path))

    def image(self, pool, name, form, **rest):
        place = f"{pool}/{name}.{ENDINGS.get(form, form)}"
        self.create(place, form, **rest)
        return place

    def rebase(self, name, base, form):
        run(["qemu-img", "rebase", "-u", "-b", base, "-F", form, self.path(name)], self.root)

    def touch_data(self, name, text=b"a guest wrote here"):
        """A guest writes: the last bytes change, and nothing else."""
        path = self.path(name)
        with open(path, "r+b") as stream:
            stream.seek(max(0, os.path.getsize(path) - len(text)))
            stream.write(text)

    def grow(self, name, count=64 << 10):
        with open(self.path(name), "ab") as stream:
            stream.write(self.random.randbytes(count))

    def move(self, name, to):
        os.makedirs(os.path.dirname(self.path(to)), exist_ok=True)
        os.rename(self.path(name), self.path(to))

    def copy(self, name, to):
        os.makedirs(os.path.dirname(self.path(to)), exist_ok=True)
        shutil.copyfile(self.path(name), self.path(to), follow_symlinks=False)

    def remove(self, name):
        os.unlink(self.path(name))

    def link(self, name, target, hard=False):
        """A symbolic link with that text, or another name of a file of the tree."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if hard:
            os.link(self.path(target), path)
        else:
            os.symlink(target, path)

    def domain(self, name, *disks, extra=""):
        """The definition of a machine. A disk: (target, path, format, what else stands in the element)."""
        text = f"<domain type='kvm'><name>{name}</name><uuid>{uuid_of(name)}</uuid><devices>"
        for target, path, form, more in disks:
            driver = f"<driver name='qemu' type='{form}'/>" if form else ""
            text += (f"<disk type='file' device='disk'>{driver}<source file='{self.path(path)}'/>"
                     f"{more}<target dev='{target}' bus='virtio'/></disk>")
        self.write(f"xml/{name}.xml", (text + f"{extra}</devices></domain>\n").encode())


def uuid_of(name):
    text = hashlib.md5(name.encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


def run(command, place):
    done = subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def populate(tree, mutations):
    """The first night's images."""
    chains(tree)
    every_pair(tree)
    odd_references(tree)
    headers(tree, mutations)
    away(tree)
    machines(tree)


def chains(tree):
    """Bases with overlays on overlays, and one chain that is too deep."""
    for chain in range(12):
        tree.qcow2(f"main/base{chain}.qcow2", data=f"base {chain % 9}")  # some have twins
        for level in range(1, 2 + chain % 5):
            below = "base" if level == 1 else f"level{level - 1}-"
            tree.qcow2(f"main/level{level}-{chain}.qcow2", f"{below}{chain}.qcow2",
                       None if (chain + level) % 4 == 0 else "qcow2")
    tree.qcow2("main/deep/0.qcow2")
    for level in range(1, 24):
        tree.qcow2(f"main/deep/{level}.qcow2", f"{level - 1}.qcow2", "qcow2")
    for number in range(3):
        tree.qcow2(f"main/clone{number}.qcow2", tree.path("main/base1.qcow2"), "qcow2")


def every_pair(tree):
    """Whatever can have a base, on whatever can be one, by both spellings."""
    for form in FORMATS:
        base = tree.image("shelf", f"base-{form}", form)
        name = os.path.basename(base)
        for upper in ("qcow2", "qed", "qcow"):
            tree.image("shelf", f"{upper}-on-{form}", upper, base=name, base_format=form)
        tree.image("shelf/far", f"far-on-{form}", "qcow2", base=tree.path(base), base_format=form)
        tree.image("shelf/wrong", f"wrong-on-{form}", "qcow2", base=f"../{name}",
                   base_format="raw" if form != "raw" else "qcow2")
        tree.qcow2(f"shelf/bare-on-{form}.qcow2", name)
    for form in ("qcow2", "qed", "qcow"):
        tree.qcow2(f"shelf/twice-on-{form}.qcow2", f"{form}-on-raw.{form}")
        tree.create(f"shelf/twice-on-{form}.qed", "qed", base=f"{form}-on-raw.{form}", base_format=form)
        tree.create(f"shelf/twice-on-{form}.qcow", "qcow", base=f"{form}-on-raw.{form}", base_format=form)
    tree.qcow2("shelf/twice-on-vmdk.qcow2", "child0.vmdk")
    for number, size in enumerate(("1M", "2M")):
        base = tree.image("shelf", f"parent{number}", "vmdk", size=size)
        place = os.path.dirname(tree.path(base))
        run(["qemu-img", "create", "-q", "-f", "vmdk", "-b", os.path.basename(base), "-F", "vmdk",
             f"child{number}.vmdk"], place)
        run(["qemu-img", "create", "-q", "-f", "vmdk", "-b", f"child{number}.vmdk", "-F", "vmdk",
             f"grandchild{number}.vmdk"], place)
    for kind in ("monolithicFlat", "twoGbMaxExtentSparse"):
        tree.create(f"shelf/{kind}.vmdk", "vmdk", options=("-o", f"subformat={kind}"))
    tree.create("shelf/data-outside.qcow2", "qcow2", options=("-o", f"data_file={tree.path('shelf/outside.raw')}"))


def odd_references(tree):
    """Names that mean nothing, or another place; loops; links; what is not there."""
    for name, base in (
            ("nbd", "nbd://storage/export"), ("rbd", "rbd:pool/image:id=x:key=secret"), ("missing", "gone.qcow2"),
            ("json", 'json:{"driver":"qcow2","file":{"driver":"file","filename":"%s"}}' % tree.path("main/base2.qcow2")),
            ("bad-json", 'json:{"driver":'), ("long", "x" * 950), ("scheme", "file:base3.qcow2"),
            ("block", "/dev/vg/none"), ("outside", tree.path("outside/golden.qcow2")), ("up", "../main/../main/base4.qcow2"),
            ("self", "self.qcow2"), ("loop1", "loop2.qcow2"), ("loop2", "loop1.qcow2"), ("into-loop", "loop1.qcow2"),
            ("through", "links/current.qcow2"), ("dangling", "links/dangling.qcow2"), ("hard", "links/hard.qcow2"), ("round", "links/round.qcow2"),
            ("bytes", os.fsdecode(b"b\xff\xfese.qcow2")), ("away", tree.path("away/base.qcow2"))):
        tree.qcow2(f"main/{name}.qcow2", base, "qcow2")
    tree.qcow2("outside/golden.qcow2")
    tree.qcow2(os.fsdecode(b"main/b\xff\xfese.qcow2"))
    tree.link("main/links/current.qcow2", "../base5.qcow2")
    tree.link("main/links/dangling.qcow2", "../nowhere.qcow2")
    tree.link("main/links/round.qcow2", "round.qcow2")
    tree.link("main/links/hard.qcow2", "main/base6.qcow2", hard=True)
    tree.write("main/notes.txt", b"no image\n")
    tree.write("main/empty.qcow2", b"")


def headers(tree, mutations):
    """Images of every kind of header, and what is left of them when it is spoiled."""
    scratch = tree.path("scratch")
    os.makedirs(scratch)
    os.makedirs(tree.path("headers"))
    for seed in all_seeds(scratch).values():
        for number in range(mutations + 1):
            image = seed.image.copy()
            if number:
                mutate(image, seed, random.Random(f"{tree.seed}:{seed.name}:{number}"))
            image.write(tree.path(f"headers/{seed.name}-{number}.{seed.extension}"))
        for name, image in seed.beside.items():
            image.write(tree.path(f"headers/{name}"))
    shutil.rmtree(scratch)


def away(tree):
    """A pool that is not always there."""
    tree.qcow2("away/base.qcow2")
    for number in range(4):
        tree.qcow2(f"away/over{number}.qcow2", "base.qcow2" if number % 2 else tree.path("main/base0.qcow2"),
                   "qcow2" if number else None)


def machines(tree):
    for number in range(8):
        tree.domain(f"vm{number}", ("vda", f"main/level1-{number}.qcow2", "qcow2", ""))
    tree.domain("two", ("vda", "main/level1-1.qcow2", "qcow2", ""), ("vdb", "shelf/base-raw.img", "raw", ""))
    tree.domain("wrong", ("vda", "shelf/base-vmdk.vmdk", "qcow2", ""), ("vdb", "main/none.qcow2", "qcow2", ""))
    tree.domain("probing", ("vda", "main/level1-8.qcow2", None, ""))
    store = (f"<backingStore type='file'><format type='qcow2'/><source file='{tree.path('main/base9.qcow2')}'/>"
             "<backingStore/></backingStore>")
    tree.domain("spelled", ("vda", "main/level1-9.qcow2", "qcow2", store))
    tree.domain("reader", ("vda", "main/base10.qcow2", "qcow2", "<readonly/>"))
    for form in ("qed", "qcow", "qcow2"):
        tree.domain(f"on-{form}", ("vda", f"shelf/{form}-on-vmdk.{form}", form, ""),
                    ("vdb", f"shelf/{form}-on-raw.{form}", form, ""))
    for number in range(2):
        tree.domain(f"vmware{number}", ("vda", f"shelf/grandchild{number}.vmdk", "vmdk", ""))
    for name in ("scheme", "json", "nbd", "round", "outside", "away"):
        tree.domain(f"odd-{name}", ("vda", f"main/{name}.qcow2", "qcow2", ""))
    tree.domain("bare", *((f"vd{letter}", f"shelf/bare-on-{form}.qcow2", "qcow2", "")
                          for letter, form in zip("abcdefghi", FORMATS)))
    tree.domain("refused", ("vda", "main/level2-2.qcow2", "qcow2", ""), *(
        (f"vd{letter}", f"shelf/twice-on-{form}.qcow2", "qcow2", "")
        for letter, form in zip("bcde", ("qcow2", "qed", "qcow", "vmdk"))))
    tree.domain("older", *((f"vd{letter}", f"shelf/twice-on-{form}.qcow", "qcow", "")
                           for letter, form in zip("abc", ("qcow2", "qed", "qcow"))))
    tree.domain("believed", *((f"vd{letter}", f"shelf/twice-on-{form}.qed", "qed", "")
                              for letter, form in zip("abc", ("qcow2", "qed", "qcow"))))
    tree.write("xml/broken.xml", b"<domain><name>broken")
