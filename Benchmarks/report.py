"""Writes the table and the plots of one run of measure.py beside its JSON file.

usage: python3 Benchmarks/report.py Benchmarks/results/DATE.json
"""

import html
import json
import math
import os
import sys

INK, FAINT, LINE = "#1f2328", "#6e7781", "#d8dee4"
COLOURS = ["#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#6e7781"]
NOMINAL_BYTES = 164  # an image, of the floor's database under a path of some twenty bytes


def seconds(value):
    """A duration with three digits."""
    if value is None:
        return "–"
    if value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} s" if value < 1000 else f"{value:,.0f} s"


def table(head, rows):
    """A Markdown table."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def verdict(value, reach, aim, more_is_better=False):
    """Where a figure lies between what has to be reached and what is aimed at."""
    sign = -1 if more_is_better else 1
    if sign * value <= sign * aim:
        return "aim"
    return "reached" if sign * value <= sign * reach else "**missed**"


def ratio_rows(compared):
    """The first table: (what, ours, against, theirs, ratio, reach, aim, more is better)."""
    medians, count = compared["medians"], compared["images"]
    rows = []

    def add(what, ours, against, theirs, reach, aim, faster=False):
        if medians.get(theirs) is not None:
            one, other = medians[ours], medians[theirs]
            rows.append((what, one, against, other, other / one if faster else one / other, reach,
                         aim, faster))

    add("first scan", "first scan", "the floor in C", "floor", 1.5, 1.0)
    add("unchanged rescan", "rescan", "find -printf", "find", 2.0, 1.0)
    add("rescan after 1 % churn", "rescan after churn", "find -printf", "find after churn", 2.5, 1.3)
    add("first scan", "first scan", "qemu-img info per image", "qemu-img info", 300, 1000, True)
    add("first scan", "first scan", "virsh pool-refresh", "virsh pool-refresh", 4, 8, True)
    rows.append(("bytes of database an image", medians["first scan bytes"] / count, "the floor's",
                 medians["floor bytes"] / count,
                 medians["first scan bytes"] / medians["floor bytes"], 2.5, 1.5, False))
    return rows


def comparison(compared):
    """The first table as Markdown."""
    rows = []
    for what, ours, against, theirs, ratio, reach, aim, faster in ratio_rows(compared):
        show = "{:.0f}".format if what.startswith("bytes") else seconds
        times = f"{ratio:,.3g} × as fast" if faster else f"{ratio:.2f}"
        limit = f"{'≥' if faster else '≤'} {reach:,} / {aim:,}"
        rows.append([what, show(ours), against, show(theirs), times, limit,
                     verdict(ratio, reach, aim, faster)])
    return table(["work", "Backstory", "against", "theirs", "ratio", "reach / aim", ""], rows)


MIB = 1024  # KiB
FINDINGS = 11_000  # for some 10,000 `check` has a reach; many nights leave more
ABSOLUTE = [  # name in the point, what, reach, aim; seconds, or KiB
    ("first scan memory", "peak memory of a first scan", 256 * MIB, 128 * MIB),
    ("rescan memory", "peak memory of an unchanged rescan", 256 * MIB, 128 * MIB),
    ("rescan after churn memory", "peak memory of a rescan after 1 % churn", 256 * MIB, 128 * MIB),
    ("show", "`show` of one image", 0.040, 0.015),
    ("chain", "`chain` of one image", 0.040, 0.015),
    ("dependents", "`dependents` of one image", 0.040, 0.015),
    ("dependents of the wide base", "`dependents` of the base with the most overlays", None, None),
    ("check", "`check` with all findings", 0.300, 0.100),
    ("diff", "`diff` of two nights with 1,000 changes", 0.100, 0.030),
    ("check after the nights", "`check` after the nights, {findings after the nights:,} findings",
     0.300, 0.100),
    ("check --at 1", "`check --at 1`, after the nights", 0.300, 0.100),
    ("show after the nights", "`show` of one image, after the nights", 0.040, 0.015),
    ("chain after the nights", "`chain` of one image, after the nights", 0.040, 0.015),
    ("history after the nights", "`history` of one image, after the nights", None, None),
    ("write transaction", "write lock held by a rescan after 1 % churn", 3, 0.5),
    ("--version", "`--version`", 0.010, 0.004),
]


def absolutes(point):
    """The second table as Markdown."""
    rows = []
    for name, what, reach, aim in ABSOLUTE:
        if name == "check after the nights" and point["findings after the nights"] > FINDINGS:
            reach = None
        show = (lambda kib: f"{kib / MIB:,.0f} MiB") if name.endswith("memory") else seconds
        limit = f"≤ {show(reach)} / {show(aim)}" if reach else ""
        rows.append([what.format_map(point), show(point[name]), limit,
                     verdict(point[name], reach, aim) if reach else ""])
    return table(["at this size", "Backstory", "reach / aim", ""], rows)


CURVES = ["first scan", "rescan", "rescan after churn", "find", "check", "show"]


def curves(points):
    """The figures behind the curves as Markdown."""
    rows = [[name, *(seconds(point[name]) for point in points)] for name in CURVES]
    rows.append(["database", *(f"{p['bytes'] / p['images']:.0f} bytes an image" for p in points)])
    rows.append(["database after the nights",
                 *(f"{p['bytes after the nights'] / p['images']:.0f} bytes an image" for p in points)])
    rows.append(["peak memory", *(f"{p['first scan memory'] / MIB:.0f} MiB" for p in points)])
    return table(["images", *(f"{point['images']:,}" for point in points)], rows)


def text(x, y, words, anchor="start", colour=INK):
    """A line of text in a plot."""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
            f"{html.escape(words)}</text>")


def drawing(width, height, title, parts):
    """An SVG file's text."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" font-size="13">'
            f"<title>{html.escape(title)}</title>"
            f'<rect width="{width}" height="{height}" fill="white"/>'
            f'<g>{text(16, 26, title)}</g>{"".join(parts)}</svg>\n')


