"""Nights of hosts that share a tree, against a model that knows the whole truth."""
import os, shutil, sqlite3, uuid
from dataclasses import dataclass, field
from datetime import datetime

from fleet_place import DAY, WAYS, Centre, Host, missing, now
from place import expect, qcow2, write

# Nights that a machine stays where it is after it moved while it was shut off: one that moves every night can be missed by
# every scan of two rounds, and writes nothing that would give it away.
REST = 6
# What only the fleet finds, of machines that all are where they belong.
NEVER = {"shared-writable", "base-in-use", "domain-on-two-hosts", "left-behind", "viewer-silent", "storage-identity-unclear"}


@dataclass
class Machine:
    name: str
    disk: str
    host: Host
    runs: bool
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    # Whether it names its disk by a path outside the pool.
    is_led_past: bool = False
    # The night in which it moved while it was shut off.
    moved: int = -100


class World:
    """Hosts, images and machines, and who needs what since when."""

    def __init__(self, centre, numbers, count):
        self.centre, self.numbers, self.night, self.made = centre, numbers, 0, 0
        self.backing, self.machines, self.log = {}, [], []
        self.hosts = [Host(centre, number, numbers.choice(sorted(WAYS))) for number in range(1, count + 1)]
        self.silent = {}
        # Where a clock is wrong nothing is an orphan: in other worlds something has to be.
        self.have_clocks = numbers.random() < 0.4
        for host in self.hosts:
            image = self.image()
            self.machines.append(Machine(f"{host.name}-own", image, host, False))
            host.define(self.machines[-1])
        self.note()

    # What is true

    def chain(self, disk):
        found = []
        while disk and disk not in found:
            found.append(disk)
            disk = self.backing.get(disk)
        return found

    def needed(self):
        return {image for machine in self.machines for image in self.chain(machine.disk)}

    def note(self):
        self.log.append((now(), self.needed()))

    def was_needed(self, image, start, end):
        """Whether it was needed all the time."""
        before = [needed for time, needed in self.log if time <= start][-1:]
        return all(image in needed for needed in
                   before + [needed for time, needed in self.log if start < time <= end])

    # What happens

    def image(self, base=None):
        self.made += 1
        is_raw = not base and self.numbers.random() < 0.3
        name = f"image{self.made}.{'img' if is_raw else 'qcow2'}"
        write(f"{self.centre.tree}/{name}", bytes(4096) if is_raw else qcow2(base.encode() if base else b""))
        self.backing[name] = base
        return name

    def free(self):
        """Images that no machine has open and on which nothing stands."""
        used = {machine.disk for machine in self.machines} | set(self.backing.values())
        return sorted(set(self.backing) - used)

    def act(self):
        numbers = self.numbers
        action = numbers.choice(["make", "overlay", "define", "define", "undefine", "move", "move", "move", "start",
                                 "snapshot", "delete", "rename", "write", "write"])
        machine = numbers.choice(self.machines)
        # What a machine writes to has no overlay, and a base is written by nobody.
        bases = sorted(name for name in set(self.backing) - {machine.disk for machine in self.machines}
                       if name.endswith(".qcow2"))
        free = self.free()
        if action == "make":
            self.image()
        elif action == "overlay" and bases:
            self.image(numbers.choice(bases))
        elif action == "define" and free:
            self.made += 1
            host = numbers.choice(self.hosts)
            disk = numbers.choice(free)
            self.machines.append(Machine(f"m{self.made}", disk, host, numbers.random() < 0.5,
                                         is_led_past=numbers.random() < (0.5 if disk.endswith(".img") else 0.02)))
            host.define(self.machines[-1])
        elif action == "undefine" and not machine.name.endswith("-own"):
            machine.host.undefine(machine)
            self.machines.remove(machine)
        elif action == "move" and not machine.name.endswith("-own") and (machine.runs or machine.moved < self.night - REST):
            self.move(machine)
        elif action == "start":
            machine.runs = not machine.runs
            machine.host.define(machine)
        elif action == "snapshot" and machine.disk.endswith(".qcow2"):
            machine.disk = self.image(machine.disk)
            machine.host.define(machine)
        elif action == "delete" and free:
            name = numbers.choice(free)
            os.remove(f"{self.centre.tree}/{name}")
            del self.backing[name]
        elif action == "rename" and free:
            self.rename(numbers.choice(free))
        self.note()
        for machine in self.machines:
            if machine.runs:
                os.utime(f"{self.centre.tree}/{machine.disk}")

    def move(self, machine):
        """It is defined there before it is undefined here, and is needed all the time."""
        there = self.numbers.choice(self.hosts)
        if there is machine.host:
            return
        there.define(machine)
        machine.host.undefine(machine)
        machine.host, machine.moved = there, self.night

    def rename(self, name):
        self.made += 1
        other = f"renamed{self.made}.{name.rsplit('.', 1)[-1]}"
        os.rename(f"{self.centre.tree}/{name}", f"{self.centre.tree}/{other}")
        self.backing[other] = self.backing.pop(name)

    # What hosts do

    def pass_night(self):
        self.night += 1
        numbers = self.numbers
        for host in numbers.sample(self.hosts, len(self.hosts)):
            for _ in range(numbers.randrange(4)):
                self.act()
            if self.silent.get(host.name, 0) > self.night:
                continue
            if numbers.random() < 0.04:
                self.silent[host.name] = self.night + numbers.randrange(1, 5)
                continue
            # A clock is wrong for some nights, and put right between a scan and the next, or between a scan and its bundle.
            if host.clock and numbers.random() < 0.4:
                host.clock = 0
            elif self.have_clocks and numbers.random() < 0.03:
                host.clock = numbers.choice([-2, -1, 1]) * DAY
            if numbers.random() < 0.03 and host.token:
                self.clone(host)
            self.scan(host)

    def clone(self, host):
        """Another machine has a copy of its database, and is refused."""
        self.made += 1
        twin = Host(self.centre, 1000 + self.made, host.way)
        with sqlite3.connect(host.database) as own:
            own.execute("VACUUM INTO ?", [twin.database])
        scanned = twin.inside("scan", twin.place, "--libvirt", "--libvirt-root", twin.home + "/root")
        path, ended = twin.bundle("--full")
        taken = self.centre.ask("import", "--source", twin.name, path)
        expect(ended.returncode != 0 or taken.returncode == 1 and "cloned" in taken.stderr, host.name, "was cloned, and",
               scanned.stderr, ended.stderr, taken.stdout, taken.stderr)

    def scan(self, host):
        numbers = self.numbers
        trouble = numbers.random()
        root = host.home + "/root/etc/libvirt"
        if trouble < 0.04:
            host.scan(is_mounted=False)
        elif trouble < 0.08:
            os.rename(root, root + ".away")
            host.scan()
            os.rename(root + ".away", root)
        elif trouble < 0.11 and os.path.exists(host.database) and host.token:
            self.restore(host)
            return
        else:
            host.scan()
        if numbers.random() < 0.1:
            return  # It sends both next time.
        token = host.token
        taken = host.send()
        if taken.returncode != 0:
            taken = host.send()
        expect(taken.returncode == 0, host.name, "import", taken.stderr)
        if numbers.random() < 0.1:
            host.token = token  # The answer was lost.

    def restore(self, host):
        """Its database of some nights ago is put back, or the first time: it is kept."""
        copy = host.home + "/copy.sqlite"
        if not os.path.exists(copy):
            shutil.copy(host.database, copy)
            return
        for tail in ("", "-wal", "-shm"):
            if os.path.exists(host.database + tail):
                os.remove(host.database + tail)
        shutil.move(copy, host.database)
        host.scan()
        taken = host.send("--new-generation")
        expect(taken.returncode == 0, host.name, "a new generation", taken.stderr)

    # What the centre says

    def ask(self):
        found = self.centre.objects("check")
        wrong = {host.name for host in self.hosts if host.wrong}
        for finding in found:
            expect(finding["kind"] not in NEVER, "night", self.night, finding)
            expect(finding["kind"] != "clock-skew" or finding["host"] in wrong, "night", self.night, finding)
        orphans = self.centre.objects("orphans")
        for orphan in orphans:
            name = orphan["filename"].rsplit("/", 1)[-1]
            times = [int(datetime.fromisoformat(viewer["time"]).timestamp() * 1000) for viewer in orphan["viewers"]]
            users = [(machine.name, machine.host.name, machine.disk, machine.is_led_past) for machine in self.machines
                     if name in self.chain(machine.disk)]
            expect(not self.was_needed(name, min(times), max(times)), "night", self.night, name,
                   "is called an orphan and was needed by", users, orphan)
        return len(orphans)

    def same(self, host):
        """What it says of itself the centre says, word for word."""
        host.scan()
        for _ in range(2):
            if host.send().returncode == 0:
                break
        if host.wrong:
            return  # The centre was told other times.
        for question in (["list", "--all"], ["check"], ["orphans", "--all"], ["log"]):
            own = host.inside(*question, "--output", "json")
            answer = self.centre.ask(*question, "--output", "json", "--host", host.name)
            expect(own.stdout == answer.stdout, host.name, question, "is another answer at the centre")

    def declare(self):
        identity = self.centre.sql("SELECT DISTINCT identity FROM filesystem JOIN image ON image.source = filesystem.source "
                                   "AND image.filesystem = filesystem.id")
        expect("\n" not in identity, "one tree has several identities", identity)
        ended = self.centre.ask("storage", "declare", identity, "--closed", "--viewers",
                                ",".join(host.name for host in self.hosts))
        expect(ended.returncode == 0, "storage declare", ended.stderr)


def fleet_nights(program, numbers, count):
    if missing("fleet-nights"):
        return
    centre = Centre(program)
    world = World(centre, numbers, numbers.randrange(3, 6))
    for host in world.hosts:
        host.scan()
        taken = host.send()
        expect(taken.returncode == 0, host.name, "the first import", taken.stderr)
    world.declare()
    orphans = 0
    for _ in range(count):
        world.pass_night()
        orphans += world.ask()
    for host in world.hosts:
        world.same(host)
    print(f"fleet-nights: {count} nights of {len(world.hosts)} hosts, {world.made} images, {orphans} times an orphan")
    centre.gone()
