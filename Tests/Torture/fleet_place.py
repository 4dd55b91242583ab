"""A centre on a PostgreSQL of its own, and hosts as namespaces on one shared tree; needs root."""
import glob, json, os, shutil, sqlite3, subprocess, tempfile, time, uuid

from place import expect, write

ROLE = "fleet"


def missing(name):
    """Says what a trial of a centre lacks here; whether it lacks anything."""
    what = "root" if os.geteuid() else "" if glob.glob("/usr/lib/postgresql/*/bin/initdb") else "PostgreSQL"
    if what:
        print(f"{name}: not tried, it needs {what}")
    return bool(what)


class Centre:
    """A server in a temporary directory, with a socket and no network, and the programs that fill it and ask it."""

    def __init__(self, program):
        self.program, self.fleet = program, os.path.join(os.path.dirname(program), "backstory-fleet")
        self.folder = tempfile.mkdtemp(prefix="backstory-torture-fleet-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.home, self.tree = self.folder + "/server", self.folder + "/tree"
        self.temporary = self.folder + "/temporary"
        for path in (self.home, self.tree, self.temporary):
            os.mkdir(path)
        subprocess.run(["chown", "postgres", self.home], check=True)
        bin = os.path.dirname(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1])
        self.server = lambda *words: subprocess.run(
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", bin + "/" + words[0], *words[1:]],
            check=True, stdout=subprocess.DEVNULL, cwd="/")
        data = self.home + "/data"
        self.server("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N")
        self.server("pg_ctl", "-D", data, "-w", "-l", self.home + "/log", "-o",
                    f"-k {self.home} -c listen_addresses= -c fsync=off -c max_connections=100", "start")
        self.psql("-c", f"CREATE ROLE {ROLE} LOGIN CREATEROLE", user="postgres", database="postgres")
        self.number, self.database = 0, ""
        self.begin()

    def begin(self):
        """An empty fleet in a database of its own."""
        self.number += 1
        self.database = f"fleet{self.number}"
        self.psql("-c", f"CREATE DATABASE {self.database} OWNER {ROLE}", user="postgres", database="postgres")
        ended = self.ask("init")
        expect(ended.returncode == 0, "init", ended.stderr)

    @property
    def environment(self):
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent",
                "TMPDIR": self.temporary,
                "BACKSTORY_FLEET": f"host={self.home} dbname={self.database} user={ROLE}"}

    def psql(self, *words, user=ROLE, database=None):
        ended = subprocess.run(
            ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-h", self.home, "-U", user, "-d", database or self.database, *words],
            check=True, capture_output=True, text=True)
        return ended.stdout.strip()

    def sql(self, query):
        return self.psql("-c", "SET search_path = backstory; " + query)

    def command(self, *words):
        return [self.fleet, *words]

    def ask(self, *words, timeout=120, **options):
        ended = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=timeout,
                               env=self.environment, **options)
        expect(ended.returncode in (0, 1, 2), words, "ended with", ended.returncode, ended.stderr[-300:])
        return ended

    def objects(self, *words):
        ended = self.ask(*words, "--output", "json")
        expect(ended.returncode in (0, 2), words, ended.stderr)
        return json.loads(ended.stdout or "[]")

    def gone(self):
        self.server("pg_ctl", "-D", self.home + "/data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


# How a host comes to the shared tree: by a mount of it, by a symbolic link to one, by a mount of what the tree lies in, or by a
# mount of a mount.
WAYS = {
    "mount": ("/mnt/$1", 'mkdir "/mnt/$1"; mount --bind "$3" "/mnt/$1"'),
    "link": ("/mnt/$1", 'mkdir "/mnt/real"; mount --bind "$3" "/mnt/real"; ln -s real "/mnt/$1"'),
    "nested": ("/mnt/$1/tree", 'mkdir -p "/mnt/$1"; mount --bind "$(dirname "$3")" "/mnt/$1"'),
    "bind": ("/mnt/$1/deep", 'mkdir -p /mnt/below "/mnt/$1/deep"; mount --bind "$3" /mnt/below; '
             'mount --bind /mnt/below "/mnt/$1/deep"'),
}
DAY = 86_400_000


class Host:
    """A host with a machine-id and a database of its own, which comes to the shared tree in a way of its own."""

    def __init__(self, centre, number, way="mount"):
        self.centre, self.name, self.way = centre, f"kvm{number:02}", way
        self.home, self.place = f"{centre.folder}/{self.name}", WAYS[way][0].replace("$1", f"kvm{number:02}")
        # By how many milliseconds its clock is wrong, and was in scans, by their tokens.
        self.clock, self.wrong = 0, {}
        self.database, self.token = self.home + "/inventory.sqlite", None
        for path in ("etc/libvirt/storage", "etc/libvirt/qemu", "run/libvirt/qemu"):
            os.makedirs(f"{self.home}/root/{path}")
        os.makedirs(self.home + "/nowhere/tree")
        write(self.home + "/machine-id", uuid.uuid4().hex.encode() + b"\n")

    def inside(self, *words, is_mounted=True):
        """Runs the program in namespaces of the host's own."""
        script = f"""hostname "$1"; mount --bind "$2/machine-id" /etc/machine-id; mount -t tmpfs none /mnt
            {WAYS[self.way][1]}; mkdir /mnt/again; mount --bind "$3" /mnt/again; shift 3; exec "$@" """
        environment = self.centre.environment | {"BACKSTORY_DB": self.database}
        return subprocess.run(
            ["unshare", "--mount", "--net", "--uts", "bash", "-ec", script, "host", self.name, self.home,
             self.centre.tree if is_mounted else self.home + "/nowhere/tree", self.centre.program, *words],
            capture_output=True, text=True, env=environment)

    def scan(self, *words, is_mounted=True):
        ended = self.inside("scan", self.place, "--libvirt", "--libvirt-root", self.home + "/root", "--grace-age", "0h",
                            *words, is_mounted=is_mounted)
        expect(ended.returncode in (0, 2, 3), self.name, "scan ended with", ended.returncode, ended.stdout, ended.stderr)
        if self.clock:
            with sqlite3.connect(self.database) as own:
                token, = own.execute("SELECT token FROM scan ORDER BY id DESC LIMIT 1").fetchone()
            self.wrong[token] = self.clock
        return ended

    def bundle(self, *words):
        path = self.home + "/bundle"
        if os.path.exists(path):
            os.remove(path)
        since = ["--since", self.token] if self.token and not words else []
        ended = self.inside("export", "--to", path, *since, *words)
        if self.wrong and ended.returncode == 0:
            self.shift(path)
        return path, ended

    def shift(self, path):
        """Makes the times of a bundle those that a wrong clock shows."""
        plain(path, path + ".plain")
        bundle = sqlite3.connect(path + ".plain")
        for token, by in self.wrong.items():
            bundle.execute("UPDATE scan SET started = started + ?, finished = finished + ? WHERE token = ?", [by, by, token])
        bundle.execute("UPDATE bundle SET created = created + ?", [self.clock])
        bundle.commit()
        bundle.close()
        os.replace(path + ".plain", path)

    def send(self, *words):
        """Writes a bundle and brings it, from where the centre wants it."""
        path, ended = self.bundle(*words)
        expect(ended.returncode == 0, self.name, "export", ended.stderr)
        taken = self.centre.ask("import", "--source", self.name, path)
        last = taken.stdout.strip().rsplit("\n", 1)[-1].split(" ")
        if taken.returncode == 0:
            self.token = last[1]
        elif last[0] == "expected" and not words:
            self.token = None if last[1] == "nothing" else last[1]
        return taken

    def domain(self, machine, disk):
        # The tree is mounted twice; outside of its pool a host follows what is no chain.
        place = "/mnt/again" if machine.is_led_past else self.place
        kind = "qcow2" if disk.endswith(".qcow2") else "raw"
        return (f"<domain type='kvm'><name>{machine.name}</name><uuid>{machine.uuid}</uuid><devices>"
                f"<disk type='file' device='disk'><driver name='qemu' type='{kind}'/><source file='{place}/{disk}'/>"
                "<target dev='vda'/></disk></devices></domain>")

    def define(self, machine):
        write(f"{self.home}/root/etc/libvirt/qemu/{machine.name}.xml", self.domain(machine, machine.disk).encode())
        live = f"{self.home}/root/run/libvirt/qemu/{machine.name}.xml"
        if machine.runs:
            write(live, f"<domstatus state='running' pid='1'>{self.domain(machine, machine.disk)}</domstatus>".encode())
        elif os.path.exists(live):
            os.remove(live)

    def undefine(self, machine):
        for path in ("etc", "run"):
            file = f"{self.home}/root/{path}/libvirt/qemu/{machine.name}.xml"
            if os.path.exists(file):
                os.remove(file)


def plain(path, into):
    """The bundle without what is packed around it."""
    with open(path, "rb") as file:
        start = file.read(4)
    program = "zstd" if start == b"\x28\xb5\x2f\xfd" else "gzip" if start[:2] == b"\x1f\x8b" else None
    with open(path, "rb") as file, open(into, "wb") as target:
        if program:
            subprocess.run([program, "-dc"], stdin=file, stdout=target, check=True)
        else:
            shutil.copyfileobj(file, target)


def now():
    return int(time.time() * 1000)
