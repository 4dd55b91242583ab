"""The commands that write besides scans, each with the night on which it is tried and what is promised of it."""
import json, os, subprocess

from place import expect, qcow2, write
from scans import Command, FirstScan, Migration, said_why


class Nightly(Command):
    name = "nightly"

    def prepare(self):
        self.out = self.folder + "/out"
        os.mkdir(self.out)
        self.settings = self.folder + "/backstory.toml"
        write(self.settings, f"""database = "{self.database}"
[scan]
jobs = 1
[libvirt]
domains = ["{self.folder}/domains"]
[retention]
keep-last = 2
[output]
metrics = "{self.out}/b.prom"
report = "{self.out}/r.html"
[[pool]]
name = "pool"
path = "{self.pool}"
""".encode())
        os.chmod(self.settings, 0o600)
        for _ in range(2):
            expect(self.run_with({}).returncode == 0, "nightly before the trials")
        self.night()

    def command_words(self):
        return ["nightly", "--config", self.settings]

    scanning = command_words

    def output(self):
        return None

    def is_of_an_output(self, ended, fault):
        # A night without its report or its metrics has failed, and its scan is there.
        return super().is_of_an_output(ended, fault) or f"cannot write '{self.out}/".encode() in ended.stderr

    def counts(self, ended):
        return None

    def run(self, *words, **options):
        # nightly has no --output.
        return super().run(*words, **({**options, "output": None} if words[0] == "nightly" else options))

    def judge(self, ended, what, fault):
        super().judge(ended, what, fault)
        pages_are_whole(self.out, what, fault)

    def told_truly(self, ended, what, fault):
        kept = self.rows("SELECT count(*) FROM scan WHERE NOT is_forgotten")[0][0]
        expect(b"no scan was deleted" not in ended.stderr or kept > 2, what, "'no scan was deleted', and",
               kept, "are kept")
        # What is said of the forgetting is no word about the scan.
        ended.stderr = ended.stderr.replace(b"nothing was changed", b"") if kept > 2 else ended.stderr
        super().told_truly(ended, what, fault)


class Prune(Command):
    name = "prune"

    def prepare(self):
        for _ in range(2):
            expect(self.run(*self.scanning()).returncode == 0, self.name, "its scans")
            self.night_of_prune()

    def night_of_prune(self):
        write(self.pool + "/coming.qcow2", qcow2(b"base.qcow2"))

    def command_words(self):
        return ["prune", "--keep-last", "1"]

    def counts(self, ended):
        return None

    def told_truly(self, ended, what, fault):
        kept = self.rows("SELECT count(*) FROM scan WHERE NOT is_forgotten")[0][0]
        wanted = {0: 1, 3: 1, 1: 2}[ended.returncode]
        if fault.path == "<output>":
            wanted = 1
        expect(kept == wanted, what, "exit", ended.returncode, "and", kept, "scans are kept")
        said_why(ended, what, fault)

    def heals(self, what):
        ended = self.run(*self.command_words())
        expect(ended.returncode == 0, what, "the next prune ends with", ended.returncode, ended.stderr[-300:].decode())
        self.same(self.facts() or ({}, set()), what + " the next prune:")
        self.whole(what, "the next prune")


def pages_are_whole(folder, what, fault):
    """Who reads an output at any time sees the old one or the new one, whole, and nothing else lies there."""
    for name in os.listdir(folder):
        with open(f"{folder}/{name}", "rb") as file:
            content = file.read()
        if name.startswith(".") and (fault.storm or fault.call in ("unlink", "rename", "mkdir")):
            os.remove(f"{folder}/{name}")
        elif name.endswith(".html"):
            expect(content.rstrip().endswith(b"</html>"), what, "half a page")
        elif name.endswith(".prom"):
            expect(content.endswith(b"\n") and b"backstory_" in content, what, "half a metrics file")
        else:
            expect(False, what, "left", name)
            os.remove(f"{folder}/{name}")


