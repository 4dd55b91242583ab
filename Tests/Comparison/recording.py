"""Records a history with one build or more, night by night, of one tree."""

import os
import sqlite3
import subprocess

from nights import NIGHTS, PRUNED_AFTER, PRUNED_TO
from tree import Tree, populate

# Scans end so where a pool was away, or a file could not be read.
ENDS = (0, 3)
WHOLE, PRUNED = "whole.sqlite", "pruned.sqlite"


class Build:
    """A program, and a folder of its own that it runs in, so that nothing it says differs by where it is."""

    def __init__(self, program, place):
        self.program = os.path.abspath(program)
        self.place = os.path.abspath(place)
        os.makedirs(self.place, mode=0o700, exist_ok=True)
        with open(os.path.join(self.place, "empty.toml"), "w", encoding="ascii"):
            pass

    def run(self, *arguments, database=WHOLE):
        """(exit code, output, complaint)"""
        done = subprocess.run(
            [self.program, *arguments], cwd=self.place, stdin=subprocess.DEVNULL, capture_output=True,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent", "NO_COLOR": "1",
                 "BACKSTORY_DB": database, "BACKSTORY_CONFIG": os.path.join(self.place, "empty.toml")})
        return done.returncode, done.stdout, done.stderr

    def database(self, name):
        return os.path.join(self.place, name)

    def databases(self):
        return [name for name in (WHOLE, PRUNED) if os.path.exists(self.database(name))]


def record(builds, root, seed, mutations, told):
    """Makes the tree and lets its nights pass. `told` is called with what each build said of each night."""
    os.makedirs(root, mode=0o700)
    tree = Tree(root, seed)
    populate(tree, mutations)
    for number, night in enumerate(NIGHTS, 1):
        if night.happens:
            night.happens(tree)
        os.sync()  # what a file takes up is known from here on
        for database in (WHOLE,) if number <= PRUNED_AFTER else (WHOLE, PRUNED):
            said = [build.run(*night.scan(tree), "--output", "json", database=database) for build in builds]
            for code, _, complaint in said:
                if code not in ENDS:
                    raise RuntimeError(f"the scan of night {number} ended with {code}: {complaint.decode()}")
            told(f"scan of night {number}, {database}", said)
        if number == PRUNED_AFTER:
            for build in builds:
                copy(build.database(WHOLE), build.database(PRUNED))
            arguments = ["prune", "--keep-last", str(PRUNED_TO), "--output", "json"]
            told("prune", [build.run(*arguments, database=PRUNED) for build in builds])
    return tree


def copy(database, to):
    """A whole copy, in a new file that only its owner may read."""
    if os.path.exists(to):
        os.unlink(to)
    os.close(os.open(to, os.O_CREAT | os.O_WRONLY, 0o600))
    source, target = sqlite3.connect(database), sqlite3.connect(to)
    source.backup(target)
    target.execute("PRAGMA journal_mode = WAL")
    source.close()
    target.close()


def upgraded(build, database):
    """Brings a database up to date by what forgets nothing."""
    code, _, complaint = build.run("prune", "--keep-last", "1000000", database=database)
    if code != 0:
        raise RuntimeError(f"{build.program} cannot prune {database}: {complaint.decode()}")
