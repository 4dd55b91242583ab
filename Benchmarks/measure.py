"""Measures whole processes in interleaved rounds, and writes every figure to a JSON file.

Started by Scripts/bench. Times are wall-clock seconds of a process from its start to its end, with
warm caches; peak memory is that of /usr/bin/time, in KiB.
"""

import argparse
import datetime
import fcntl
import json
import os
import platform
import random
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
QEMU_SAMPLE = 500  # images; qemu-img takes minutes for all of them
CHURN = 1.0  # percent of the images in a night
YOUTH = 2.5  # seconds; a younger file is read again the next time, so that no write can hide
DIFFERENCES = 1000  # changes between the two nights that 'diff' compares


def say(text):
    """Tells on stderr how far it is."""
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def timed(command, accepted=(0,)):
    """Runs a command; its seconds and its peak memory in KiB."""
    with tempfile.NamedTemporaryFile("r") as memory:
        wrapped = ["/usr/bin/time", "-q", "-f", "%M", "-o", memory.name, *command]
        start = time.perf_counter()
        status = subprocess.run(wrapped, stdout=subprocess.DEVNULL, check=False).returncode
        seconds = time.perf_counter() - start
        if status not in accepted:
            sys.exit(f"'{' '.join(command)}' ended with {status}")
        return seconds, int(memory.read().split()[-1])


def make_pool(*arguments):
    """Makes a pool, or lets a night pass over one, and waits until its files are settled."""
    subprocess.run(
        [sys.executable, os.path.join(HERE, "make-pool"), *map(str, arguments)], check=True,
        stdout=subprocess.DEVNULL)
    if "--churn" not in arguments:
        os.sync()
    time.sleep(YOUTH)


def machine(directory):
    """What the figures depend on; nothing that names the machine."""
    def words(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True, check=False).stdout
        except FileNotFoundError:
            return ""

    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return {
        "processor": f"{os.cpu_count()} × {models[0] if models else platform.machine()}",
        "memory": f"{memory:.0f} GiB",
        "kernel": "Linux " + ".".join(platform.release().split("-")[0].split(".")[:2]),
        "file-system": words("df", "--output=fstype", directory).split()[-1],
        "swift": words("swift", "--version").partition("version ")[2].partition(" ")[0],
        "qemu-img": words("qemu-img", "--version").partition("version ")[2].partition(" ")[0],
        "load-before": os.getloadavg()[0],
    }


class Program:
    """The program, with one database."""

    def __init__(self, path, database):
        self.path, self.database = path, database

    def command(self, verb, *arguments):
        return [self.path, verb, "--db", self.database, *arguments]

    def forget(self):
        """Removes the database."""
        for suffix in ("", "-wal", "-shm", ".lock"):
            if os.path.exists(self.database + suffix):
                os.unlink(self.database + suffix)

    def scan(self, pool):
        """One scan; a chain may be as deep as the generator makes it."""
        return timed(self.command("scan", "--max-depth", "64", pool))

    def question(self, verb, *arguments):
        """Median seconds of a process that asks; 2 means that there is something."""
        return process_seconds(self.command(verb, *arguments))

    def findings(self):
        """How many are open; the nights leave bases without overlays."""
        command = self.command("check", "--output", "json")
        return len(json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout))

    def size(self):
        return os.path.getsize(self.database)


def process_seconds(command):
    """Median seconds of a short process, by hyperfine where it is installed, else by a loop."""
    if shutil.which("hyperfine"):
        with tempfile.NamedTemporaryFile("r") as out:
            text = " ".join("'" + word.replace("'", "'\\''") + "'" for word in command)
            subprocess.run(
                ["hyperfine", "-N", "-i", "--warmup", "3", "--runs", "30", "--style", "none",
                 "--export-json", out.name, text], check=True, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            return json.load(out)["results"][0]["median"]
    runs = []
    for _ in range(33):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        runs.append(time.perf_counter() - start)
    return statistics.median(runs[3:])


class WriteLock(threading.Thread):
    """Watches how long a database in WAL mode is locked for writing, without disturbing it.

    SQLite's write lock is byte 120 of the -shm file (WAL-mode File Format, section 2.3, "Locks").
    """

    def __init__(self, database):
        super().__init__()
        self.file, self.is_done, self.longest = database + "-shm", threading.Event(), 0.0

    def run(self):
        since = None
        while not self.is_done.is_set():
            now = time.perf_counter()
            if not self.is_held():
                since = None
            else:
                since = since or now
                self.longest = max(self.longest, now - since)
            time.sleep(0.001)

    def is_held(self):
        try:
            descriptor = os.open(self.file, os.O_RDWR)
        except FileNotFoundError:
            return False
        question = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 120, 1, 0)
        answer = struct.unpack("hhqqi", fcntl.fcntl(descriptor, fcntl.F_GETLK, question))
        os.close(descriptor)
        return answer[0] != fcntl.F_UNLCK