class Report(Command):
    name, file = "report", "r.html"
    old = b"<html>as it was</html>\n"

    def prepare(self):
        self.out = self.folder + "/out"
        os.mkdir(self.out)
        super().prepare()

    def command_words(self):
        return ["report", f"{self.out}/{self.file}"]

    def output(self):
        return None

    def counts(self, ended):
        return None

    def restore(self):
        super().restore()
        write(f"{self.out}/{self.file}", self.old)

    def judge(self, ended, what, fault):
        with open(f"{self.out}/{self.file}", "rb") as file:
            is_old = file.read() == self.old
        expect(is_old == (ended.returncode != 0), what, "exit", ended.returncode, "and the file is",
               "the old one" if is_old else "new")
        said_why(ended, what, fault)
        pages_are_whole(self.out, what, fault)
        self.whole(what)
        expect(self.facts() == self.before, what, "asking changed the answers")


class Metrics(Report):
    name, file = "metrics", "b.prom"
    old = b"backstory_old 1\n"

    def command_words(self):
        return ["metrics", "--textfile", f"{self.out}/{self.file}"]


class Repair(Command):
    """A base has moved, its overlay is set on it; an image has the old link, or the new one, and the rest as it was."""
    name = "repair"

    def make_pool(self):
        for name, base in (("b", None), ("o", "b.qcow2")):
            words = ["qemu-img", "create", "-q", "-f", "qcow2"]
            words += ["-b", base, "-F", "qcow2"] if base else []
            subprocess.run([*words, f"{self.pool}/{name}.qcow2"] + ([] if base else ["1M"]), check=True)
        os.mkdir(self.pool + "/sub")
        self.image = self.pool + "/o.qcow2"

    def scanning(self):
        return ["scan", "--jobs", "1", self.pool]

    def prepare(self):
        expect(self.run(*self.scanning()).returncode == 0, "the scan before a repair")
        os.rename(self.pool + "/b.qcow2", self.pool + "/sub/b.qcow2")
        expect(self.run(*self.scanning()).returncode == 0, "the scan after the base has moved")
        with open(self.image, "rb") as file:
            self.old = file.read()

    def command_words(self):
        return ["repair", "--apply"]

    def counts(self, ended):
        return None

    def restore(self):
        super().restore()
        with open(self.image, "r+b") as file:
            file.write(self.old)
            file.truncate()

    def base(self):
        said = subprocess.run(["qemu-img", "info", "-U", "--output=json", self.image], capture_output=True)
        return json.loads(said.stdout or b"{}").get("backing-filename", "").removeprefix(self.pool + "/")

    def is_mended(self):
        return self.base() == "sub/b.qcow2"

    def judge(self, ended, what, fault):
        base = self.base()
        expect(base in ("b.qcow2", "sub/b.qcow2"), what, "the image stands on", base)
        if ended.returncode == 0:
            expect(base == "sub/b.qcow2", what, "exit 0 and the link is as it was", ended.stdout, ended.stderr)
        else:
            expect(ended.stderr.strip() or ended.stdout.strip(), what, "exit", ended.returncode, "without a word")
        self.whole(what)
        undone = self.run("repair", "--undo")
        expect(self.base() == "b.qcow2", what, "--undo leaves it on", self.base(), undone.stdout, undone.stderr)
        with open(self.image, "rb") as file:
            expect(file.read(len(self.old)) == self.old, what, "--undo does not bring back every byte")
        ended = self.run(*self.command_words())
        expect(self.is_mended(), what, "the next repair ends with", ended.returncode, ended.stdout, ended.stderr)


class RepairByOther(Repair):
    """The program that mends fails, before or after it wrote."""
    name, failing = "repair by qemu-img", "qemu-img"


class Undo(Repair):
    name = "undo"

    def restore(self):
        super().restore()
        # The header that is kept is of this very file: its times are looked at too.
        ended = self.run("repair", "--apply")
        expect(ended.returncode == 0, "a repair before its undoing", ended.stdout, ended.stderr)

    def command_words(self):
        return ["repair", "--undo"]

    def judge(self, ended, what, fault):
        base = self.base()
        expect(base in ("b.qcow2", "sub/b.qcow2"), what, "the image stands on", base)
        expect(ended.returncode != 0 or base == "b.qcow2", what, "exit 0 and the link is as it was")
        self.whole(what)
        again = self.run("repair", "--undo")
        expect(self.base() == "b.qcow2", what, "the next --undo leaves it on", self.base(), again.stdout, again.stderr)


COMMANDS = [FirstScan, Command, Migration, Nightly, Prune, Report, Metrics, Repair, RepairByOther, Undo]