def bars(compared):
    """What each comparison needs of what may be needed: a bar that ends left of 1 has reached it."""
    rows, left, scale = ratio_rows(compared), 330, 240
    parts = []
    for index, (what, _, against, _, ratio, reach, aim, faster) in enumerate(rows):
        share, goal = (reach / ratio, reach / aim) if faster else (ratio / reach, aim / reach)
        y, width = 52 + 34 * index, min(share, 1.6) * scale
        words = f"{ratio:,.3g} × as fast" if faster else f"{ratio:.2f} ×"
        words = words if share <= 1.6 else "… " + words
        parts += [
            text(left - 10, y + 15, f"{what} : {against}", "end"),
            f'<rect x="{left}" y="{y}" width="{width:.1f}" height="20" '
            f'fill="{COLOURS[0] if share <= 1 else COLOURS[1]}"/>',
            f'<path d="M{left + goal * scale:.1f} {y - 3}v26" stroke="{INK}" stroke-width="2"/>',
            text(left + max(width, goal * scale) + 8, y + 15, words),
        ]
    bottom = 52 + 34 * len(rows)
    parts.append(f'<path d="M{left + scale} 44V{bottom}" stroke="{FAINT}" stroke-dasharray="4 3"/>')
    parts.append(text(left + scale, bottom + 16, "has to be reached", "middle", FAINT))
    parts.append(text(left, bottom + 36, "black mark: the aim; shorter is better", "start", FAINT))
    title = f"Backstory against others, {compared['images']:,} images"
    return drawing(860, bottom + 50, title, parts)


def spread(places, least):
    """The same places, moved apart so that labels do not cover each other."""
    moved, previous = {}, -math.inf
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        previous = moved[name] = max(place, previous + least)
    return moved


