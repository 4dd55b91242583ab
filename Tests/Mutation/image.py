"""An image in memory, as the blocks of it that are not zero, to be changed and written out again."""

import os

BLOCK = 4096


class Image:
    """Bytes of a sparse file. `changes` says in words what was changed since it was read."""

    def __init__(self, size, blocks=None):
        self.size = size
        self.blocks = dict(blocks or {})
        self.changes = []

    @staticmethod
    def read(path):
        image = Image(os.path.getsize(path))
        descriptor = os.open(path, os.O_RDONLY)
        try:
            end = 0
            while end < image.size:
                try:
                    start = os.lseek(descriptor, end, os.SEEK_DATA)
                except OSError:  # nothing but a hole is left
                    break
                end = os.lseek(descriptor, start, os.SEEK_HOLE)
                for offset in range(start // BLOCK * BLOCK, end, BLOCK):
                    block = os.pread(descriptor, BLOCK, offset)
                    if block.strip(b"\0"):
                        image.blocks[offset] = block.ljust(BLOCK, b"\0")
        finally:
            os.close(descriptor)
        return image

    @staticmethod
    def made(size, *parts):
        """An image of zeros with `parts` (offset, bytes) in it."""
        image = Image(size)
        for offset, data in parts:
            image.put(offset, data)
        return image

    def copy(self):
        return Image(self.size, self.blocks)

    def get(self, offset, count):
        found = b""
        while count > 0:
            start = offset // BLOCK * BLOCK
            part = self.blocks.get(start, bytes(BLOCK))[offset - start:offset - start + count]
            found, offset, count = found + part, offset + len(part), count - len(part)
        return found

    def put(self, offset, data):
        while data:
            start = offset // BLOCK * BLOCK
            part = data[:start + BLOCK - offset]
            block = self.blocks.get(start, bytes(BLOCK))
            at = offset - start
            self.blocks[start] = block[:at] + part + block[at + len(part):]
            offset, data = offset + len(part), data[len(part):]

    def number(self, offset, count, order):
        return int.from_bytes(self.get(offset, count), order)

    def write(self, path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            for offset, block in self.blocks.items():
                if offset < self.size:
                    os.pwrite(descriptor, block[:self.size - offset], offset)
            os.ftruncate(descriptor, self.size)
        finally:
            os.close(descriptor)


def castagnoli_table():
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        yield byte


TABLE = list(castagnoli_table())


def crc32c(data, zeros=0):
    """CRC-32C of `data` and so many bytes of zero behind it, which cost next to nothing."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    power = 0
    while zeros >> power:
        if zeros >> power & 1:
            crc = product(POWERS[power], crc)
        power += 1
    return crc ^ 0xFFFFFFFF


def product(matrix, bits):
    """The product of a matrix over bits, given by its columns, and a vector."""
    result = 0
    for column in matrix:
        if bits & 1:
            result ^= column
        bits >>= 1
    return result


# What 1, 2, 4, … bytes of zero do to a remainder.
POWERS = [[TABLE[1 << bit & 255] ^ (1 << bit) >> 8 for bit in range(32)]]
for _ in range(20):
    POWERS.append([product(POWERS[-1], column) for column in POWERS[-1]])


def crc32c_of_area(image, offset, count):
    """CRC-32C of an area of an image."""
    data = image.get(offset, count)
    head = data.rstrip(b"\0")
    return crc32c(head, len(data) - len(head))
