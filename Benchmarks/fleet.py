"""Measures a centre of many hosts against PostgreSQL itself and against the hosts' own files; writes a table.

Started by Scripts/bench --fleet, as root: PostgreSQL runs in a directory of its own. A pool is scanned once, and its database
copied for every host with an identity of its own; then one image in a hundred changes, and it is scanned again.
"""

import argparse
import datetime
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, ROOT + "/Tests/Torture")
from fleet_place import Centre  # noqa: E402
from place import qcow2, write  # noqa: E402

IDENTITY = "nfs:filer:/images"
DISKS = 20  # of every machine
CROWD = 50  # importers at once
NIGHTS = 5  # hosts that scan twice


def say(*words):
    print(*words, file=sys.stderr)


def ticks(path):
    """CPU seconds of a process and of all its children that have ended."""
    with open(path) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def held(process):
    """KiB of memory that a process held at most; 0 where it has ended."""
    try:
        with open(f"/proc/{process}/status") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


class Bench:
    def __init__(self, program, hosts, images):
        self.centre = Centre(program)
        self.hosts, self.images = hosts, images
        with open(self.centre.home + "/data/postmaster.pid") as file:
            self.postmaster = int(file.readline())
        self.pool = self.centre.folder + "/pool"
        os.mkdir(self.pool)
        self.own = self.centre.folder + "/one.sqlite"
        self.files = []
        for base in range(images // 100):
            directory = f"{self.pool}/d{base:04}"
            os.mkdir(directory)
            write(directory + "/base.qcow2", qcow2())
            for number in range(99):
                self.files.append(f"{directory}/o{number:02}.qcow2")
                write(self.files[-1], qcow2(b"base.qcow2" if number % 50 else b"none"))
        self.domains = self.centre.folder + "/domains"
        os.mkdir(self.domains)
        used = [path for number, path in enumerate(self.files) if number % 20]
        for number in range(0, len(used), DISKS):
            disks = "".join(f"<disk type='file' device='disk'><driver type='qcow2'/><source file='{path}'/>"
                            f"<target dev='vd{chr(97 + place)}'/></disk>"
                            for place, path in enumerate(used[number:number + DISKS]))
            write(f"{self.domains}/m{number}.xml",
                  f"<domain type='kvm'><name>m{number}</name><devices>{disks}</devices></domain>".encode())

    def host(self, database, *words, code=(0, 2)):
        ended = subprocess.run([self.centre.program, *words], capture_output=True, text=True,
                               env=self.centre.environment | {"BACKSTORY_DB": database})
        if ended.returncode not in code:
            raise SystemExit(f"{words}: {ended.stdout}{ended.stderr}")
        return ended.stdout

    def scan(self, database, name=None):
        """Scans, in namespaces with a machine-id and a name of their own where it is a copied host."""
        words = ["scan", self.pool, "--domains", self.domains, "--grace-age", "0h"]
        if not name:
            return self.host(database, *words)
        with sqlite3.connect(database) as copy:
            machine, = copy.execute("SELECT machine_id FROM host").fetchone()
        write(self.centre.folder + "/machine-id", machine.encode() + b"\n")
        script = 'hostname "$1"; mount --bind "$2" /etc/machine-id; shift 2; exec "$@"'
        ended = subprocess.run(
            ["unshare", "--mount", "--uts", "bash", "-ec", script, "host", name, self.centre.folder + "/machine-id",
             self.centre.program, *words], capture_output=True, text=True,
            env=self.centre.environment | {"BACKSTORY_DB": database})
        if ended.returncode not in (0, 2):
            raise SystemExit(f"{name}: {ended.stdout}{ended.stderr}")

    def copies(self):
        """The database for every host, each with an identity, a machine-id and tokens of its own."""
        for number in range(self.hosts):
            database = f"{self.centre.folder}/h{number:03}.sqlite"
            if not os.path.exists(database):
                with sqlite3.connect(self.own) as one:
                    one.execute("VACUUM INTO ?", [database])
                with sqlite3.connect(database) as copy:
                    copy.execute("UPDATE identity SET database = randomblob(16)")
                    copy.execute("UPDATE host SET machine_id = lower(hex(randomblob(16))), name = ?", [f"h{number:03}"])
                    copy.execute("UPDATE scan SET token = randomblob(16)")
                    # Half of the hosts share a storage. Those that scan again find the disk that they know.
                    if number >= NIGHTS:
                        copy.execute("UPDATE filesystem SET identity = ? WHERE id = 1",
                                     [IDENTITY if number % 2 else f"ext4:{number:016x}"])
            yield number, database

    def bundle(self, number, database, *words):
        path = f"{self.centre.folder}/h{number:03}.bundle"
        if os.path.exists(path):
            os.remove(path)
        self.host(database, "export", "--to", path, *words)
        return path

    def take(self, *bundles, at_once=1):
        """Imports; seconds of the clock, of the server's CPU, of the importers' CPU, and the largest importer's MiB."""
        start, server = time.monotonic(), ticks(f"/proc/{self.postmaster}/stat")
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak, running, failed = 0, [], 0
        for path in [*bundles, *[None] * at_once]:
            while running and (path is None or len(running) == at_once):
                process = running.pop(0)
                # What wait says of the memory counts this program's own, from which the process was forked.
                while process.poll() is None:
                    peak = max(peak, held(process.pid))
                    time.sleep(0.01)
                failed += process.returncode != 0
            if path:
                running.append(subprocess.Popen(
                    self.centre.command("import", "--source", os.path.basename(path).split(".")[0], path),
                    env=self.centre.environment, stdout=subprocess.DEVNULL))
        if failed:
            raise SystemExit(f"{failed} imports failed")
        wall = time.monotonic() - start
        time.sleep(0.3)  # The server's processes end, and count as its children's.
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (wall, ticks(f"/proc/{self.postmaster}/stat") - server,
                after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime, peak / 1024)

    def copy(self):
        """The rows of one host once more, by COPY into tables that have their keys alone; the server's CPU seconds."""
        tables = self.centre.sql(
            "SELECT class.relname FROM pg_class AS class JOIN pg_attribute AS first ON first.attrelid = class.oid AND first.attnum = 1 "
            "AND first.attname = 'source' WHERE class.relnamespace = 'backstory'::regnamespace AND class.relkind IN ('r', 'p') "
            "AND NOT class.relispartition AND class.relname NOT IN ('source', 'viewing')").split("\n")
        source = self.centre.sql("SELECT min(id) FROM source")
        script = ["SET search_path = backstory"]
        for table in tables:
            file = f"{self.centre.home}/{table}.copy"
            self.centre.psql("-c", f"COPY (SELECT * FROM backstory.\"{table}\" WHERE source = {source}) TO '{file}' (FORMAT binary)",
                             user="postgres")
            key = self.centre.sql(f"SELECT string_agg(quote_ident(attname), ', ' ORDER BY array_position(indkey::int2[], attnum)) "
                                  f"FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey::int2[]) "
                                  f"WHERE indrelid = 'backstory.\"{table}\"'::regclass AND indisprimary")
            script.append(f"CREATE TABLE keyed.\"{table}\" (LIKE backstory.\"{table}\", PRIMARY KEY ({key}))")
            script.append(f"COPY keyed.\"{table}\" FROM '{file}' (FORMAT binary)")
        costs = []
        for _ in range(5):
            before = ticks(f"/proc/{self.postmaster}/stat")
            self.centre.psql("-c", "DROP SCHEMA IF EXISTS keyed CASCADE; CREATE SCHEMA keyed; " + "; ".join(script),
                             user="postgres")
            time.sleep(0.3)
            costs.append(ticks(f"/proc/{self.postmaster}/stat") - before)
        self.centre.psql("-c", "DROP SCHEMA keyed CASCADE", user="postgres")
        return statistics.median(costs)

    def question(self, query, setting="SET jit = off"):
        """Milliseconds that the server takes, the median of five, the first one not counted."""
        found = []
        for _ in range(6):
            text = self.centre.psql("-c", f"SET search_path = backstory; {setting}; EXPLAIN (ANALYZE, TIMING OFF, FORMAT TEXT) {query}")
            found.append(float(text.rsplit("Execution Time: ", 1)[1].split(" ")[0]))
        return statistics.median(found[1:])

    def sql(self, name, *values):
        with open(f"{ROOT}/Sources/Fleet/PostgreSQL/fleet/{name}.sql") as file:
            text = file.read()
        for number in range(len(values), 0, -1):
            text = text.replace(f"${number}", values[number - 1])
        return text


RECURSION = """
WITH RECURSIVE used (source, image) AS (
  SELECT link.source, link.target_image FROM link
  JOIN source ON source.id = link.source
  WHERE link.holder < 0 AND link.until_scan IS NULL AND link.target_image IS NOT NULL
  UNION
  SELECT coalesce(other.source, link.source), coalesce(other.image, link.target_image) FROM used
  JOIN link ON link.source = used.source AND link.holder = used.image AND link.until_scan IS NULL
  LEFT JOIN viewing AS own ON own.source = link.source AND own.image = link.target_image
  LEFT JOIN viewing AS other ON other.shared = own.shared
  WHERE link.target_image IS NOT NULL
)
SELECT viewing.shared FROM viewing
JOIN place ON place.source = viewing.source AND place.image = viewing.image AND place.until_scan IS NULL
LEFT JOIN used ON used.source = viewing.source AND used.image = viewing.image
GROUP BY viewing.shared HAVING count(used.image) = 0
"""


def measure(bench):
    rows = []

    def row(what, value, bar=None, unit=""):
        rows.append((what, f"{value:.2f}{unit}", "" if bar is None else f"≤ {bar}{unit}"))
        say(*rows[-1])

    bench.scan(bench.own)
    databases = dict(bench.copies())
    firsts = [bench.bundle(number, database) for number, database in databases.items()]
    sizes = [os.path.getsize(path) for path in firsts]
    alone = [bench.take(path) for path in firsts[:5]]
    # The system counts in hundredths of a second: their mean says more than their median.
    first = statistics.mean(cost[1] for cost in alone)
    row("first import, the server's CPU : COPY into tables with their keys", first / bench.copy(), 2.0)
    row("first import, the importer's CPU in seconds", statistics.median(cost[2] for cost in alone))
    row("first import, the importer's memory", max(cost[3] for cost in alone), 64, " MiB")
    row("first bundle, bytes an image", statistics.median(sizes) / bench.images)
    rest = firsts[5:]
    crowd = min(CROWD, len(rest) // 2)
    one = bench.take(*rest[:crowd])
    many = bench.take(*rest[crowd:2 * crowd], at_once=crowd)
    row(f"{crowd} at once : in turn, by the clock", many[0] / one[0], 1.2)
    bench.take(*rest[2 * crowd:])
    bench.centre.psql("-c", "VACUUM ANALYZE", user="postgres")
    whole = int(bench.centre.psql("-c", f"SELECT pg_database_size('{bench.centre.database}')"))
    row("the database : the hosts' files", whole / sum(os.path.getsize(path) for path in databases.values()), 2.0)

    # A quiet night of some of them: one image in a hundred changes.
    nights = []
    for number in range(NIGHTS):
        database = databases[number]
        for path in bench.files[number::100]:
            os.utime(path)
        bench.scan(database, f"h{number:03}")
        token = sqlite3.connect(database).execute("SELECT lower(hex(token)) FROM scan WHERE id = 1").fetchone()[0]
        path = bench.bundle(number, database, "--since", token)
        plain = subprocess.run(f"zstd -dc {path} > {path}.plain", shell=True, check=True) and path + ".plain"
        reader = sqlite3.connect(plain)
        changed = sum(reader.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name, in reader.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'bundle'").fetchall())
        nights.append((os.path.getsize(path), changed, bench.take(path)))
    row("a quiet night's bundle : 16 bytes a row and 4 KiB",
        statistics.median(size / (16 * changed + 4096) for size, changed, _ in nights), 1.0)
    row("import of a quiet night : of a first one, the server's CPU",
        statistics.mean(cost[1] for _, _, cost in nights) / first, 0.25)

    bench.centre.psql("-c", "VACUUM ANALYZE", user="postgres")
    kinds = "'backing-missing,data-file-missing,extent-missing,domain-image-missing'"
    row("broken links of all hosts", bench.question(bench.sql("fleet_findings_of_hosts", "NULL::bigint", kinds, "0::bigint")), None,
        " ms")
    shared = bench.centre.sql("SELECT viewing.shared FROM viewing JOIN link ON link.source = viewing.source AND "
                              "link.target_image = viewing.image LIMIT 1")
    row("dependents of a shared image", bench.question(bench.sql("fleet_dependents", "NULL::bigint", shared, "NULL", "NULL")), 10,
        " ms")
    now = str(int(time.time() * 1000))
    asked = bench.question(bench.sql("fleet_orphans", "NULL::bigint", now, "129600000", "300000"))
    row("orphans of a storage, with every viewer's word", asked, None, " ms")
    row("orphans of a storage : by recursion", asked / bench.question(RECURSION), 0.25)
    same = all(bench.host(databases[number], *question, "--output", "json")
               == bench.centre.ask(*question, "--output", "json", "--host", f"h{number:03}").stdout
               for number in range(NIGHTS) for question in (["list"], ["check"], ["log"], ["orphans", "--all"]))
    rows.append(("answers with --host are the host's, byte for byte", "yes" if same else "no", "yes"))
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--result", required=True)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--size", type=int, default=5000, help="images of each host")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    bench = Bench(given.program, given.hosts, given.size)
    try:
        rows = measure(bench)
        version = bench.centre.psql("-c", "SHOW server_version").split(" ")[0]
    finally:
        bench.centre.gone()
    with open(given.result, "w") as file:
        file.write(f"# What a centre costs, measured on {datetime.date.today()}\n\n"
                   f"{os.cpu_count()} processors, PostgreSQL {version} without fsync; load before the run {load:.1f}. "
                   f"Made by `Scripts/bench --fleet`.\n\n{given.hosts} hosts with {given.size:,} images each; half of them share a "
                   "storage. Ratios are of medians within this run.\n")
        if load > 0.5:
            file.write("\n**Other work ran on the machine: times by the clock say little.**\n")
        file.write("\n| | | bar |\n| --- | ---: | ---: |\n")
        for what, value, bar in rows:
            file.write(f"| {what} | {value} | {bar} |\n")


if __name__ == "__main__":
    main()