def grid(across, up, decades_across, decades_up, area):
    """The lines of a logarithmic grid, with their labels."""
    left, top, right, bottom = area
    parts = []
    for power in decades_across:
        x = across(10**power)
        parts.append(f'<path d="M{x:.1f} {top}V{bottom}" stroke="{LINE}"/>')
        parts.append(text(x, bottom + 18, f"{10**power:,}", "middle", FAINT))
    for power in decades_up:
        y = up(10.0**power)
        parts.append(f'<path d="M{left} {y:.1f}H{right}" stroke="{LINE}"/>')
        parts.append(text(left - 8, y + 4, seconds(10.0**power), "end", FAINT))
    return parts


def growth(points):
    """Seconds over images, both logarithmic; a line as steep as the dashed one is linear."""
    area = left, top, right, bottom = 80, 48, 560, 400
    counts = [point["images"] for point in points]
    values = [point[name] for point in points for name in CURVES]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first = math.log10(counts[0])
    last = max(math.log10(counts[-1]), first + 1)

    def across(count):
        return left + (math.log10(count) - first) / (last - first) * (right - left)

    def up(value):
        return bottom - (math.log10(value) - low) / (high - low) * (bottom - top)

    parts = grid(across, up, range(math.ceil(first), math.floor(last) + 1), range(low, high + 1), area)
    steps = min(last - first, high - low)
    parts.append(f'<path d="M{left} {bottom}L{across(10 ** (first + steps)):.1f} '
                 f'{up(10.0 ** (low + steps)):.1f}" stroke="{FAINT}" stroke-dasharray="4 3"/>')
    labels = spread({name: up(points[-1][name]) for name in CURVES}, 16)
    for name, colour in zip(CURVES, COLOURS):
        line = " ".join(f"{across(p['images']):.1f},{up(p[name]):.1f}" for p in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across(p["images"]):.1f}" cy="{up(p[name]):.1f}" r="3.5" '
                  f'fill="{colour}"/>' for p in points]
        parts.append(text(across(counts[-1]) + 10, labels[name] + 4,
                          f"{name}: {seconds(points[-1][name])}", "start", colour))
    parts.append(text(left, bottom + 40, "images; the dashed line is linear growth", "start", FAINT))
    return drawing(800, bottom + 54, "Time over the number of images", parts)


def surroundings(described):
    """What the figures depend on, as a sentence."""
    return (f"{described['processor']}, {described['memory']}, {described['kernel']}, "
            f"{described['file-system']}; Swift {described['swift']}, qemu-img "
            f"{described['qemu-img']}; load before the run {described['load-before']:.1f}.")


def document(result, name):
    """The whole report as Markdown."""
    compared, points = result["compare"], result["scale"]
    last = points[-1]
    sizes = compared["medians"]
    per_image = sizes["first scan bytes"] / compared["images"]
    libvirt = "" if "virsh pool-refresh" in sizes else (
        " libvirt did not run here, so its pool-refresh was not measured.")
    return f"""# Measured on {result["date"]}

{surroundings(result["machine"])}
Made by `Scripts/bench`; every figure of every round is in [{name}.json]({name}.json).

## Against others: {compared["images"]:,} sparse qcow2 images in 100 directories, warm cache

Whole processes, medians of {result["rounds"]} interleaved rounds. `qemu-img info` was run on 500 of the
images, one process each, and scaled.{libvirt}

{comparison(compared)}
Against the nominal {NOMINAL_BYTES} bytes an image of the floor, the database takes {per_image / NOMINAL_BYTES:.2f} \
times as much.

![ratios]({name}-ratios.svg)

## Questions and memory: {last["images"]:,} images

Chains of 4 to 30, one base with {last["images"] // 20:,} overlays, {last["findings"]:,} open findings; \
{last["nights"]} nights at 1 % churn before the past is asked.

{absolutes(last)}
## Growth

{curves(points)}
![growth]({name}-growth.svg)
"""


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        result = json.load(file)
    base = os.path.splitext(sys.argv[1])[0]
    for suffix, content in {
        ".md": document(result, os.path.basename(base)),
        "-ratios.svg": bars(result["compare"]),
        "-growth.svg": growth(result["scale"]),
    }.items():
        with open(base + suffix, "w", encoding="utf-8") as file:
            file.write(content)


if __name__ == "__main__":
    main()
