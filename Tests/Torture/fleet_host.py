"""One host's random history, and every answer of its own beside the centre's: byte for byte, for every night."""
import os, sqlite3, subprocess

from fleet_nights import Machine
from fleet_place import Centre, Host, missing
from place import expect, qcow2, write

OUTPUTS = ["human", "json", "csv"]
# What takes an image is asked about some of them in every night.
OF_ALL = [["list"], ["list", "--all"], ["list", "--broken"], ["check"], ["broken"], ["unformatted"], ["orphans"],
          ["orphans", "--all"], ["status"], ["diff"], ["log"], ["scans"], ["pools"], ["machines"], ["nights"], ["churn"],
          ["trend"], ["trend", "--by", "format"], ["trend", "--by", "base"], ["trend", "--by", "machine"],
          ["sql", "SELECT * FROM current_images ORDER BY 1, 2, 3"], ["sql", "SELECT * FROM findings ORDER BY 1"],
          ["sql", "SELECT * FROM events ORDER BY 1, 2, 3, 4, 5"]]
OF_ONE = [["show"], ["chain"], ["dependents"], ["history"], ["blame"], ["uses"], ["why"]]
OTHERS = [["graph", "--format", "json"], ["graph", "--format", "dot"], ["graph", "--format", "svg"]]
# What lists nights: a host that forgot some has no more of them than it remembers, and the centre has.
OF_NIGHTS = {"scans", "nights", "log", "trend", "churn", "history", "sql", "blame", "uses", "why"}