class Virsh:
    """libvirt's pools over the directories of one pool, where libvirt runs."""

    def __init__(self, pool):
        self.folders = sorted(os.scandir(pool), key=lambda entry: entry.name)
        self.is_there = bool(shutil.which("virsh")) and self.run("uri").returncode == 0
        self.was_there = self.is_there
        self.names = [f"backstory-bench-{os.getpid()}-{f.name}" for f in self.folders]

    @staticmethod
    def run(line):
        return subprocess.run(["virsh", "-q", line], capture_output=True, check=False)

    def __enter__(self):
        for name, folder in zip(self.names, self.folders) if self.is_there else ():
            self.expect(f"pool-create-as {name} dir --target '{folder.path}'")
        return self

    def __exit__(self, *_):
        for name in self.names if self.was_there else ():
            self.run(f"pool-destroy {name}")

    def expect(self, line):
        """Runs a line; a libvirt that fails or goes away is not measured."""
        done = self.run(line)
        if done.returncode != 0 and self.is_there:
            say(f"libvirt is not measured: {done.stderr.decode(errors='replace').strip()}")
            self.is_there = False

    def refresh(self):
        """Seconds for all of them in one virsh, or None where libvirt does not run."""
        start = time.perf_counter()
        if self.is_there:
            self.expect("; ".join(f"pool-refresh {name}" for name in self.names))
        return time.perf_counter() - start if self.is_there else None


def images(pool):
    """Every image's path."""
    return [os.path.join(folder, name) for folder, _, names in os.walk(pool) for name in names]


def qemu_seconds(pool, count):
    """Seconds for `count` images by one qemu-img each, scaled from a sample."""
    sample = random.Random(1).sample(sorted(images(pool)), min(QEMU_SAMPLE, count))
    start = time.perf_counter()
    for path in sample:
        subprocess.run(["qemu-img", "info", "--output=json", path], stdout=subprocess.DEVNULL,
                       check=True)
    return (time.perf_counter() - start) * count / len(sample)


def find(pool):
    """The command that an unchanged rescan is measured against."""
    return ["find", pool, "-type", "f", "-printf", "%p %s %i %T@ %C@\\n"]


class Rounds:
    """Figures of several rounds, by name; the median counts."""

    def __init__(self):
        self.figures = {}

    def add(self, name, value):
        if value is not None:
            self.figures.setdefault(name, []).append(value)

    def medians(self):
        return {name: statistics.median(values) for name, values in self.figures.items()}


def compare(options, work):
    """The first table: one pool, everything in every round."""
    pool, floor_database = os.path.join(work, "pool"), os.path.join(work, "floor.sqlite")
    say(f"making {options.size:,} images")
    make_pool(pool, "--images", options.size)
    program = Program(options.program, os.path.join(work, "compare.sqlite"))
    rounds = Rounds()
    with Virsh(pool) as virsh:
        for number in range(1, options.rounds + 1):
            say(f"round {number} of {options.rounds}")
            compare_round(rounds, options, program, pool, floor_database)
            rounds.add("virsh pool-refresh", virsh.refresh())
            make_pool(pool, "--churn", CHURN, "--night", number)
            rounds.add("find after churn", timed(find(pool))[0])
            rounds.add("rescan after churn", program.scan(pool)[0])
    remove(options, pool)
    return {"images": options.size, "rounds": rounds.figures, "medians": rounds.medians()}


def compare_round(rounds, options, program, pool, floor_database):
    """One round over an unchanged pool; a round before the first warms the caches."""
    if not rounds.figures:
        timed(find(pool))
        timed([options.floor, pool, floor_database])
    for path in (floor_database, floor_database + "-wal", floor_database + "-shm"):
        if os.path.exists(path):
            os.unlink(path)
    program.forget()
    rounds.add("floor", timed([options.floor, pool, floor_database])[0])
    seconds, memory = program.scan(pool)
    rounds.add("first scan", seconds)
    rounds.add("first scan memory", memory)
    rounds.add("floor bytes", os.path.getsize(floor_database))
    rounds.add("first scan bytes", program.size())
    rounds.add("find", timed(find(pool))[0])
    seconds, memory = program.scan(pool)
    rounds.add("rescan", seconds)
    rounds.add("rescan memory", memory)
    rounds.add("qemu-img info", qemu_seconds(pool, options.size))


