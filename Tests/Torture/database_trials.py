"""Trials of the database: killed, without room, damaged, on a file system that hangs."""
import os, resource, shutil, signal, sqlite3, struct, subprocess, threading, time

from place import Place, expect, qcow2, write


def change(place, numbers):
    """A night passes over the pool."""
    for _ in range(20):
        name = f"{place.pool}/i{numbers.randrange(300)}.qcow2"
        if os.path.exists(name) and numbers.random() < 0.4:
            os.remove(name)
        else:
            write(name, qcow2(numbers.choice([b"base.qcow2", b"none", b"i1.qcow2", b""])))


def killed_once(place, command, delay):
    """Runs a command and kills it; whether it was still running then."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place.folder)
    time.sleep(delay)
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


def undo_last_migration(place):
    with sqlite3.connect(place.database) as database:
        # The last one, m0030, made three views anew and added one; how they were before does not matter here.
        database.executescript("DROP VIEW untold;")
        database.execute("DELETE FROM grdb_migrations WHERE identifier = "
                         "(SELECT max(identifier) FROM grdb_migrations)")
    database.close()


def kill(program, numbers, count):
    place = Place(program)
    started = time.monotonic()
    expect(place.scan().returncode == 0, "the first scan")
    length = time.monotonic() - started
    change(place, numbers)
    place.scan()
    stop, seen = threading.Event(), place.answers(2)[0]

    def read():
        while not stop.is_set():
            expect(place.run("list", "--at", "2").stdout == seen, "a reader saw another scan 2")

    reader = threading.Thread(target=read)
    reader.start()
    hits = 0
    for number in range(count):
        kind = ["scan", "prune", "create", "migrate"][number % 4]
        delay = numbers.random() * length * 1.3
        if kind == "create":
            hits += killed_at_creation(program, numbers, delay)
            continue
        hits += killed_at_work(place, numbers, kind, delay)
    stop.set()
    reader.join()
    print(f"kill: {count} kills, {hits} while it ran; {place.latest()} scans are there")
    place.gone()


def killed_at_creation(program, numbers, delay):
    place = Place(program, 50)
    was_running = killed_once(place, place.command("scan", place.pool), delay)
    ended = place.run("list")
    expect(ended.returncode in (0, 1), "list after a killed first scan", ended.stderr)
    again = place.scan()
    expect(again.returncode == 0, "the scan after a killed first scan", again.stderr)
    place.whole("after a killed first scan")
    place.gone()
    return was_running


def killed_at_work(place, numbers, kind, delay):
    before = place.latest()
    then = place.answers(before)
    work = place
    if kind != "scan":
        # Forgetting is done to a copy, so that there is always something to forget.
        work = Place(place.program, 0)
        shutil.copy(place.database, work.database)
        work.pool = place.pool
    if kind == "migrate":
        undo_last_migration(work)
    change(place, numbers)
    command = work.command("prune", "--keep-last", "1") if kind == "prune" else work.command("scan", work.pool)
    was_running = killed_once(work, command, delay)
    if kind == "migrate" and work.run("list").returncode == 1:
        expect(work.scan().returncode == 0, "the scan after a killed migration")
    # A prune keeps the last scan; what it says of the one before is not asked for.
    now = work.answers(before)
    last = 4 if kind == "prune" else len(then)
    expect(now[:last] == then[:last], "answers after a killed", kind)
    work.whole("after a killed", kind)
    expect(work.scan().returncode == 0, "the scan after a killed", kind)
    expect(work.answers(before)[:last] == then[:last], "answers after the scan after a killed", kind)
    work.whole("after the scan after a killed", kind)
    if work is not place:
        shutil.rmtree(work.folder, ignore_errors=True)
    return was_running


def full(program, numbers, count):
    """No room for what a scan has to write."""
    place = Place(program)
    place.scan()
    then, size = place.answers(1), os.path.getsize(place.database)
    for number in range(300, 3000):
        write(f"{place.pool}/more{number}.qcow2", qcow2(b"base.qcow2"))

    def narrow():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, size // 2))

    ended = place.run("scan", place.pool, preexec_fn=narrow, restore_signals=False)
    expect(ended.returncode == 1 and ended.stdout == b"", "a scan without room", ended.returncode)
    print("full:", ended.stderr.decode().strip())
    expect(place.answers(1) == then and place.latest() == 1, "answers after a scan without room")
    place.whole("after a scan without room")
    expect(place.scan().returncode == 0, "the scan after one without room")
    if os.geteuid() == 0:
        full_tmpfs(place)
    place.gone()


def full_tmpfs(place):
    room = place.folder + "/room"
    os.mkdir(room)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k,mode=755", "none", room]).returncode:
        return print("full: mounting is not permitted here; only RLIMIT_FSIZE was tried")
    try:
        place.database = room + "/db.sqlite"
        ended = place.scan()
        expect(ended.returncode == 1, "a first scan without room", ended.returncode)
        print("full:", ended.stderr.decode().strip())
        subprocess.run(["mount", "-o", "remount,size=64m", room])
        expect(place.scan().returncode == 0, "the scan after room was made")
        then = place.answers(1)
        subprocess.run(["mount", "-o", "remount,ro", room])
        expect(place.answers(1) == then, "answers on a read-only medium")
        ended = place.scan()
        expect(ended.returncode == 1, "a scan on a read-only medium")
        print("read-only:", ended.stderr.decode().strip())
    finally:
        subprocess.run(["umount", room])


def damage(program, numbers, count):
    """Bytes of the database that are not what was written."""
    place = Place(program)
    place.scan()
    good, told = place.bytes(), 0
    for number in range(count):
        bad = bytearray(good)
        for _ in range(numbers.choice([1, 8, 200])):
            bad[numbers.randrange(100 if number % 3 == 0 else len(bad))] ^= 1 << numbers.randrange(8)
        if number % 10 == 9:
            bad = bad[:numbers.randrange(len(bad))]
        for end in ("-wal", "-shm"):
            if os.path.exists(place.database + end):
                os.remove(place.database + end)
        write(place.database, bad)
        codes = [place.run(*words).returncode for words in (["verify"], ["list"], ["check"], ["diff", "1", "1"])]
        told += codes[0] != 0
        expect(place.bytes() == bytes(bad), "asking changed a damaged database")
    print(f"damage: {count} databases, {told} called damaged by verify")
    place.gone()


def hung(program, numbers, count):
    """A pool on a file system that never answers, made with /dev/fuse and nothing behind it."""
    import ctypes
    if os.geteuid() != 0 or not os.path.exists("/dev/fuse"):
        return print("hung: only root with /dev/fuse can make such a file system; not tried")
    place = Place(program, 30)
    place.scan()
    then, where = place.answers(1), place.folder + "/hung"
    os.mkdir(where)
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if ctypes.CDLL(None).mount(b"none", where.encode(), b"fuse", 0, options):
        return print("hung: mounting is not permitted here; not tried")
    # The greeting is answered, nothing else ever is (fuse(4), FUSE_INIT, version 7.31).
    asked = os.read(device, 1 << 17)
    unique = struct.unpack_from("<Q", asked, 8)[0]
    reply = struct.pack("<IIIIHHIIHHI7I", 7, 31, 65536, 0, 12, 10, 65536, 1, 0, 0, 0, *[0] * 7)
    os.write(device, struct.pack("<IiQ", 16 + len(reply), 0, unique) + reply)
    try:
        for name in (signal.SIGTERM, signal.SIGINT):
            process = subprocess.Popen(place.command("scan", place.pool, where + "/pool"), cwd=place.folder,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(1)
            expect(process.poll() is None, "a scan of a hung pool did not wait")
            process.send_signal(name)
            asked_at = time.monotonic()
            try:
                _, said = process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                said = b"still there"
            took = time.monotonic() - asked_at
            expect(process.returncode == 128 + name and took < 1, "a hung scan ended with", process.returncode, took, said)
        expect(place.answers(1) == then and place.latest() == 1, "answers after a hung scan")
        print(f"hung: ended {took:.2f} s after the signal: {said.decode().strip()}")
    finally:
        os.close(device)
        subprocess.run(["umount", "-l", where])
    place.gone()
