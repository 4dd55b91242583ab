"""Trials of nights: the clock jumps, a pool vanishes, files are rewritten, migrations and nights are killed."""
import json, os, shutil, subprocess, threading, time

from call_trials import shim
from commands import Nightly
from database_trials import killed_once
from place import Place, expect, qcow2, write
from scans import Command, Migration


class NoFault:
    call = path = name = ""
    storm = 0


def kill_nights(program, numbers, count):
    """Nights, and the first scan after an upgrade, are killed at random moments."""
    for make in (Migration, Nightly):
        command, hits = make(program), 0
        started = time.monotonic()
        command.restore()
        command.run_with({})
        length = time.monotonic() - started
        for _ in range(count):
            command.restore()
            words = command.command(*command.command_words(), output=command.output())
            hits += killed_once(command, words, numbers.random() * length * 1.1)
            what = f"a killed {command.name}:"
            command.whole(what)
            command.heals(what)
            for name in os.listdir(getattr(command, "out", command.folder)):
                expect(make is not Nightly or name in ("b.prom", "r.html") or name.startswith("."), what, "left", name)
        print(f"kill-nights: {count} kills of {command.name}, {hits} while it ran")
        command.gone()


def clock(program, numbers, count):
    """The time of day jumps by a day, forwards or backwards, before a night or within it."""
    for number in range(count):
        command = [Command, Nightly][number % 2](program)
        library = shim(command.folder)
        if not library:
            return command.gone()
        command.restore()
        shift, at = numbers.choice([-86400, 86400]), numbers.choice([0, numbers.randrange(1, 40)])
        ended = command.run_with({"LD_PRELOAD": library, "CLOCK_SHIFT": str(shift), "CLOCK_AT": str(at)})
        what = f"{command.name}: a clock that jumps by {shift} s after {at} looks:"
        expect(ended.returncode == 0, what, "ended with", ended.returncode, ended.stderr.decode())
        command.judge(ended, what, NoFault)
        last = command.run("list").stdout
        for question in (["--at", "latest"], ["--at", str(command.latest())]):
            expect(command.run("list", *question).stdout == last, what, "list", *question)
        expect(command.run("diff").returncode == 0 and command.run("report", "-", output=None).returncode == 0, what,
               "diff or report fails")
        command.gone()
    print(f"clock: {count} nights with a jump of a day")


