"""A command that writes, the night on which it is tried, and what is promised; scans, the first and after an upgrade."""
import json, os, shutil, signal, sqlite3, subprocess

from place import ROOT, Place, expect, qcow2, write


class Command(Place):
    """A command on a place that can be put back to what it was before."""
    name = "scan again"
    is_first = False
    failing = "backstory"  # The program whose calls fail: it, or one that it runs.

    def __init__(self, program):
        super().__init__(program, 0)
        self.state, self.saved = self.folder + "/state", self.folder + "/saved"
        os.mkdir(self.state, 0o700)
        self.database = self.state + "/db.sqlite"
        self.make_pool()
        self.prepare()
        shutil.copytree(self.state, self.saved)
        self.before = self.facts() if os.path.exists(self.database) else ({}, set())
        self.restore()
        ended = self.run_with({})
        expect(ended.returncode == 0, self.name, "without a fault", ended.returncode, ended.stderr.decode())
        self.told, self.after = self.counts(ended), self.facts()
        self.number = self.latest()

    def make_pool(self):
        os.mkdir(self.pool + "/below")
        os.mkdir(self.folder + "/outside")
        os.mkdir(self.folder + "/domains")
        write(self.folder + "/outside/far.qcow2", qcow2())
        for name, image in (("moving", qcow2()), ("below/deep", qcow2()), ("on-moving", qcow2(b"moving.qcow2")),
                            ("on-base", qcow2(b"base.qcow2")), ("on-link", qcow2(b"link.qcow2")),
                            ("on-deep", qcow2(b"below/deep.qcow2")), ("on-far", qcow2(b"../outside/far.qcow2")),
                            ("on-nothing", qcow2(b"nothing.qcow2")), ("going", qcow2(b"on-base.qcow2", b""))):
            write(f"{self.pool}/{name}.qcow2", image)
        os.symlink("base.qcow2", self.pool + "/link.qcow2")
        write(self.folder + "/domains/m.xml", f"""<domain type='kvm'><name>m</name><os><type>hvm</type></os><devices>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{self.pool}/on-base.qcow2'/>
<target dev='vda'/></disk></devices></domain>""".encode())

    def night(self):
        """What has happened since the scan before."""
        os.rename(self.pool + "/moving.qcow2", self.pool + "/moved.qcow2")
        os.remove(self.pool + "/going.qcow2")
        write(self.pool + "/coming.qcow2", qcow2(b"base.qcow2"))

    def prepare(self):
        expect(self.run(*self.scanning()).returncode == 0, self.name, "its first scan")
        self.night()

    def scanning(self):
        return ["scan", "--jobs", "1", self.pool, "--domains", self.folder + "/domains"]

    def command_words(self):
        return self.scanning()

    def restore(self):
        shutil.rmtree(self.state)
        shutil.copytree(self.saved, self.state)

    def run_with(self, environment, timeout=120):
        words = self.command(*self.command_words(), output=self.output())
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder,
                                   start_new_session=True, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
                                                                "HOME": "/nonexistent", **environment})
        try:
            output, said = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            # What it runs goes with it.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        return subprocess.CompletedProcess(words, process.returncode, output, said)

    def output(self):
        return "json"

    # What is asked of the database: the program itself, and SQLite where that is enough.

    def facts(self):
        """The images with their numbers, and what is wrong with which."""
        listed, checked = self.run("list"), self.run("check")
        if listed.returncode != 0 or checked.returncode not in (0, 2):
            return None
        return ({image["filename"]: image["image-id"] for image in json.loads(listed.stdout)},
                {(found["kind"], found.get("filename", found.get("domain"))) for found in json.loads(checked.stdout)})

    def rows(self, question):
        if not os.path.exists(self.database):
            return []
        database = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return database.execute(question).fetchall()
        except sqlite3.OperationalError:
            return []
        finally:
            database.close()

    def latest(self):
        rows = self.rows("SELECT max(id) FROM scan")
        return rows[0][0] or 0 if rows else 0

    def counts(self, ended):
        scan = json.loads(ended.stdout or b"{}").get("scan", {})
        return {key: value for key, value in scan.items() if key not in ("number", "started", "finished")}

    def is_as_saved(self):
        for ending in ("", "-wal"):
            files = [folder + "/db.sqlite" + ending for folder in (self.state, self.saved)]
            contents = [open(file, "rb").read() if os.path.exists(file) else b"" for file in files]
            if contents[0] != contents[1]:
                return False
        return True

    # What is promised.

    def judge(self, ended, what, fault):
        self.told_truly(ended, what, fault)
        if self.is_as_saved():
            return
        if self.latest():
            self.whole(what)
        if ended.returncode in (0, 3):
            self.nothing_lost(ended, what, fault)
        self.heals(what)

    def told_truly(self, ended, what, fault):
        """The exit code and the message say what the database shows."""
        scans = self.latest() - (0 if self.is_first else self.number - 1)
        wanted = {0: 1, 3: 1, 1: 0}.get(ended.returncode)
        if self.is_of_an_output(ended, fault) and ended.returncode == 1:
            wanted = 1  # The scan is there; who asked could not be told.
        expect(scans == wanted, what, "exit", ended.returncode, "and", scans, "new scans")
        said_why(ended, what, fault)
        if scans:
            expect(b"nothing was changed" not in ended.stderr, what, "a new scan, and 'nothing was changed'")

    def is_of_an_output(self, ended, fault):
        """Whether what failed was to tell of the scan, and not to make it."""
        return fault.path == "<output>"

    def nothing_lost(self, ended, what, fault):
        facts = self.facts()
        if facts is None:
            return expect(False, what, "list or check fails")
        images, findings = facts
        if ended.returncode == 0:
            self.same(facts, what, but=("backing-",) if fault.name == "EACCES" else ())
            if fault.path != "<output>":
                expect(self.counts(ended) == self.told, what, "exit 0 and", self.counts(ended), "for", self.told)
        for path, number in self.before[0].items():
            gone = path not in self.after[0]
            expect(images.get(path) == number or (gone and path not in images), what, path, "is no longer", number)
        more = findings - self.after[1] - self.before[1]
        if fault.name == "EACCES":
            more = {found for found in more if found[0] != "backing-unreadable"}
        expect(not more, what, "finds", sorted(more))

    def same(self, facts, what, but=()):
        """The images have the numbers that they had, new ones any, and what is wrong is what is wrong.

        `but`: kinds that say of links what could not be read, where that is a fact and no failure (EACCES).
        """
        images, findings = facts
        old = set(self.before[0].values())
        findings, wanted = (timeless(some, but) for some in (findings, self.after[1]))
        expect(set(images) == set(self.after[0]), what, "lists", sorted(set(images) ^ set(self.after[0])))
        for path, number in self.after[0].items():
            expect(number not in old or images.get(path) == number, what, path, "is", images.get(path), "not", number)
            expect(number in old or images.get(path) not in old, what, path, "has the number of another image")
        expect(findings == wanted, what, "checks", sorted(findings ^ wanted))

    def heals(self, what):
        """The next night, on which nothing fails."""
        ended = self.run(*self.scanning())
        expect(ended.returncode == 0, what, "the next night ends with", ended.returncode, ended.stderr[-300:].decode())
        facts = self.facts()
        if facts is None:
            return expect(False, what, "list or check fails after the next night")
        self.same(facts, what + " the next night:")
        self.whole(what, "the next night")


