"""A pool, a database and the program, and what is expected of them."""
import json, os, re, shutil, struct, subprocess, sys, tempfile

from known import KNOWN

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
broken, known = [], []


def expect(holds, *words):
    if not holds:
        text = " ".join(str(word) for word in words)
        is_ended = re.search(r"(^| )(hung|ended with)( |$)", text)  # Whoever crashes or waits is never known to.
        is_known = not is_ended and any(re.search(pattern, text) for pattern, _ in KNOWN)
        (known if is_known else broken).append(text)
        print("KNOWN:" if is_known else "BROKEN:", text, file=sys.stderr)


def qcow2(backing=b"", format=b"qcow2"):
    """The first 512 bytes of a qcow2 image, version 3 (QEMU docs/interop/qcow2, "Header")."""
    extension = b""
    if backing and format:
        extension = struct.pack(">II", 0xE2792ACA, len(format)) + format.ljust(-(-len(format) // 8) * 8, b"\0")
    extension += bytes(8)
    place = 104 + len(extension) if backing else 0
    head = struct.pack(">IIQIIQIIQQIIQ", 0x514649FB, 3, place, len(backing), 16, 1 << 30, 0, 2,
                       0x30000, 0x10000, 1, 0, 0)
    head += struct.pack(">QQQII", 0, 0, 0, 4, 104)
    return (head + extension + backing).ljust(512, b"\0")


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


class Place:
    """A directory with a pool and a database, and the program that works on them."""

    def __init__(self, program, count=200):
        self.folder = tempfile.mkdtemp(prefix="backstory-torture-")
        self.pool, self.database = self.folder + "/pool", self.folder + "/db.sqlite"
        self.program = program
        os.mkdir(self.pool)
        write(self.pool + "/base.qcow2", qcow2())
        for number in range(count):
            write(f"{self.pool}/i{number}.qcow2", qcow2(b"base.qcow2" if number % 7 else b"none"))

    def command(self, *words, output="json"):
        return [self.program, *words, "--db", self.database] + (["--output", output] if output else [])

    def run(self, *words, output="json", timeout=120, **options):
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
        ended = subprocess.run(self.command(*words, output=output), capture_output=True, timeout=timeout,
                               env=environment, cwd=self.folder, **options)
        expect(ended.returncode in (0, 1, 2, 3), words, "ended with", ended.returncode, ended.stderr[-300:])
        expect(all(byte >= 32 or byte == 10 for byte in ended.stdout + ended.stderr), words, output, "wrote control bytes")
        return ended

    def scan(self, *words):
        return self.run("scan", self.pool, *words)

    def answers(self, scan):
        at = ["--at", str(scan)]
        return [self.run(*question, *at).stdout for question in
                (["list"], ["check"], ["orphans", "--all"], ["pools"], ["scans"],
                 ["diff", str(max(1, scan - 1)), str(scan)])]

    def latest(self):
        return self.run("scans").stdout.count(b'"number"')

    def images(self):
        """The number of the image at each path; nothing where it cannot be told."""
        return {image["filename"]: image["image-id"] for image in json.loads(self.run("list").stdout or b"[]")}

    def whole(self, *words):
        ended = self.run("verify", output="human")
        expect(ended.returncode == 0, "verify", *words, ended.stdout, ended.stderr)

    def bytes(self):
        with open(self.database, "rb") as file:
            return file.read()

    def gone(self):
        shutil.rmtree(self.folder, ignore_errors=True)
