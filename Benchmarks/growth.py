"""Measures how the cost of every command grows along every axis, and writes the exponents to a table.

Started by Scripts/bench --growth. An axis is a kind of pool of which one number grows; each is made at three
sizes, scanned twice, and asked everything. The exponent is the slope between the last two sizes of the CPU
seconds (user and system) less those of a process that does nothing: 1 is linear. Images are headers alone.
"""

import argparse
import datetime
import math
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from measure import YOUTH, machine, say

LIMIT = 1.1  # the exponent that nothing may have
LEAST = 0.05  # CPU seconds at the largest size below which an exponent says nothing
PATIENCE = 300  # CPU seconds after which a process is ended
FACTOR = 3  # from one size to the next


# What pools are made of.


def qcow2(path, base=b"", form=b"qcow2", snapshots=0):
    """A header of version 3; with snapshots their table behind it."""
    tail = struct.pack(">II", 0xE2792ACA, len(form)) + form + bytes(-len(form) % 8) if base and form else b""
    tail += bytes(8)
    fixed = struct.pack(
        ">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", 3, 112 + len(tail) if base else 0, len(base), 16, 512 << 20, 0, 1,
        3 << 16, 1 << 16, 1, snapshots, 4 << 16 if snapshots else 0, 0, 0, 0, 4, 112)
    with open(path, "wb") as file:
        file.write(fixed.ljust(112, b"\0") + tail + base)
        if snapshots:
            file.seek(4 << 16)
            for number in range(snapshots):
                name = b"s%07d" % number
                file.write(struct.pack(">QIHHIIQII", 3 << 16, 1, 8, 8, 0, 0, 0, 0, 16) + bytes(16) + name + name)
        file.truncate(max(file.tell(), 4 << 16))


def vmdk(path, extents):
    with open(path, "wb") as file:
        file.write(b'# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n'
                   b'createType="twoGbMaxExtentSparse"\n')
        file.writelines(b'RW 4192256 SPARSE "x-s%06d.vmdk"\n' % number for number in range(extents))


def domain(path, name, disks):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"<domain type='kvm'><name>{name}</name><memory>1024</memory><os><type>hvm</type></os><devices>")
        for number, disk in enumerate(disks):
            file.write(f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{disk}'/>"
                       f"<target dev='sd{number}'/></disk>")
        file.write("</devices></domain>")


class Pool:
    """A pool while it is made, and what is asked of it."""

    def __init__(self, place):
        self.place, self.root, self.machines = place, f"{place}/pool", f"{place}/machines"
        self.image = f"{self.root}/i0000000.qcow2"
        self.pools, self.options = [self.root], []
        self.night, self.nights = None, 2
        os.makedirs(self.root)

    def name(self, number, directory=""):
        return f"{self.root}/{directory}i{number:07}.qcow2"

    def folder(self, name):
        os.makedirs(f"{self.root}/{name}")
        return f"{self.root}/{name}"

    def overlays(self, count, base, **more):
        for number in range(count):
            qcow2(self.name(number), base(number) if callable(base) else base, **more)

    def domains(self, count, disks):
        os.makedirs(self.machines)
        for number in range(count):
            domain(f"{self.machines}/d{number:07}.xml", f"d{number:07}", disks(number))
        self.options += ["--domains", self.machines]


# Axes: a function each, by its name.


def images(pool, n):
    pool.overlays(n, b"")


def depth(pool, n):
    pool.overlays(n, lambda number: b"i%07d.qcow2" % (number - 1) if number else b"")
    pool.image = pool.name(n - 1)


def fan(pool, n):
    qcow2(f"{pool.root}/base.qcow2")
    pool.overlays(n, b"base.qcow2")
    pool.image = f"{pool.root}/base.qcow2"


def broken_one_target(pool, n):
    pool.overlays(n, b"gone.qcow2")


def broken_many_targets(pool, n):
    pool.overlays(n, lambda number: b"gone%07d.qcow2" % number)


