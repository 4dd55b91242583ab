"""Every call of every command that writes fails once: the k-th, with each error, one at a time."""
import errno, itertools, os, subprocess

from commands import COMMANDS
from place import ROOT, expect, broken

CALLS = ["open", "openat", "statx", "access", "read", "pread", "getdents", "readlink", "fcntl", "flock", "fstatfs",
         "lseek", "getcwd", "mmap", "write", "pwrite", "fsync", "ftruncate", "fchmod", "mkdir", "rename", "unlink",
         "pipe2", "waitpid"]
ERRORS = ["EIO", "ENOSPC", "EMFILE", "EINTR", "EACCES", "ESTALE"]
PATIENCE = 60


def shim(folder):
    """The library that lets calls fail; None where there is no compiler."""
    library = folder + "/failing_calls.so"
    try:
        made = subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, ROOT + "/Tests/Torture/failing_calls.c",
                               "-ldl"], capture_output=True)
    except FileNotFoundError:
        return print("there is no C compiler; no call was failed")
    expect(made.returncode == 0, "failing_calls.c is not compiled", made.stderr.decode())
    return library


class Fault:
    """One call that fails, or with `at` 0 none, and all are listed."""

    def __init__(self, at, name="EIO", call="", path="", calls=CALLS, storm=0):
        self.at, self.name, self.call, self.path = at, name, call, path
        self.calls, self.storm = calls, storm

    def environment(self, library, log, program):
        return {"LD_PRELOAD": library, "FAULT_CALLS": ",".join(self.calls), "FAULT_AT": str(self.at),
                "FAULT_ERROR": str(getattr(errno, self.name)), "FAULT_PROGRAM": program, "FAULT_LOG": log,
                "SWIFT_BACKTRACE": "enable=no", "FAULT_STORM": str(self.storm)}

    def __str__(self):
        return f"{self.name} {'from' if self.storm else 'at'} call {self.at} ({self.call} {self.path})"


def calls_of(command, library):
    """What a command calls when nothing fails: (number, call, path)."""
    log = command.folder + "/calls"
    if os.path.exists(log):
        os.remove(log)
    command.restore()
    command.run_with(Fault(0).environment(library, log, command.failing))
    if not os.path.exists(log):
        return []
    with open(log, errors="backslashreplace") as lines:
        return [(int(line.split()[0]), line.split()[1], line.rstrip("\n").split(" ", 2)[2]) for line in lines]


def chosen(calls, numbers):
    """All calls with all errors, in an order in which any beginning has some of every kind of call and file."""
    groups = {}
    for number, call, path in calls:
        groups.setdefault((call, path), []).append((number, call, path))
    for members in groups.values():
        numbers.shuffle(members)
    order = []
    for turn in range(max(map(len, groups.values()))):
        round_ = [members[turn] for members in groups.values() if turn < len(members)]
        numbers.shuffle(round_)
        order += round_
    first = numbers.randrange(len(ERRORS))
    for turn in range(len(ERRORS)):
        for place, (number, call, path) in enumerate(order):
            yield Fault(number, ERRORS[(first + place + turn) % len(ERRORS)], call, path)


def try_fault(command, fault, library):
    """One trial; the words of the promises that it broke."""
    before = len(broken)
    command.restore()
    log = command.folder + "/failed"
    if os.path.exists(log):
        os.remove(log)
    try:
        ended = command.run_with(fault.environment(library, log, command.failing), timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        expect(False, command.name, fault, "hung")
        return
    if not fault.storm:
        # Threads do not take the same turns every time: the call that failed is the one that is told.
        with open(log, "a+", errors="backslashreplace") as lines:
            lines.seek(0)
            failed = lines.readline().rstrip("\n").split(" ", 2)
        fault.call, fault.path = failed[1:] if failed[1:] else ("none", "")
    what = f"{command.name}: {fault}:"
    expect(ended.returncode in (0, 1, 2, 3), what, "ended with", ended.returncode, ended.stderr[-300:].decode())
    if ended.returncode in (0, 1, 2, 3):
        command.judge(ended, what, fault)
    if len(broken) > before:
        print(f"  it ended with {ended.returncode}: {ended.stderr[-400:].decode().strip()}", flush=True)


def each_command(program, numbers, count):
    """The commands, in any order, each with the shim, what it calls, and its share of so many trials."""
    order = numbers.sample(COMMANDS, len(COMMANDS))
    for index, make in enumerate(order):
        share = count // len(order) + (index < count % len(order))
        if share == 0:
            return
        command = make(program)
        library = shim(command.folder)
        listed = calls_of(command, library) if library else []
        expect(listed or not library, command.name, "calls nothing; a program that is linked statically cannot be tried")
        if listed:
            yield command, library, listed, share
        command.gone()
        if not listed:
            return


def calls(program, numbers, count):
    """The k-th call fails, once for each error."""
    for command, library, listed, share in each_command(program, numbers, count):
        for fault in itertools.islice(chosen(listed, numbers), share):
            try_fault(command, fault, library)
        tried = min(share, len(listed) * len(ERRORS))
        print(f"calls: {command.name}: {tried} of {len(listed)} calls x {len(ERRORS)} errors", flush=True)


def storm(program, numbers, count):
    """Every second call is interrupted, from some call on: what can be done again is, and the end is as ever."""
    for command, library, listed, share in each_command(program, numbers, count):
        for _ in range(share):
            at = numbers.randrange(1, len(listed) + 1)
            try_fault(command, Fault(at, "EINTR", "every", "second", storm=2), library)
    print(f"storm: {count} storms of EINTR")


def stopped(program, numbers, count):
    """From some call on nothing is written any more: the medium is read-only, a quota is used up, a disk is full."""
    writing = ["write", "pwrite", "fsync", "ftruncate", "fchmod", "mkdir", "rename", "unlink"]
    for command, library, listed, share in each_command(program, numbers, count):
        length = len([call for _, call, path in listed if call in writing])
        for number in range(share):
            name = ["EROFS", "EDQUOT", "ENOSPC"][number % 3]
            at = numbers.randrange(1, length + 1)
            try_fault(command, Fault(at, name, "whatever is written", "", writing, storm=1), library)
    print(f"stopped: {count} commands that could not write from some call on")