class Life:
    def __init__(self, centre, numbers):
        self.centre, self.numbers = centre, numbers
        self.host = Host(centre, 1)
        self.made, self.names, self.machines, self.pools = 0, [], [], ["main", "second"]
        os.mkdir(centre.tree + "/a")
        os.mkdir(centre.tree + "/b")

    def ask(self, *words):
        return self.host.inside(*words)

    def path(self, name):
        return f"{self.host.place}/{name}"

    def image(self):
        numbers = self.numbers
        self.made += 1
        base = numbers.choice([None, None, *self.names]) if self.names else None
        name = f"{numbers.choice('ab')}/" + numbers.choice(
            ["image{}.qcow2", "with space {}.qcow2", "quote'\"\\{}.qcow2", "ümläut{}.qcow2", "{{{},}}.qcow2"]).format(self.made)
        target = base and os.path.relpath(base, os.path.dirname(name))
        kind = numbers.choice([b"qcow2", b"qcow2", b""])
        content = bytes(4096) if numbers.random() < 0.2 else qcow2(target.encode() if target else b"", kind)
        write(f"{self.centre.tree}/{name}", content)
        self.names.append(name)

    def act(self):
        numbers, tree = self.numbers, self.centre.tree
        action = numbers.choice(["image", "image", "image", "delete", "rename", "write", "damage", "define", "define", "start",
                                 "undefine", "bytes", "link"])
        name = numbers.choice(self.names) if self.names else None
        if action == "image" or not name:
            self.image()
        elif action == "delete":
            os.remove(f"{tree}/{name}")
            self.names.remove(name)
        elif action == "rename":
            self.made += 1
            other = f"{numbers.choice('ab')}/moved{self.made}.qcow2"
            os.rename(f"{tree}/{name}", f"{tree}/{other}")
            self.names[self.names.index(name)] = other
        elif action == "write":
            os.utime(f"{tree}/{name}")
        elif action == "damage":
            write(f"{tree}/{name}", numbers.choice([b"", bytes(4096), qcow2()[:100], qcow2(b"nowhere.qcow2", b"raw")]))
        elif action == "define":
            self.made += 1
            self.machines.append(Machine(f"m{self.made} {numbers.choice(['<', 'ü', 'x'])}".replace("<", "&lt;"), name,
                                         self.host, numbers.random() < 0.5))
            self.host.define(self.machines[-1])
        elif action == "start" and self.machines:
            machine = numbers.choice(self.machines)
            machine.runs = not machine.runs
            self.host.define(machine)
        elif action == "undefine" and self.machines:
            self.host.undefine(self.machines.pop())
        elif action == "bytes":
            with open(f"{tree}/a/".encode() + b"b\xffd.qcow2", "wb") as file:
                file.write(qcow2())
        elif action == "link" and not os.path.exists(f"{tree}/b/{self.made}.link"):
            os.link(f"{tree}/{name}", f"{tree}/b/{self.made}.link")

    def speak(self):
        """What people say, and what they do to pools and old nights."""
        numbers = self.numbers
        name = self.path(numbers.choice(self.names)) if self.names else "/"
        words = numbers.choice([["ack", name, "--reason", "known"], ["ack", "--kind", "backing-missing"], ["keep", name],
                                ["settle", name], ["ack", name, "--end"], ["keep", name, "--end"]])
        self.ask(*words)
        if numbers.random() < 0.15:
            self.made += 1
            old, self.pools[1] = self.pools[1], f"pool{self.made}"
            self.ask("pools", "--rename", f"{old}={self.pools[1]}")

    def scan(self):
        numbers = self.numbers
        pools = [word for number, name in enumerate(self.pools) if numbers.random() < 0.9
                 for word in ("--pool", f"{name}={self.path('ab'[number])}")]
        words = ["--libvirt", "--libvirt-root", self.host.home + "/root", "--grace-age", "0h"]
        is_mounted = numbers.random() < 0.93
        ended = self.host.inside("scan", *(pools or [self.host.place]), *words, is_mounted=is_mounted)
        expect(ended.returncode in (0, 1, 2, 3), "scan ended with", ended.returncode, ended.stderr)

    def scans(self):
        with sqlite3.connect(f"file:{self.host.database}?mode=ro", uri=True) as reader:
            return [number for number, in reader.execute("SELECT id FROM scan WHERE is_forgotten = 0 ORDER BY id")]

    def send(self):
        taken = self.host.send()
        if taken.returncode != 0:
            taken = self.host.send()
        expect(taken.returncode == 0, "import", taken.stderr)

    # What is asked

    def questions(self):
        names = self.numbers.sample(self.names, min(2, len(self.names)))
        for words in OF_ALL:
            for output in OUTPUTS:
                yield [*words, "--output", output]
        for words in OF_ONE:
            for name in names:
                for output in OUTPUTS:
                    yield [*words, self.path(name), "--output", output]
        yield from OTHERS

    def compare(self, is_pruned):
        """Every question about every night that the host remembers: its answer, and that which the centre makes of it."""
        copy = self.host.home + "/extracted.sqlite"
        if os.path.exists(copy):
            os.remove(copy)
        ended = self.centre.ask("extract", self.host.name, "--to", copy)
        expect(ended.returncode == 0, "extract", ended.stderr)
        if ended.returncode != 0:
            return 0
        asked = 0
        whole = [(words, None) for words in self.questions()]
        for words, night in whole + [(words, night) for night in self.scans() for words in self.questions()]:
            if is_pruned and words[0] in OF_NIGHTS:
                continue
            if is_pruned and words[0] == "diff" and night == self.scans()[0]:
                continue  # The night before it is forgotten.
            words = words + (["--at", str(night)] if night is not None else [])
            own, other = self.answer(words, self.host.database), self.answer(words, copy)
            asked += 1
            expect(own.returncode in (0, 1, 2, 3), words, "ended with", own.returncode, own.stderr)
            if not (own.stdout == other.stdout and own.returncode == other.returncode):
                self.tell(words, own, other)
        words = self.numbers.choice(OF_ALL)
        own, other = self.ask(*words), self.centre.ask(*words, "--host", self.host.name)
        expect(own.stdout == other.stdout, words, "by --host")
        return asked

    def answer(self, words, database):
        """As --host does it, without making the host's database anew for every question."""
        return subprocess.run([self.centre.program, *words, "--db", database], capture_output=True, text=True,
                              env=self.centre.environment, cwd="/")

    def tell(self, words, own, other):
        lines = [(one, two) for one, two in zip(own.stdout.split("\n") + [""] * 9, other.stdout.split("\n") + [""] * 9)
                 if one != two][:3]
        expect(False, "night", self.scans()[-1], words, own.returncode, other.returncode, lines, other.stderr[-200:])


def fleet_host(program, numbers, count):
    if missing("fleet-host"):
        return
    centre = Centre(program)
    life = Life(centre, numbers)
    asked, is_pruned = 0, False
    for _ in range(5):
        life.image()
    for night in range(1, count + 1):
        for _ in range(numbers.randrange(1, 5)):
            life.act()
        life.scan()
        if numbers.random() < 0.5 and os.path.exists(life.host.database):
            life.speak()
        if numbers.random() < 0.7 or night == count:
            life.send()
            if night % 5 == 0 or night == count:
                asked += life.compare(is_pruned)
        # Only what the centre has may be forgotten, as it is where one is configured.
        if night % 7 == 0:
            life.send()
            life.ask("prune", "--keep-last", str(numbers.randrange(3, 8)))
            is_pruned = True
    print(f"fleet-host: {count} nights, {asked} answers compared")
    centre.gone()