def scale(options, work, size):
    """The second table, and one point of the curves: deep chains, a wide base, broken links."""
    pool = os.path.join(work, f"pool-{size}")
    say(f"making {size:,} images in chains of 4 to 30")
    make_pool(pool, "--images", size, "--directories", max(10, size // 1000), "--chains", "4,30",
              "--fan-out", size // 20, "--broken", size // 100, "--headers-only")
    program = Program(options.program, os.path.join(work, f"scale-{size}.sqlite"))
    point = {"images": size}
    say("first scan and rescan")
    timed(find(pool))
    point["first scan"], point["first scan memory"] = program.scan(pool)
    point["bytes"] = program.size()
    rescans = [program.scan(pool) for _ in range(options.rounds)]
    point["rescan"] = statistics.median(seconds for seconds, _ in rescans)
    point["rescan memory"] = max(memory for _, memory in rescans)
    point["find"] = statistics.median(timed(find(pool))[0] for _ in range(options.rounds))
    ask(point, program, pool)
    nights(point, options, program, pool, size)
    remove(options, pool)
    return point


def ask(point, program, pool):
    """The questions about one image, and about all findings."""
    chain = sorted(path for path in images(pool) if "/disk-0000007." in path)
    golden = os.path.join(pool, "d0000", "golden.0.qcow2")
    for name, arguments in {
        "show": ["show", chain[-1]], "chain": ["chain", chain[-1]],
        "dependents": ["dependents", chain[0]], "dependents of the wide base": ["dependents", golden],
        "check": ["check"],
    }.items():
        point[name] = program.question(*arguments)
    point["--version"] = process_seconds([program.path, "--version"])
    point["findings"] = program.findings()


def nights(point, options, program, pool, size):
    """Nights at 1 % churn, one with a thousand changes, and what can be asked of the past."""
    say(f"{options.nights} nights")
    make_pool(pool, "--churn", CHURN, "--night", 1, "--headers-only")
    point["find after churn"] = timed(find(pool))[0]
    point["rescan after churn"], point["rescan after churn memory"] = program.scan(pool)
    make_pool(pool, "--churn", CHURN, "--night", 2, "--headers-only")
    lock = WriteLock(program.database)
    lock.start()
    program.scan(pool)
    lock.is_done.set()
    lock.join()
    point["write transaction"] = lock.longest
    few = 100 * min(DIFFERENCES, size // 2) / size
    make_pool(pool, "--churn", few, "--night", 3, "--headers-only")
    program.scan(pool)
    point["diff"] = program.question("diff")
    pass_nights(pool, range(4, options.nights + 1), lambda: program.scan(pool))
    point["nights"] = max(options.nights, 3)
    point["findings after the nights"] = program.findings()
    point["check after the nights"] = program.question("check")
    point["check --at 1"] = program.question("check", "--at", "1")
    image = min(path for path in images(pool) if "/disk-0000011." in path)
    for verb in ("show", "chain", "history"):
        point[f"{verb} after the nights"] = program.question(verb, image)
    point["bytes after the nights"] = program.size()


def pass_nights(pool, numbers, after_each):
    """Lets many nights pass over a pool, with one look at it; looking takes longer than a night."""
    command = [sys.executable, os.path.join(HERE, "make-pool"), pool, "--churn", str(CHURN),
               "--headers-only", "--nights"]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as maker:
        for number in numbers:
            print(number, file=maker.stdin, flush=True)
            if not maker.stdout.readline():
                sys.exit(f"'{' '.join(command)}' ended in night {number}")
            after_each()


def remove(options, pool):
    """Removes a pool, unless it is to be kept."""
    if not options.keep:
        shutil.rmtree(pool)


def arguments():
    """What the command line says; Scripts/bench describes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--program", "--floor", "--result"):
        parser.add_argument(name, required=True)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--directory", default=None)
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def keep(path, result):
    """Writes what is measured so far, so that a run that is cut short has its smaller sizes."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1, ensure_ascii=False)
        file.write("\n")


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work = tempfile.mkdtemp(prefix="bench.", dir=options.directory)
    try:
        largest = 1_000_000 if options.million else options.size
        sizes = [size for size in (10_000, 100_000) if size < largest] + [largest]
        result = {
            "date": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}",
            "machine": machine(work), "rounds": options.rounds,
            "compare": compare(options, work), "scale": [],
        }
        for size in sizes:
            result["scale"].append(scale(options, work, size))
            keep(options.result, result)
    finally:
        if options.keep:
            say(f"kept: {work}")
        else:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
