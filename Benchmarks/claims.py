"""Measures what it costs to know who may need which image, on quiet nights and bad ones; writes a table.

Started by Scripts/bench --claims. The pool: bases with a hundred overlays each, in a directory a base, and
machines that use two fifths of the overlays. Its nights: nothing happens; one image in a hundred changes; five
hundred bases are moved or lost at once, and every overlay on them is broken; the night after that.
"""

import argparse
import datetime
import os
import sys
import tempfile
import time

from growth import Pool, cost, least, qcow2
from measure import YOUTH, machine, say

OVERLAYS = 100  # on every base
DISKS = 22  # of every machine
BAD = 500  # bases that are moved or lost in the bad night, a tenth of them lost


class Bases(Pool):
    """A pool of so many bases with their overlays, and its machines."""

    def __init__(self, place, count):
        super().__init__(place)
        self.count = count
        self.folder("elsewhere")
        for base in range(count):
            directory = self.folder(f"d{base:05}")
            qcow2(f"{directory}/base.qcow2")
            for number in range(OVERLAYS):
                qcow2(f"{directory}/o{number:03}.qcow2", b"base.qcow2")
        self.image = self.overlay(0)
        used = [self.overlay(number) for number in range(count * OVERLAYS) if number % 5 < 2]
        self.domains(len(used) // DISKS, lambda number: used[number * DISKS:(number + 1) * DISKS])

    def overlay(self, number):
        return f"{self.root}/d{number // OVERLAYS:05}/o{number % OVERLAYS:03}.qcow2"

    def base(self, number):
        return f"{self.root}/d{number:05}/base.qcow2"

    def move(self, bases):
        for number in bases:
            os.rename(self.base(number), f"{self.root}/elsewhere/base-{number:05}.qcow2")

    def lose(self, bases):
        for number in bases:
            os.remove(self.base(number))

    def churn(self):
        """One image in a hundred: overlays are written to, and a few bases go or are moved."""
        for number in range(0, self.count * OVERLAYS, 110):
            os.utime(self.overlay(number))
        last = self.count - max(2, self.count // 100)
        middle = (last + self.count) // 2
        self.move(range(last, middle))
        self.lose(range(middle, self.count))

    def break_many(self):
        bad = min(BAD, self.count // 2)
        self.move(range(bad - bad // 10))
        self.lose(range(bad - bad // 10, bad))


def measured(program, pool):
    call = lambda *words: [program, words[0], "--db", f"{pool.place}/i.sqlite", *words[1:]]
    scan = call("scan", *pool.options, *pool.pools)
    yield "first scan", cost(scan)
    yield "quiet night", cost(scan)
    pool.churn()
    time.sleep(YOUTH)
    yield "night with 1 % churn", cost(scan)
    pool.break_many()
    yield "bad night", cost(scan)
    yield "night after", cost(scan)
    for words in (["orphans", "--all"], ["orphans", "--script"], ["dependents", pool.image], ["check"],
                  ["repair", "--output", "json"], ["status"], ["metrics"], ["verify"]):
        yield f"`{' '.join(word for word in words if word != pool.image)}`", least(call(*words))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--result", required=True)
    parser.add_argument("--size", type=int, default=200_000, help="images (default 200,000)")
    parser.add_argument("--directory", help="where the pool is made")
    options = parser.parse_args()
    if (count := options.size // (OVERLAYS + 1)) < 4:
        sys.exit(f"--size is {4 * (OVERLAYS + 1)} or more")
    with tempfile.TemporaryDirectory(prefix="claims.", dir=options.directory) as directory:
        facts = machine(directory)
        pool = Bases(os.path.join(directory, "claims"), count)
        time.sleep(YOUTH)
        rows = []
        for name, each in measured(os.path.abspath(options.program), pool):
            if each.status < 0 or each.status > 3:
                say(f"'{name}' ended with {each.status}")
            rows.append(f"| {name} | {each.seconds:.2f} | {each.memory >> 10} |")
            say(f"{name}: {each.seconds:.2f} s of CPU, {each.memory >> 10} MiB")
        images = count * (OVERLAYS + 1)
        text = [
            f"# What claims cost, measured on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}\n",
            f"{facts['processor']}, {facts['memory']}, {facts['kernel']}, {facts['file-system']}; Swift "
            f"{facts['swift']}; load before the run {facts['load-before']:.1f}. Made by `Scripts/bench --claims`.\n",
            f"{images:,} images in {count:,} directories, {count * OVERLAYS * 2 // 5 // DISKS:,} machines with "
            f"{DISKS} disks each. The bad night moves or loses {min(BAD, count // 2):,} bases, and breaks "
            f"{min(BAD, count // 2) * OVERLAYS:,} overlays.\n",
            "| | CPU seconds | MiB |", "| --- | ---: | ---: |", *rows]
    with open(options.result, "w", encoding="utf-8") as file:
        file.write("\n".join(text) + "\n")


if __name__ == "__main__":
    main()
