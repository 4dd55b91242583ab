"""Changes a header the way that chance, an attacker and a careless program do."""

import re

# Numbers that limits, signs and units make interesting.
USUAL = (0, 1, 2, 3, 4, 5, 8, 9, 511, 512, 513, 4096, 65536, 1 << 20)


def number_near(old, bits, rnd):
    """A number to try in a field of so many bits."""
    power = 1 << rnd.randrange(bits)
    top = (1 << bits) - 1
    candidates = USUAL + (
        top, top >> 1, (top >> 1) + 1, top - 1, old + 1, old - 1, old * 2, old // 2, old + 512, old - 512,
        old + 4096, power, power - 1, power + 1, rnd.getrandbits(bits),
        rnd.getrandbits(rnd.randrange(1, bits + 1)), old ^ power, old + power)
    return rnd.choice(candidates) & top


def mutate(image, seed, rnd):
    """Changes one field, byte or length of the image, or up to three, and seals it again, mostly."""
    for _ in range(rnd.choice((1, 1, 1, 1, 2, 2, 3))):
        dice = rnd.random()
        if seed.text and dice < 0.7:
            change_text(image, seed.text, rnd)
        elif seed.fields and dice < 0.75:
            change_field(image, seed, rnd)
        elif dice < 0.95:
            change_byte(image, seed.areas, rnd)
        else:
            change_length(image, seed.areas, rnd)
    if seed.tame:
        seed.tame(image)
    if seed.seal and rnd.random() < 0.97:
        seed.seal(image)


def change_field(image, seed, rnd):
    name, offset, count = rnd.choice(seed.fields)
    old = image.number(offset, count, seed.order)
    new = number_near(old, count * 8, rnd)
    image.put(offset, new.to_bytes(count, seed.order))
    image.changes.append(f"{name}: {old:#x} to {new:#x}")


def change_byte(image, areas, rnd):
    offset = rnd.randrange(*rnd.choice(areas))
    old = image.get(offset, 1)[0]
    new = rnd.choice((0, 1, 255, old ^ 1 << rnd.randrange(8), rnd.randrange(256)))
    image.put(offset, bytes([new]))
    image.changes.append(f"byte {offset}: {old:#x} to {new:#x}")


def change_length(image, areas, rnd):
    header = max(end for _, end in areas)
    new = max(0, rnd.choice((
        rnd.randrange(image.size + 1), rnd.randrange(min(image.size, 70000) + 1), image.size - 1,
        image.size + 1, image.size + 512, image.size - 512, header - rnd.randrange(64))))
    image.changes.append(f"length: {image.size} to {new}")
    image.size = new


def change_text(image, area, rnd):
    """Changes a word, a number or a line of a text that ends with zeros or the area."""
    start, end = area
    text = image.get(start, min(end, max(image.size, start)) - start).split(b"\0")[0]
    lines = text.split(b"\n")
    at = rnd.randrange(len(lines))
    kind = rnd.choice(("leave out", "double", "swap", "number", "number", "number", "word", "word", "mark"))
    before = lines[at]
    if kind == "leave out":
        del lines[at]
    elif kind == "double":
        lines.insert(at, before)
    elif kind == "swap":
        other = rnd.randrange(len(lines))
        lines[at], lines[other] = lines[other], before
    elif kind == "number":
        lines[at] = changed_number(before, rnd)
    elif kind == "word":
        words = re.findall(rb"\w+", text) or [b""]
        lines[at] = replaced_once(before, rb"\w+", rnd.choice(words), rnd)
    else:
        mark = rnd.choice((b"", b" ", b'"', b"=", b"\t", b"\r", b"  ", b"#", b"-", b"0x", b"\n"))
        lines[at] = replaced_once(before, rb"[\s\"=,.]", mark, rnd)
    new = b"\n".join(lines)
    image.put(start, new.ljust(len(text), b"\0")[:max(end - start, 0)])
    if image.size == start + len(text):
        image.size = start + len(new)
    image.changes.append(f"text: {kind} in {before.decode('latin-1')!r}")


def changed_number(line, rnd):
    found = re.search(rb"\d+", line)
    if not found:
        return line
    old = int(found.group()[:19])
    return replaced_once(line, rb"\d+", str(number_near(old, rnd.choice((32, 64)), rnd)).encode(), rnd)


def replaced_once(line, pattern, new, rnd):
    found = list(re.finditer(pattern, line))
    if not found:
        return line
    place = rnd.choice(found)
    return line[:place.start()] + new + line[place.end():]
