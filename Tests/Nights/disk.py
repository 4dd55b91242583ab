"""Images as bytes, and what a guest reads of them: a qcow2 of 4 KiB clusters and a raw file, written by hand."""
import hashlib
import json
import os
import struct

BLOCK = 4096
BLOCKS = 256
# Where an overlay keeps what it was made on: behind the one entry of its L1 table, where no program looks.
MADE = BLOCK + 2048


class Layer:
    """What one file says itself."""

    def __init__(self, form, blocks, backing="", recorded="", made=""):
        self.form, self.blocks, self.backing, self.recorded, self.made = form, blocks, backing, recorded, made

    def bytes(self):
        return raw(self.blocks) if self.form == "raw" else qcow2(self)


def raw(blocks):
    image = bytearray(BLOCKS * BLOCK)
    for number, token in blocks.items():
        image[number * BLOCK:(number + 1) * BLOCK] = fill(token)
    return bytes(image)


def fill(token):
    return struct.pack(">Q", token) * (BLOCK // 8)


def qcow2(layer):
    name, form = layer.backing.encode(), layer.recorded.encode()
    extension = struct.pack(">II", 0xE2792ACA, len(form)) + form + bytes(-len(form) % 8) if form else b""
    extension += struct.pack(">II", 0, 0)
    head = struct.pack(">4sIQIIQIIQQIIQ", b"QFI\xfb", 3, 104 + len(extension) if name else 0, len(name), 12,
                       BLOCKS * BLOCK, 0, 1, BLOCK, 2 * BLOCK, 1, 0, 0)
    head += struct.pack(">QQQII", 0, 0, 0, 4, 104) + extension + name
    tables = [head.ljust(BLOCK, b"\0"),
              (struct.pack(">Q", 4 * BLOCK | 1 << 63).ljust(2048, b"\0") + layer.made.encode()).ljust(BLOCK, b"\0"),
              struct.pack(">Q", 3 * BLOCK).ljust(BLOCK, b"\0"),
              (struct.pack(">H", 1) * (5 + len(layer.blocks))).ljust(BLOCK, b"\0")]
    entries, data = bytearray(BLOCK), []
    for place, (number, token) in enumerate(sorted(layer.blocks.items())):
        struct.pack_into(">Q", entries, 8 * number, (5 + place) * BLOCK | 1 << 63)
        data.append(fill(token))
    return b"".join([*tables, bytes(entries), *data])


def read(path):
    """The layer of a file; None where there is none."""
    try:
        with open(path, "rb") as file:
            return parse(file.read())
    except OSError:
        return None


def parse(image):
    if image[:4] != b"QFI\xfb":
        return Layer("raw", {number: token for number in range(len(image) // BLOCK)
                             for token in struct.unpack_from(">Q", image, number * BLOCK) if token})
    offset, length = struct.unpack_from(">QI", image, 8)
    recorded, position = "", 104
    while True:
        kind, size = struct.unpack_from(">II", image, position)
        if not kind:
            break
        if kind == 0xE2792ACA:
            recorded = image[position + 8:position + 8 + size].decode()
        position += 8 + size + -size % 8
    table = struct.unpack_from(">Q", image, BLOCK)[0] & (1 << 56) - 1
    blocks = {}
    for number in range(BLOCKS):
        place = struct.unpack_from(">Q", image, table + 8 * number)[0] & (1 << 56) - 1
        if place:
            blocks[number] = struct.unpack_from(">Q", image, place)[0]
    made = image[MADE:MADE + 64].rstrip(b"\0").decode()
    return Layer("qcow2", blocks, image[offset:offset + length].decode(), recorded, made)


def named(reference, holder):
    """The path that a reference of an image means."""
    if reference.startswith("json:"):
        reference = json.loads(reference[5:])["file"]["filename"]
    return os.path.join(os.path.dirname(holder), reference)


def guest(path, form="", elsewhere=None, below=()):
    """What a guest reads of an image, as blocks; None where the chain is not whole.

    `elsewhere` says where the base of an image is that is not where it is named.
    """
    real = os.path.realpath(path)
    layer = read(real)
    if layer is None or real in below:
        return None
    if form == "raw" and layer.form != "raw":
        return {-1: real}
    if not layer.backing:
        return {number: token for number, token in layer.blocks.items() if token}
    base = named(layer.backing, path)
    if elsewhere and not os.path.exists(base):
        base = elsewhere(path) or base
    base = guest(base, layer.recorded, elsewhere, (*below, real))
    if base is None:
        return None
    return {number: token for number, token in {**base, **layer.blocks}.items() if token}


def digest(path, form="", elsewhere=None):
    """A sum of what a guest reads; empty where the chain is not whole."""
    blocks = guest(path, form, elsewhere)
    return hashlib.sha256(repr(sorted(blocks.items())).encode()).hexdigest()[:32] if blocks is not None else ""