def deep_and_broken(pool, n):
    pool.overlays(n, lambda number: b"i%07d.qcow2" % (number - 1) if number else b"gone.qcow2")
    pool.image = pool.name(n - 1)


def moved(pool, n):
    folder = pool.folder("bases")
    for number in range(n):
        qcow2(f"{folder}/b{number:07}.qcow2")
    pool.overlays(n, lambda number: b"bases/b%07d.qcow2" % number)
    pool.night = lambda: os.rename(folder, f"{pool.root}/elsewhere")


def ambiguous(pool, n):
    for number in range(n // 10):
        qcow2(pool.folder(f"c{number:07}") + "/base.qcow2")
    pool.overlays(n, b"/gone/base.qcow2")


def machines(pool, n):
    pool.overlays(n, b"")
    pool.domains(n, lambda number: [pool.name(number)])


def disks(pool, n):
    pool.overlays(n, b"")
    pool.domains(10, lambda number: [pool.name(disk) for disk in range(number, n, 10)])


def shared(pool, n):
    pool.overlays(1, b"")
    pool.domains(n, lambda number: [pool.image])


def machines_and_directories(pool, n):
    for number in range(n):
        qcow2(pool.folder(f"m{number:07}") + "/disk.qcow2")
    pool.image = f"{pool.root}/m0000000/disk.qcow2"
    pool.domains(n, lambda number: [f"{pool.root}/m{number:07}/disk.qcow2"])


def leftovers(pool, n):
    fan(pool, n)
    pool.domains(n // 2, lambda number: [pool.name(number)])


def machines_elsewhere(pool, n):
    pool.overlays(1, b"")
    os.makedirs(f"{pool.place}/elsewhere")
    for number in range(n):
        qcow2(f"{pool.place}/elsewhere/e{number:07}.qcow2")
    pool.domains(n, lambda number: [f"{pool.place}/elsewhere/e{number:07}.qcow2"])


def machines_behind_symlinks(pool, n):
    folder, ways = pool.folder("bases"), pool.folder("ways")
    qcow2(f"{folder}/base.qcow2")
    for number in range(n):
        qcow2(f"{folder}/i{number:07}.qcow2", b"base.qcow2")
        os.symlink(f"../bases/i{number:07}.qcow2", f"{ways}/i{number:07}.qcow2")
    pool.image = f"{folder}/i0000000.qcow2"
    pool.domains(n, lambda number: [f"{ways}/i{number:07}.qcow2"])


def scans(pool, n):
    pool.overlays(20, b"")
    pool.night, pool.nights = lambda: os.utime(pool.image), n


def findings(pool, n):
    qcow2(f"{pool.root}/base.qcow2")
    pool.overlays(n, b"base.qcow2", form=b"")


def snapshots(pool, n):
    qcow2(pool.image, snapshots=n)


def hard_links(pool, n):
    qcow2(pool.image)
    for number in range(1, n):
        os.link(pool.image, pool.name(number))


def hard_links_and_overlays(pool, n):
    hard_links(pool, n)
    for number in range(n):
        qcow2(f"{pool.root}/o{number:07}.qcow2", b"i%07d.qcow2" % number)


def symlinks(pool, n):
    folder = pool.folder("bases")
    qcow2(f"{folder}/base.qcow2")
    for number in range(n):
        os.symlink("bases/base.qcow2", f"{pool.root}/l{number:07}.qcow2")
    pool.overlays(n, lambda number: b"l%07d.qcow2" % number)


def references(pool, n):
    pool.image = f"{pool.root}/v.vmdk"
    vmdk(pool.image, n)


def directories(pool, n):
    for number in range(n):
        qcow2(pool.folder(f"d{number:07}") + "/disk.qcow2")
    pool.image = f"{pool.root}/d0000000/disk.qcow2"


def pools(pool, n):
    directories(pool, n)
    pool.pools = [f"{pool.root}/d{number:07}" for number in range(n)]


def globs(pool, n):
    pool.overlays(1000, b"")
    pool.options += [word for number in range(n) for word in ("--exclude", f"*.g{number:07}")]


def one_cycle(pool, n):
    pool.overlays(n, lambda number: b"i%07d.qcow2" % ((number + 1) % n))


def many_cycles(pool, n):
    pool.overlays(n, lambda number: b"i%07d.qcow2" % (number ^ 1))


AXES = {  # the largest size; the others are a third and a ninth of it
    images: 45000, depth: 18000, fan: 27000, broken_one_target: 18000, broken_many_targets: 18000,
    deep_and_broken: 9000, moved: 9000, ambiguous: 9000, machines: 9000, disks: 9000, shared: 9000,
    machines_and_directories: 9000, machines_elsewhere: 9000, machines_behind_symlinks: 9000,
    leftovers: 9000, scans: 270, findings: 18000, snapshots: 9000, hard_links: 18000,
    hard_links_and_overlays: 9000, symlinks: 9000, references: 9000, directories: 18000, pools: 1800,
    globs: 1800, one_cycle: 9000, many_cycles: 9000,
}


def commands(pool):
    """What is asked, by the name of its column."""
    image = pool.image
    return {
        "list": ["list", "--all"], "show": ["show", image], "chain": ["chain", image],
        "dependents": ["dependents", image], "graph": ["graph"], "check": ["check"],
        "orphans": ["orphans", "--all"], "diff": ["diff"], "history": ["history", image],
        "log": ["log", "-n", "50"], "log of an image": ["log", image], "blame": ["blame", image],
        "uses": ["uses", image], "why": ["why", image], "nights": ["nights"], "churn": ["churn"], "trend": ["trend"],
        "repair": ["repair", "--output", "json"], "script": ["repair"], "report": ["report", "-"],
        "metrics": ["metrics"], "monitor": ["monitor"], "scans": ["scans"], "pools": ["pools"],
        "xml": ["xml", image], "relocate": ["relocate", image, f"{pool.place}/elsewhere.qcow2"],
        "verify": ["verify"],
    }


# Measuring.


class Cost:
    """What a process took: CPU seconds, bytes that it wrote to its output, KiB of memory at most."""

    def __init__(self, seconds, written, memory, status):
        self.seconds, self.written, self.memory, self.status = seconds, written, memory, status


def bounded():
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))