def vanish(program, numbers, count):
    """A pool goes in mid-scan, whole or in part, and is back for the next night."""
    place = Place(program, 300)
    os.mkdir(place.pool + "/below")
    for number in range(100):
        write(f"{place.pool}/below/d{number}.qcow2", qcow2(b"../base.qcow2"))
    started = time.monotonic()
    place.scan()
    length = time.monotonic() - started
    known = place.images()
    mounted = os.geteuid() == 0
    for number in range(count):
        gone = [place.pool, place.pool + "/below"][number % 2]
        process = subprocess.Popen(place.command("scan", "--reread", "--jobs", "2", place.pool), cwd=place.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(numbers.random() * length)
        hidden = hide(gone, mounted and number % 4 > 1)
        output, said = process.communicate(timeout=120)
        what = f"{os.path.basename(gone)} vanished in mid-scan:"
        expect(process.returncode in (0, 1, 3), what, process.returncode, said.decode())
        if hidden != "renamed" or gone == place.pool:
            # A directory that is renamed below its pool is gone, and those who see that are right.
            now = place.images()
            lost = [path for path in known if now.get(path) != known[path]]
            expect(not lost or gone != place.pool, what, "ended with", process.returncode, "and lost", len(lost), lost[:2])
        place.whole(what)
        show(gone, hidden)
        again = place.scan()
        expect(again.returncode == 0 and place.images() == known, what, "the next night", again.returncode)
        place.whole(what, "the next night")
    print(f"vanish: {count} pools that went in mid-scan")
    place.gone()


def hide(folder, by_mount):
    if by_mount and subprocess.run(["mount", "-t", "tmpfs", "none", folder]).returncode == 0:
        return "mounted over"
    os.rename(folder, folder + ".away")
    return "renamed"


def show(folder, hidden):
    if hidden == "renamed":
        return os.rename(folder + ".away", folder)
    subprocess.run(["umount", "-l", folder], check=True)


def rewrite(program, numbers, count):
    """Images are written to, cut and grown while they are read; at rest, the database says what they say."""
    place, stop = Place(program, 60), threading.Event()
    place.scan()

    def rewriting():
        while not stop.is_set():
            name = f"{place.pool}/i{numbers.randrange(60)}.qcow2"
            with open(name, "r+b") as image:
                what = numbers.randrange(4)
                if what == 0:
                    image.truncate(numbers.randrange(600))
                elif what == 1:
                    image.write(bytes(numbers.randrange(256) for _ in range(40)))
                else:
                    image.write(qcow2(numbers.choice([b"base.qcow2", b"none", b"i1.qcow2", b""])))

    for _ in range(count):
        stop.clear()
        thread = threading.Thread(target=rewriting)
        thread.start()
        ended = place.run("scan", "--reread", place.pool)
        stop.set()
        thread.join()
        expect(ended.returncode in (0, 3), "a scan of images that are written to", ended.returncode, ended.stderr)
        place.whole("after images were written to")
        expect(place.scan().returncode == 0, "the night after images were written to")
        place.whole("the night after images were written to")
        listed = {image["filename"]: image for image in json.loads(place.run("list", "--all").stdout)}
        files = [f"{place.pool}/i{number}.qcow2" for number in range(60)]
        said = subprocess.run([program, "inspect", *files, "--output", "json"], capture_output=True).stdout
        for image in json.loads(said):
            known = listed.get(image["filename"], {})
            for key in ("format", "virtual-size", "backing-filename", "file-size"):
                expect(known.get(key) == image.get(key) or image.get("format") == "raw", "after images were written to",
                       image["filename"], key, known.get(key), "not", image.get(key))
    print(f"rewrite: {count} scans of images that are written to")
    place.gone()


def medium(program, numbers, count):
    """The database's file system gets full, or is made read-only, in mid-scan."""
    place = Place(program, 200)
    room, saved, taken = place.folder + "/room", place.folder + "/saved", 0
    os.mkdir(room)
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "none", room]).returncode:
        place.gone()
        return print("medium: mounting is not permitted here; not tried")
    try:
        place.database = room + "/db.sqlite"
        started = time.monotonic()
        expect(place.scan().returncode == 0, "the first scan on a medium")
        length = time.monotonic() - started
        shutil.copytree(room, saved)
        for number in range(200, 1200):
            write(f"{place.pool}/i{number}.qcow2", qcow2(b"base.qcow2"))
        for number in range(count):
            shutil.copytree(saved, room, dirs_exist_ok=True)
            process = subprocess.Popen(place.command("scan", place.pool), stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, cwd=place.folder)
            if number % 2 == 0:
                held = sum(os.stat(f"{room}/{name}").st_blocks for name in os.listdir(room)) // 2
                remount(room, f"size={held + numbers.randrange(2000)}k")
            else:
                time.sleep(numbers.random() * length * 2)
                taken += remount(room, "ro")
            after_medium(place, process, ["a full", "a read-only"][number % 2] + " medium:", room)
            for name in os.listdir(room):
                os.remove(f"{room}/{name}")
    finally:
        subprocess.run(["umount", "-l", room])
    print(f"medium: {count} scans; {taken} times it could be made read-only")
    place.gone()


def remount(room, how):
    # Refused while a file is open for writing, and then the scan goes on as ever.
    return subprocess.run(["mount", "-o", "remount," + how, room], capture_output=True).returncode == 0


def after_medium(place, process, what, room):
    _, said = process.communicate(timeout=300)
    remount(room, "rw,size=64m")
    scans = place.latest() - 1
    expect(scans == {0: 1, 3: 1, 1: 0}.get(process.returncode), what, "exit", process.returncode, "and", scans, "new scans")
    expect(scans == 0 or b"nothing was changed" not in said, what, "a new scan, and 'nothing was changed'")
    expect(process.returncode == 0 or said.strip(), what, "exit", process.returncode, "without a word")
    place.whole(what)
    expect(place.scan().returncode == 0 and len(place.images()) == 1201, what, "the next night")
    place.whole(what, "the next night")
