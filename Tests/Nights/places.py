"""Random nights on real files, against a model that knows the file system and nothing of the database.

    places.py PROGRAM SEED NIGHTS

Pools are renamed, absent, asked for or not, spelled in several ways; files are moved, linked, copied and removed;
single images are scanned, and scans forgotten. The model looks at the files with lstat alone. Whatever the program
says that cannot be is printed with the seed and the night, and the exit code is 1.
"""
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile


def header(seed, backing):
    name = backing.encode()
    extension = struct.pack(">II", 0xE2792ACA, 5) + b"qcow2\0\0\0" if name else b""
    extension += struct.pack(">II", 0, 0)
    head = struct.pack(">4sIQIIQIIQQIIQ", b"QFI\xfb", 3, 104 + len(extension) if name else 0, len(name), 16, 1 << 20,
                       0, 1, 0x20000, 0x10000, 1, 0, 0)
    head += struct.pack(">QQQII", 0, 0, 0, 4, 104) + extension + name
    return head.ljust(4096, b"\0") + struct.pack(">Q", seed) * 512 + bytes(0x30000 - 8192)


class Nights:
    def __init__(self, program, seed):
        self.program, self.seed, self.night = program, seed, 0
        self.dice = random.Random(seed)
        self.root = os.path.realpath(tempfile.mkdtemp())
        os.chmod(self.root, 0o700)
        self.pools = [os.path.join(self.root, name) for name in "pqr"]
        with open(self.root + "/none.toml", "wb"):
            pass
        for pool in self.pools:
            os.makedirs(os.path.join(pool, "deep"))
            os.symlink(pool, pool + "-way")
        self.made, self.faults, self.away, self.numbers, self.told = 0, [], None, {}, []
        # What each pool held when it was last walked, by path. A number of a file may be given again: what is in it tells.
        self.held = {}

    def run(self, *arguments):
        environment = {"BACKSTORY_DB": self.root + "/db.sqlite", "BACKSTORY_CONFIG": self.root + "/none.toml", "PATH": "/usr/bin:/bin",
                       "HOME": "/nonexistent", "NO_COLOR": "1"}
        run = subprocess.run([self.program, *arguments], capture_output=True, text=True, env=environment, check=False)
        if run.returncode not in (0, 2, 3):
            self.fault(f"{arguments} ends with {run.returncode}: {run.stderr.strip()}")
        return run

    def ask(self, *arguments):
        try:
            return json.loads(self.run(*arguments, "--output", "json").stdout)
        except ValueError:
            return []

    def fault(self, text):
        self.faults.append(f"seed {self.seed}, night {self.night}: {text.replace(self.root, '')}")

    def files(self, pool):
        found = {}
        for folder, _, names in os.walk(pool):
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.islink(path):
                    with open(path, "rb") as file:
                        file.seek(4096)
                        found[path] = (os.lstat(path).st_ino, file.read(8))
        return found

    def some(self):
        paths = sorted(path for pool in self.pools for path in self.files(pool))
        return self.dice.choice(paths) if paths else None

    def fresh(self):
        pool = self.dice.choice([pool for pool in self.pools if os.path.isdir(pool)])
        folder = self.dice.choice([pool, pool, pool + "/deep"])
        return f"{folder}/n{self.dice.randrange(12)}.qcow2"

    def spelled(self, target, holder):
        pool = next(pool for pool in self.pools if target.startswith(pool + "/"))
        return self.dice.choice([
            target, os.path.relpath(target, os.path.dirname(holder)), pool + "-way" + target[len(pool):],
            f"{pool}/../{os.path.basename(pool)}{target[len(pool):]}",
        ])

    def write(self, path, backing=""):
        self.made += 1
        if os.path.lexists(path):
            os.unlink(path)
        with open(path, "wb") as file:
            file.write(header(self.made, backing))
        os.utime(path, (1_600_000_000 + self.made, 1_600_000_000 + self.made))

    def step(self):
        kind, path = self.dice.randrange(10), self.fresh()
        some = self.some()
        if some is None or kind in (0, 1):
            return self.write(path)
        if kind in (2, 3, 4):
            return self.write(path, self.spelled(some, path)) if path != some else None
        if kind in (5, 6):
            return os.rename(some, path)
        if kind == 7:
            return os.unlink(some)
        if kind == 8 and not os.path.lexists(path):
            return os.link(some, path)
        if kind == 9 and some != path:
            if os.path.lexists(path):
                os.unlink(path)
            shutil.copy2(some, path)
        return None

    def rename_a_pool(self):
        index = self.dice.randrange(3)
        old, new = self.pools[index], f"{self.root}/{'pqr'[index]}{self.night}"
        os.rename(old, new)
        os.unlink(old + "-way")
        os.symlink(new, new + "-way")
        self.pools[index] = new
        self.held[new] = {new + path[len(old):]: seen for path, seen in self.held.pop(old, {}).items()}
        return new

    def live(self):
        self.night += 1
        for _ in range(self.dice.randrange(7)):
            self.step()
        must = set()
        if self.dice.randrange(6) == 0 and self.night > 1:
            must.add(self.rename_a_pool())
        hidden = None
        if self.dice.randrange(5) == 0:
            hidden = self.dice.choice(self.pools)
            os.rename(hidden, self.root + "/hidden")
        kind = self.dice.randrange(6)
        asked = set(self.pools) if kind < 4 or self.night == 1 else set(self.dice.sample(self.pools, 2))
        asked |= must
        single = self.some() if kind == 5 and not must and self.night > 1 else None
        if single:
            asked = set()
        if self.night == 1 and hidden:
            os.rename(self.root + "/hidden", hidden)
            hidden = None
        self.scan(asked, hidden, single, must)
        if hidden:
            os.rename(self.root + "/hidden", hidden)
        if self.dice.randrange(12) == 0:
            self.run("prune", "--keep-last", str(self.dice.randrange(2, 6)))

    def scan(self, asked, hidden, single, renamed):
        spelled = [path if path == hidden or path in renamed or self.night == 1 or self.dice.randrange(3) else path + "-way"
                   for path in sorted(asked)]
        before = {pool: self.held.get(pool, {}) for pool in self.pools}
        answer = self.ask("scan", *([single] if single else spelled))
        if not answer:
            return
        for pool in asked - {hidden}:
            self.held[pool] = self.files(pool)
        self.check_list(asked, hidden, single, before)
        self.check_counts(answer["scan"])
        self.check_findings(asked, hidden, single)
        self.check_the_past()
        if self.run("verify").returncode:
            self.fault("verify finds something")

    def check_list(self, asked, hidden, single, before):
        images = self.ask("list", "--all")
        listed = {path: image["image-id"] for image in images
                  for path in [image["filename"], *image.get("other-names", [])]}
        for pool in asked - {hidden}:
            mine = {path for path in listed if path.startswith(pool + "/")}
            if mine != set(self.held[pool]):
                self.fault(f"{pool}: listed and there differ: {sorted(mine ^ set(self.held[pool]))}")
        if not single:
            for path in listed:
                pool = next((pool for pool in self.pools if path.startswith(pool + "/")), None)
                if pool is None:
                    self.fault(f"{path} is listed in no pool")
        for pool in asked - {hidden}:
            by_file = {}
            for path, seen in self.held[pool].items():
                by_file.setdefault(seen, set()).add(listed.get(path))
            for seen, numbers in by_file.items():
                if len(numbers) > 1:
                    self.fault(f"one file has the numbers {numbers}")
        known = self.numbers
        for pool in asked - {hidden}:
            for path, seen in before.get(pool, {}).items():
                if self.held[pool].get(path) == seen and path in known and known[path] != listed.get(path):
                    self.fault(f"{path} was #{known[path]}, and is #{listed.get(path)}")
        self.numbers = dict(listed)

    def check_counts(self, scan):
        if len(self.ask("scans")) < 2:
            return
        difference = self.ask("diff")
        kinds = [change["change"] for change in difference["changes"]]
        for kind in ("added", "removed", "moved", "changed", "replaced"):
            if scan[kind] != kinds.count(kind):
                self.fault(f"scan counts {scan[kind]} {kind}, diff shows {kinds.count(kind)}")

    def check_findings(self, asked, hidden, single):
        findings = self.ask("check")
        now = self.ask("scans")[-1]["number"]
        missing = set()
        for finding in findings:
            since, good = finding["since"]["scan"], finding.get("last-good", {}).get("scan")
            if since > now or (good is not None and good >= since):
                self.fault(f"{finding['kind']} since {since}, last good {good}, in scan {now}")
            if finding["kind"] == "backing-missing":
                missing.add(finding["filename"])
                for path in finding.get("cause", {}).get("now-at", []):
                    away = hidden and path.startswith(hidden + "/")
                    if not single and len(asked) == 3 and not away and not os.path.exists(path):
                        self.fault(f"{finding['filename']}: now at {path}, which is not there")
        if single:
            return
        for image in self.ask("list"):
            path = image["filename"]
            pool = next((pool for pool in asked if path.startswith(pool + "/")), None)
            full = image.get("full-backing-filename")
            if pool is None or pool == hidden or not full:
                continue
            real = os.path.realpath(full)
            gone = hidden and (real + "/").startswith(hidden + "/")
            if path in missing and gone:
                self.fault(f"{path}: its base {full} lies in a pool that is not there, and is called missing")
            if path in missing and os.path.exists(full):
                self.fault(f"{path}: its base {full} is there, and is called missing")
            if path not in missing and not gone and not os.path.exists(full) and image.get("backing-state") == "ok":
                self.fault(f"{path}: its base {full} is not there, and is called ok")

    def check_the_past(self):
        scans = [scan["number"] for scan in self.ask("scans")]
        self.told = [(scan, question, answer) for scan, question, answer in self.told if scan in scans]
        for scan, question, answer in self.dice.sample(self.told, min(3, len(self.told))):
            again = self.run(*question, "--at", str(scan), "--output", "json").stdout
            if again != answer:
                self.fault(f"{question} of scan {scan} is answered otherwise now")
        for question in (["list", "--all"], ["check"], ["pools"]):
            self.told.append((scans[-1], question, self.run(*question, "--output", "json").stdout))


def main():
    program, seed, nights = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    life = Nights(program, seed)
    try:
        for _ in range(nights):
            life.live()
            if life.faults:
                break
    finally:
        if os.environ.get("KEEP"):
            print(life.root)
        else:
            shutil.rmtree(life.root)
    print("\n".join(life.faults))
    sys.exit(1 if life.faults else 0)


main()