def said_why(ended, what, fault):
    """Who did not do all says why: as a complaint, or in the answer."""
    answer = ended.stdout if ended.returncode == 3 else b""
    says = ended.stderr.strip() or b'"message"' in answer or b'"reason"' in answer
    expect(ended.returncode in (0, 2) or fault.path == "<complaint>" or says, what, "exit", ended.returncode,
           "without a word", ended.stdout)


def timeless(findings, but=()):
    """Without what comes with the number of nights alone, and without those whose kinds begin so."""
    return {found for found in findings if not found[0].startswith(("orphan", *but))}


class FirstScan(Command):
    name = "first scan"
    is_first = True

    def prepare(self):
        self.night()


class Migration(Command):
    """A scan of a database that an earlier version made: its schema, with the rows of one of today."""
    name = "migration"
    migrations = 3

    def prepare(self):
        super().prepare()
        self.found = super().facts()[1]
        now, old = self.database, self.state + "/old.sqlite"
        with sqlite3.connect(now) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        earlier(now, old, self.migrations)
        for name in os.listdir(self.state):
            if name.startswith("db.sqlite"):
                os.remove(f"{self.state}/{name}")
        os.rename(old, now)

    def is_current(self):
        """Whether every step of the upgrade is done; each is kept by itself."""
        return self.rows("SELECT count(*) FROM grdb_migrations")[0][0] == len(os.listdir(ROOT + "/Migrations"))

    def facts(self):
        return super().facts() if self.is_current() else self.known

    @property
    def known(self):
        rows = self.rows("SELECT filename, image_id FROM current_images")
        return {path: number for path, number in rows if number}, self.found

    def whole(self, *words):
        if self.is_current():
            super().whole(*words)


def earlier(now, old, count):
    """Makes `old` of the first migrations, and takes every row of `now` that has a place there."""
    database = sqlite3.connect(old, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
    for name in sorted(os.listdir(ROOT + "/Migrations"))[:count]:
        with open(f"{ROOT}/Migrations/{name}") as script:
            database.executescript(script.read())
        database.execute("INSERT INTO grdb_migrations VALUES (?)", [name.removesuffix(".sql")])
    database.execute("PRAGMA application_id = 1114329972")
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("ATTACH ? AS now", [now])
    tables = "SELECT name FROM {}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    there = {row[0] for row in database.execute(tables.format("now"))}
    for (table,) in database.execute(tables.format("main")).fetchall():
        if table not in there or table == "grdb_migrations":
            continue
        columns = [{row[1] for row in database.execute(f"PRAGMA {schema}.table_xinfo({table})") if row[6] == 0}
                   for schema in ("main", "now")]
        listed = ", ".join(f'"{column}"' for column in sorted(columns[0] & columns[1]))
        database.execute(f"DELETE FROM main.{table}")
        database.execute(f"INSERT INTO main.{table} ({listed}) SELECT {listed} FROM now.{table}")
    database.close()
    os.chmod(old, 0o600)
