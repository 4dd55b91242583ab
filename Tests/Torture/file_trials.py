"""Trials of files: hostile images and names, files that are swapped, very many."""
import os, resource, shutil, subprocess, threading, time

from place import ROOT, Place, expect, qcow2, write

NASTY = [b"a\nb", b"\x1b[31mred", b"\xe2\x80\xaeoverride", b"q\"'`$(id)", b"=1+1", b"\xff\xfe", b"<b>&amp;",
         b"tab\there", b"-rf", b"a\\x1b", b"\xc2\x9bcsi", b"\r", b"comma,semi;", b"x" * 240]


def outside_opens(place, trace):
    """Paths that the program opened for reading besides the pool, its own files and the system's."""
    allowed = (place.pool, place.folder + "/db.sqlite", "/proc", "/sys", "/etc", "/usr", "/lib", "/dev", "/run",
               "/var/lib/libvirt", "/var/tmp/etilqs", "/tmp/etilqs")
    found = []
    with open(trace, errors="backslashreplace") as lines:
        for line in lines:
            if "openat(" not in line or "O_PATH" in line or " = -1" in line or ".so" in line or f'"{place.folder}"' in line:
                continue
            if "secret" in line or ("\"/" in line and not line.split('"')[1].startswith(allowed)):
                found.append(line.strip())
    return found


def hostile(program, numbers, count):
    """Mutated images of every format beside healthy ones, under names that want to be something else."""
    place = Place(program, 30)
    write(place.folder + "/secret", qcow2())
    seeds = [open(f"{ROOT}/Tests/Fuzz/Seeds/{name}", "rb").read()
             for name in sorted(os.listdir(ROOT + "/Tests/Fuzz/Seeds")) if not name.startswith("reference")]
    for number in range(count * 10):
        image = bytearray(seeds[number % len(seeds)])
        for _ in range(numbers.choice([1, 3, 30])):
            image[numbers.randrange(max(1, len(image)))] = numbers.randrange(256)
        name = NASTY[number % len(NASTY)] + b"-%d" % number
        write(os.path.join(place.pool.encode(), name), image)
    for number, name in enumerate(NASTY):
        write(os.path.join(place.pool.encode(), b"ref%d" % number), qcow2(name, b"raw"))
    for name, goal in (("out", "../secret"), ("loop", "loop"), ("zero", "/dev/zero"), ("up", "..")):
        os.symlink(goal, f"{place.pool}/{name}")
    write(place.pool + "/points-out.qcow2", qcow2(b"../secret", b"qcow2"))
    os.mkfifo(place.pool + "/fifo")
    with open(place.pool + "/huge.raw", "wb") as huge:
        try:
            os.ftruncate(huge.fileno(), (1 << 63) - 4096)
        except OSError:
            os.ftruncate(huge.fileno(), 1 << 43)
    # The kernel moves the time of a link that is read, whoever reads it.
    before = {name: os.stat(os.path.join(place.pool, name), follow_symlinks=False).st_atime_ns
              for name in os.listdir(place.pool) if not os.path.islink(os.path.join(place.pool, name))}
    trace = place.folder + "/trace"
    wrapped = ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=openat,open", "-o", trace]
    command = (wrapped if shutil.which("strace") else []) + place.command("scan", place.pool)
    ended = subprocess.run(command, capture_output=True, timeout=300, cwd=place.folder)
    expect(ended.returncode in (0, 3), "a scan of a hostile pool", ended.returncode, ended.stderr[-300:])
    if shutil.which("strace"):
        expect(not outside_opens(place, trace), "opened outside", outside_opens(place, trace)[:3])
    else:
        print("hostile: strace is not installed; what is opened was not watched")
    moved = [name for name in before
             if os.stat(os.path.join(place.pool, name), follow_symlinks=False).st_atime_ns != before[name]]
    expect(not moved, "access times moved", moved[:3])
    listed = place.run("list").stdout
    expect(all(b"/i%d.qcow2\"" % number in listed for number in range(30)), "a healthy image is not listed")
    for output in ("human", "json", "csv"):
        for words in (["list", "--all"], ["check"], ["broken"], ["unformatted"], ["orphans", "--all"], ["pools"],
                      ["scans"], ["diff", "1", "1"], ["chain", "#1"], ["show", "#2"], ["dependents", "#1"],
                      ["history", "#3"], ["sql", "SELECT * FROM current_images"]):
            place.run(*words, output=output)
    place.whole("after a hostile pool")
    print(f"hostile: {count * 10} mutated images beside 31 healthy ones")
    place.gone()


def swap(program, numbers, count):
    """Files that become something else between the listing and the opening."""
    place = Place(program, 40)
    write(place.folder + "/secret", qcow2(b"secret-base"))
    stop = threading.Event()

    def swapping():
        number = 0
        while not stop.is_set():
            name, number = f"{place.pool}/i{number % 40}.qcow2", number + 1
            other = place.folder + "/other"
            kind = number % 5
            try:
                if kind == 0:
                    os.mkfifo(other)
                elif kind == 1:
                    os.symlink("../secret", other)
                elif kind == 2:
                    os.symlink("/dev/zero", other)
                else:
                    write(other, qcow2()[:numbers.randrange(512)] if kind == 3 else qcow2())
                os.rename(other, name)
            except OSError:
                pass

    thread = threading.Thread(target=swapping)
    thread.start()
    trace = place.folder + "/trace"
    for _ in range(count):
        command = place.command("scan", "--reread", place.pool)
        if shutil.which("strace"):
            command = ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=openat,open", "-o", trace] + command
        ended = subprocess.run(command, capture_output=True, timeout=60, cwd=place.folder)
        expect(ended.returncode in (0, 3), "a scan while files are swapped", ended.returncode, ended.stderr[-300:])
        if shutil.which("strace"):
            expect(not outside_opens(place, trace), "opened outside", outside_opens(place, trace)[:3])
    stop.set()
    thread.join()
    expect(b"secret-base" not in place.run("list").stdout, "a swapped link was read")
    place.whole("after swaps")
    print(f"swap: {count} scans while files were swapped")
    place.gone()


def crowd(program, numbers, count):
    """A directory of very many files, with few descriptors."""
    place = Place(program, 0)
    for number in range(count * 1000):
        os.close(os.open(f"{place.pool}/f{number}.raw", os.O_CREAT | os.O_WRONLY))
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    started = time.monotonic()
    expect(place.run("scan", place.pool, timeout=900, preexec_fn=few).returncode == 0, "a scan of a crowd")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"crowd: {count * 1000} files in {time.monotonic() - started:.1f} s, at most {peak} MiB")
    place.whole("after a crowd")
    place.gone()