def cost(command):
    """Runs a command; its cost."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, preexec_fn=bounded)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0, os.SEEK_END)
        return Cost(used.ru_utime + used.ru_stime, out.tell(), used.ru_maxrss, process.returncode)


def least(command):
    """The cost of a question; of a short one the least of three."""
    costs = [cost(command)]
    while costs[0].seconds < 0.5 and len(costs) < 3:
        costs.append(cost(command))
    return min(costs, key=lambda each: each.seconds)


def measured(program, axis, pool):
    """The cost of every command for one pool."""
    call = lambda *words: [program, words[0], "--db", f"{pool.place}/i.sqlite", *words[1:]]
    scan = call("scan", *pool.options, *pool.pools)
    costs = {"first scan": cost(scan)}
    for _ in range(pool.nights - 2):
        pool.night()
        cost(scan)
    if pool.night:
        pool.night()
    costs["night"] = cost(scan)
    time.sleep(YOUTH if pool.night else 0)
    costs["quiet night"] = cost(scan)
    for column, words in commands(pool).items():
        costs[column] = least(call(*words))
    for column, each in costs.items():
        if each.status < 0 or each.status > 3:
            say(f"{axis}: '{column}' ended with {each.status}")
    return costs


def exponent(small, large, base=0.0):
    if min(small, large) <= base:
        return None
    return math.log((large - base) / max(small - base, 1e-3)) / math.log(FACTOR)


def table_of(axis, make, size, program, directory):
    """The costs of one axis, by size."""
    sizes = [max(2, size // FACTOR**2), max(4, size // FACTOR), size]
    made = []
    for n in sizes:
        pool = Pool(os.path.join(directory, f"{axis}-{n}"))
        make(pool, n)
        made.append(pool)
    time.sleep(YOUTH)
    costs = [measured(program, axis, pool) for pool in made]
    for pool in made:
        shutil.rmtree(pool.place)
    say(f"{axis}: {', '.join(map(str, sizes))}")
    return sizes, costs


# The page.


def cell(costs, column, idle):
    middle, large = costs[1][column], costs[2][column]
    if large.status < 0:
        return "**ended**"
    found = exponent(middle.seconds, large.seconds, idle) if large.seconds - idle >= LEAST else None
    if found is None:
        return "·"
    return f"**{found:.2f}**" if found > LIMIT else f"{found:.2f}"


def page(rows, idle, facts):
    """The text of the result."""
    columns = list(next(iter(rows.values()))[1][2])
    yield f"# How costs grow, measured on {facts['date']}\n"
    yield (f"{facts['processor']}, {facts['memory']}, {facts['kernel']}, {facts['file-system']}; Swift "
           f"{facts['swift']}; load before the run {facts['load-before']:.1f}. Made by `Scripts/bench --growth`.\n")
    yield (f"Exponents of CPU seconds (user and system) from the middle size to the largest, less the "
           f"{idle * 1000:.0f} ms of a process that does nothing: 1 is linear; `·` took less than {LEAST} s at the "
           f"largest size. Above {LIMIT} they are bold.\n")
    yield "| axis | sizes | " + " | ".join(columns) + " |"
    yield "| --- | --- |" + " ---: |" * len(columns)
    for axis, (sizes, costs) in rows.items():
        cells = [cell(costs, column, idle) for column in columns]
        yield f"| {axis} | {', '.join(map(str, sizes))} | " + " | ".join(cells) + " |"
    yield "\n## Seconds of CPU and MiB of memory at the largest size\n"
    yield "| axis | size | " + " | ".join(columns) + " |"
    yield "| --- | ---: |" + " ---: |" * len(columns)
    for axis, (sizes, costs) in rows.items():
        cells = [f"{costs[2][column].seconds:.2f} s, {costs[2][column].memory >> 10}" for column in columns]
        yield f"| {axis} | {sizes[2]} | " + " | ".join(cells) + " |"
    yield "\n## Output that grows faster than the axis\n"
    grown = [
        f"- {column} along {axis}: exponent {found:.2f}, {costs[2][column].written:,} bytes"
        for axis, (_, costs) in rows.items() for column in columns
        if (found := exponent(costs[1][column].written, costs[2][column].written) or 0) > LIMIT]
    yield "\n".join(grown) or "None."


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--result", required=True)
    parser.add_argument("--scale", type=float, default=1, help="of the sizes (default 1: about ten minutes)")
    parser.add_argument("--directory", help="where the pools are made")
    parser.add_argument("axes", nargs="*", help="only these")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    named = {make.__name__.replace("_", "-"): (make, size) for make, size in AXES.items()}
    if unknown := set(options.axes) - set(named):
        sys.exit(f"no such axis: {', '.join(sorted(unknown))}; there are {', '.join(named)}")
    with tempfile.TemporaryDirectory(prefix="growth.", dir=options.directory) as directory:
        facts = machine(directory) | {"date": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"}
        idle = min(cost([program, "--version"]).seconds for _ in range(5))
        rows = {}
        for axis, (make, size) in named.items():
            if options.axes and axis not in options.axes:
                continue
            rows[axis] = table_of(axis, make, int(size * options.scale), program, directory)
            # What is measured is kept, whatever comes.
            with open(options.result, "w", encoding="utf-8") as file:
                file.write("\n".join(page(rows, idle, facts)) + "\n")


if __name__ == "__main__":
    main()
