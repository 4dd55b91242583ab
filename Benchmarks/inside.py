"""Measures inside the process with the package in this folder, and writes a table.

Started by Scripts/bench --inside. usage: python3 Benchmarks/inside.py Benchmarks/results/DATE-inside.md
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile

from measure import machine
from report import surroundings, table

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = 1000  # calls too short to be measured alone are measured so many at a time
SUBJECTS = {  # the beginning of a benchmark's name, and what is said of those that begin so
    "header": "Headers: the facts of an image whose first 4 KiB are in memory",
    "reference": "References: what a stored name means",
    "digest": "Digests: whether content is as it was",
    "walk": "Walks: a tree of 10,000 images in 100 directories, warm cache",
    "scan": "Scans of that tree, from the walk to the commit",
    "reconcile": "Nights of 10,000 images in the database: stage, reconcile, judge, commit",
    "query": "Questions to a database of 10,000 images, 1,000 findings and two nights",
}


def run():
    """Runs every benchmark; what the library says of them, as it does for JMH."""
    command = ["swift", "package", "--package-path", HERE, "--allow-writing-to-package-directory",
               "benchmark", "--format", "jmh", "--path", "stdout", "--quiet", "--no-progress"]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    lines = output.stdout.splitlines()
    found = [line for line in lines if line.startswith("[{")]
    # A benchmark that throws is left out of the results, and the library ends with 0 all the same.
    faults = [line for line in lines if line.startswith("Benchmark ")]
    if output.returncode != 0 or faults or len(found) != 1:
        sys.exit("\n".join([*faults, f"the benchmarks ended with {output.returncode}"]))
    return json.loads(found[0])


def figures(benchmark):
    """Subject, name, and of one call the median and the 90th percentile in nanoseconds."""
    subject, _, name = benchmark["benchmark"].split(".", 3)[3].replace("_", " ").partition(": ")
    name, _, calls = name.partition(" ×")
    calls = int(calls or 1)
    wall = benchmark["secondaryMetrics"]["Time (wall clock)"]
    median, late = (wall["scorePercentiles"][key] * 1000 / calls for key in ("50.0", "90.0"))
    name += "" if calls in (1, BATCH) else f", each of {calls:,}"
    return subject, [name, f"{median:,.0f}", f"{late:,.0f}", benchmark["measurementIterations"]]


def document(described, date, benchmarks):
    """The whole report as Markdown."""
    rows = sorted(map(figures, benchmarks), key=lambda row: (row[0], row[1][0]))
    parts = [f"""# Measured inside the process on {date}

{surroundings(described)}
Made by `Scripts/bench --inside`. Nanoseconds of one call by the clock; a sample of a header, a reference or a
short digest is the mean of {BATCH:,} calls in a row.
"""]
    for subject, title in SUBJECTS.items():
        mine = [row for group, row in rows if group == subject]
        parts.append(f"## {title}\n\n{table(['ns', 'median', 'p90', 'samples'], mine)}")
    return "\n".join(parts)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    described = machine(tempfile.gettempdir())
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    content = document(described, date, run())
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(content)


if __name__ == "__main__":
    main()
