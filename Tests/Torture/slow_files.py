"""A file system that answers late, wrongly or never: fuse(4) without any library, in a process of its own."""
import ctypes, errno, os, random, signal, struct, subprocess, time

from place import Place, expect, qcow2

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, RELEASE, FLUSH = 1, 2, 3, 14, 15, 17, 18, 25
INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 26, 27, 28, 29, 36, 42
FILES = {f"i{number}.qcow2".encode(): qcow2(b"base.qcow2" if number % 3 else b"none") for number in range(12)}
FILES[b"base.qcow2"] = qcow2()
NAMES = sorted(FILES)


class Server:
    """Answers what the kernel asks. How well is what a file says, so that it can change: a word and a number."""

    def __init__(self, device, mood):
        self.device, self.mood = device, mood
        self.numbers = random.Random(1)

    def serve(self):
        while True:
            # Who waits for a question that was read can be ended by no signal (request_wait_answer in Linux's
            # fs/fuse/dev.c): what is never answered is not read either.
            while self.behaviour()[0] == "never":
                time.sleep(0.05)
            try:
                asked = os.read(self.device, 1 << 17)
            except OSError as fault:
                if fault.errno == errno.ENODEV:
                    return
                continue
            _, what, unique, node = struct.unpack_from("<IIQQ", asked)
            if what not in (FORGET, BATCH_FORGET, INTERRUPT):
                self.answer(what, unique, node, asked[40:])

    def behaviour(self):
        with open(self.mood) as file:
            return file.read().split()

    def answer(self, what, unique, node, asked):
        mood, measure = self.behaviour()
        hit = what != INIT and self.numbers.random() < float(measure)
        code, reply = self.reply(what, node, asked, hit and mood == "wrong")
        if hit and mood == "late":
            time.sleep(0.03)
        if hit and mood == "failing":
            code, reply = self.numbers.choice([errno.EIO, errno.ESTALE, errno.ENOMEM, errno.EAGAIN]), b""
        try:
            os.write(self.device, struct.pack("<IiQ", 16 + len(reply), -code, unique) + reply)
        except OSError:
            pass  # Who asked is gone.

    def reply(self, what, node, asked, is_wrong):
        if what == INIT:
            return 0, struct.pack("<IIIIHHIIHHI7I", 7, 31, 65536, 0, 12, 10, 65536, 1, 0, 0, 0, *[0] * 7)
        if what == LOOKUP:
            name = asked.split(b"\0")[0]
            if node != 1 or name not in FILES:
                return errno.ENOENT, b""
            found = NAMES.index(name) + 2
            return 0, struct.pack("<QQQQII", found, 0, 0, 0, 0, 0) + self.attributes(found, is_wrong)
        if what == GETATTR:
            return 0, struct.pack("<QII", 0, 0, 0) + self.attributes(node, is_wrong)
        if what in (OPEN, OPENDIR):
            return 0, struct.pack("<QII", 0, 1, 0)
        if what == READ:
            _, offset, count = struct.unpack_from("<QQI", asked)
            content = FILES[NAMES[node - 2]][offset:offset + count]
            return 0, content[:self.numbers.randrange(len(content) + 1)] if is_wrong else content
        if what == READDIR:
            return 0, self.entries(asked, is_wrong)
        if what == STATFS:
            return 0, struct.pack("<QQQQQIIII6I", 1000, 500, 500, 1000, 500, 4096, 255, 4096, 0, *[0] * 6)
        return (0 if what in (RELEASE, RELEASEDIR, FLUSH) else errno.ENOSYS), b""

    def attributes(self, node, is_wrong):
        is_folder = node == 1
        size = 0 if is_folder else len(FILES[NAMES[node - 2]])
        if is_wrong:
            size = self.numbers.choice([0, 1, size + 1, 1 << 40, (1 << 63) - 1])
        mode = 0o40755 if is_folder else 0o100644
        return struct.pack("<QQQQQQIIIIIIIIII", node, size, 8, 1000, 1000, 1000, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)

    def entries(self, asked, is_wrong):
        _, offset, count = struct.unpack_from("<QQI", asked)
        listed = b""
        for place in range(offset, len(NAMES)):
            name = NAMES[place] if not is_wrong else self.numbers.choice(NAMES)
            entry = struct.pack("<QQII", place + 2, place + 1, len(name), 8) + name
            entry = entry.ljust(-(-len(entry) // 8) * 8, b"\0")
            if len(listed) + len(entry) > count:
                break
            listed += entry
        return listed


class Mounted:
    """The file system at a directory; nothing where it cannot be made."""

    def __init__(self, folder, mood):
        self.folder, self.mood, self.child = folder, mood, 0
        if os.geteuid() != 0 or not os.path.exists("/dev/fuse"):
            return
        device = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        if ctypes.CDLL(None).mount(b"none", folder.encode(), b"fuse", 0, options) == 0:
            self.child = os.fork()
            if self.child == 0:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                Server(device, mood).serve()
                os._exit(0)
        os.close(device)

    def behaves(self, mood, measure=1.0):
        # In one step: the server may look at any time.
        with open(self.mood + ".new", "w") as file:
            file.write(f"{mood} {measure}")
        os.rename(self.mood + ".new", self.mood)

    def gone(self):
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
            subprocess.run(["umount", "-l", self.folder])


def fuse(program, numbers, count):
    """A pool on a file system that answers late, with errors, with nonsense, or never."""
    place = Place(program, 0)
    os.remove(place.pool + "/base.qcow2")
    mood = place.folder + "/mood"
    with open(mood, "w") as file:
        file.write("well 0")
    mounted = Mounted(place.pool, mood)
    if not mounted.child:
        place.gone()
        return print("fuse: only root with /dev/fuse can make such a file system; not tried")
    try:
        first = place.scan()
        expect(first.returncode == 0, "a scan of a file system in a process", first.returncode, first.stderr)
        known = place.images()
        expect(len(known) == len(FILES), "it lists", known)
        for number in range(count):
            one_mood(place, mounted, known, ["late", "failing", "wrong", "never"][number % 4], numbers)
        print(f"fuse: {count} scans of a file system that answers late, wrongly or never")
    finally:
        mounted.gone()
        place.gone()


def one_mood(place, mounted, known, mood, numbers):
    before = place.latest()
    mounted.behaves(mood, 1.0 if mood == "late" else numbers.choice([0.02, 0.1, 0.5]))
    what = f"a file system that answers {mood}:"
    if mood == "never":
        patience(place, what)
        expect(place.latest() == before, what, "a scan is there")
    else:
        ended = place.scan("--reread")
        expect(ended.returncode in ((0,) if mood == "late" else (0, 1, 3)), what, ended.returncode, ended.stderr)
    place.whole(what)
    if mood != "wrong":
        expect(place.images() == known, what, "lists", place.images())
    mounted.behaves("well", 0)
    again = place.scan("--reread")
    expect(again.returncode == 0, what, "the next night", again.returncode, again.stderr)
    place.whole(what, "the next night")
    expect(set(place.images()) == set(known), what, "the next night lists", place.images())


def patience(place, what):
    """Whoever waits for what never comes is ended by a signal, at once."""
    process = subprocess.Popen(place.command("scan", "--reread", place.pool), cwd=place.folder,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    try:
        _, said = process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        said = b"still there"
    expect(process.returncode == 143, what, "SIGTERM ended it with", process.returncode, said)
