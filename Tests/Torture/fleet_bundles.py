"""Bundles that are cut, flipped and forged: taken whole or refused whole, and no question fails afterwards."""
import os, shutil, sqlite3, subprocess

from fleet_place import Centre, Host, missing, plain
from fleet_nights import Machine
from place import expect, qcow2, write

VALUES = [None, 0, 1, -1, 2, 7, 255, 65535, 2**31 - 1, 2**31, -2**31, 2**63 - 1, -2**63, 0.5, float("inf"), "", "x",
          "{", "[]", "null", '{"documents": 7}', '{"documents": ["live"], "level": {}}', "a" * 100_000, "\x00", "a\x00b",
          "\ufffe", "'; DROP TABLE source; --", b"", b"\0", b"\xff\xfe", b"/", b"x" * 100_000]
QUESTIONS = [["hosts"], ["status"], ["check"], ["broken"], ["orphans", "--all"], ["list"], ["log", "-n", "50"],
             ["storage", "list"], ["metrics"],
             ["sql", "SELECT * FROM fleet_images"], ["sql", "SELECT * FROM fleet_references"],
             ["sql", "SELECT * FROM fleet_open_findings"], ["sql", "SELECT * FROM fleet_storages"]]


def flip(path, numbers):
    with open(path, "r+b") as file:
        size = file.seek(0, 2)
        for _ in range(numbers.choice([1, 1, 2, 8, 64])):
            place = numbers.randrange(size)
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 1 << numbers.randrange(8)]))


def cut(path, numbers):
    os.truncate(path, numbers.randrange(os.path.getsize(path)))


def lengthen(path, numbers):
    with open(path, "ab") as file:
        file.write(numbers.randbytes(numbers.choice([1, 512, 4096, 100_000])))


def loosen(path):
    """Makes its tables anew, so that they take values of any type."""
    loose = path + "-loose"
    database = sqlite3.connect(loose)
    database.execute("ATTACH ? AS own", [path])
    for name, in database.execute("SELECT name FROM own.sqlite_schema WHERE type = 'table'").fetchall():
        columns = ", ".join(f'"{row[1]}"' for row in database.execute(f'PRAGMA own.table_info("{name}")'))
        database.execute(f'CREATE TABLE main."{name}" ({columns})')
        database.execute(f'INSERT INTO main."{name}" SELECT * FROM own."{name}"')
    for pragma in ("application_id", "user_version"):
        database.execute(f"PRAGMA main.{pragma} = {database.execute(f'PRAGMA own.{pragma}').fetchone()[0]}")
    database.commit()
    database.close()
    os.replace(loose, path)


def forge(path, numbers):
    loosen(path)
    database = sqlite3.connect(path)
    tables = [name for name, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    full = [name for name in tables if database.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")').fetchone()[0]]
    for _ in range(numbers.choice([1, 1, 1, 2, 5])):
        table = numbers.choice(full)
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
        try:
            what = numbers.randrange(10)
            if what < 7:
                value = numbers.choice(VALUES)
                where = numbers.choice(["true", "true", "rowid % 2 = 0"]) if table == "bundle" else "true"
                database.execute(f'UPDATE "{table}" SET "{numbers.choice(columns)}" = ? WHERE {where}', [value])
            elif what == 7:
                database.execute(f'DELETE FROM "{table}"')
            elif what == 8:
                names = ", ".join(f'"{column}"' for column in columns[1:])
                first = f'"{columns[0]}"'
                database.execute(f'INSERT INTO "{table}" ({first}{", " + names if names else ""}) '
                                 f'SELECT {first} + 1000{", " + names if names else ""} FROM "{table}"')
            else:
                ended = numbers.choice([name for name in tables if name.startswith("ended_")])
                own = [row[1] for row in database.execute(f'PRAGMA table_info("{ended}")')]
                database.execute(f'INSERT INTO "{ended}" VALUES ({", ".join("?" * len(own))})',
                                 [numbers.choice([1, 2, 3]) for _ in own])
        except sqlite3.Error:
            pass  # A key that is there already.
    database.commit()
    database.close()


def plant(path, numbers):
    database = sqlite3.connect(path)
    table = numbers.choice(["image", "place", "scan", "want", "bundle", "other"])
    statement = numbers.choice([
        "CREATE VIEW v AS SELECT 1", f"DROP TABLE IF EXISTS {table}; CREATE VIEW {table} AS SELECT 1 AS id",
        "CREATE TRIGGER t AFTER INSERT ON image BEGIN DELETE FROM place; END",
        f"CREATE INDEX i ON place (image)", f"CREATE VIRTUAL TABLE IF NOT EXISTS v USING fts5(a)",
        f"DROP TABLE IF EXISTS {table}; CREATE VIRTUAL TABLE {table} USING fts5(id)",
        f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (id AS (1), more)",
        "ALTER TABLE image ADD COLUMN more AS (inode + 1)",
        "CREATE INDEX i ON place (image) WHERE abs(image) > 0"])
    try:
        database.executescript(statement)
    except sqlite3.Error:
        pass
    database.close()


def state(centre):
    return centre.sql("SELECT count(*), sum(last_scan) FROM source; SELECT count(*) FROM place; SELECT count(*) FROM image; "
                      "SELECT count(*) FROM scan; SELECT count(*) FROM viewing; SELECT count(*), sum(coalesce(until_scan, 0)) FROM link; "
                      "SELECT count(*), sum(coalesce(until_scan, 0)) FROM reference; SELECT count(*), max(id) FROM directory; "
                      "SELECT count(*) FROM finding; SELECT count(*) FROM domain_state; SELECT md5(string_agg(pool::text, '')) FROM pool")


def first_nights(centre):
    """Two nights of a host: a bundle that stands on nothing, and one that stands on it."""
    host = Host(centre, 1)
    write(centre.tree + "/base.qcow2", qcow2())
    write(centre.tree + "/top.qcow2", qcow2(b"base.qcow2"))
    write(centre.tree + "/lost.qcow2", qcow2(b"none"))
    write(centre.tree + "/plain.img", bytes(4096))
    host.define(Machine("web", "top.qcow2", host, True))
    host.scan()
    first, ended = host.bundle("--full")
    expect(ended.returncode == 0, "export", ended.stderr)
    plain(first, host.home + "/first")
    taken = host.send("--full")
    os.remove(centre.tree + "/base.qcow2")
    write(centre.tree + "/new.qcow2", qcow2(b"top.qcow2"))
    host.define(Machine("web", "new.qcow2", host, False))
    host.scan()
    second, ended = host.bundle()
    expect(ended.returncode == 0, "export", ended.stderr)
    plain(second, host.home + "/second")
    return host


def fleet_bundles(program, numbers, count):
    if missing("fleet-bundles"):
        return
    centre = Centre(program)
    host = first_nights(centre)
    taken = 0
    centre.begin()
    for number in range(count):
        standing = number % 2 == 1
        if standing and not int(centre.sql("SELECT count(*) FROM source")):
            expect(centre.ask("import", host.home + "/first").returncode == 0, "the bundle as it was written")
        bad = host.home + "/bad"
        shutil.copy(host.home + ("/second" if standing else "/first"), bad)
        change = numbers.choice([flip, flip, cut, lengthen, forge, forge, forge, forge, plant])
        change(bad, numbers)
        before = state(centre)
        ended = centre.ask("import", bad)
        if ended.returncode == 0:
            # It was taken: nobody's questions may suffer from it.
            taken += 1
            for question in QUESTIONS:
                answer = centre.ask(*question)
                expect(answer.returncode in (0, 2), number, change.__name__, question, "fails after a bundle was taken:",
                       answer.stderr)
            answer = centre.ask("list", "--host", centre.sql("SELECT name FROM source LIMIT 1"))
            expect(answer.returncode in (0, 1, 2), number, change.__name__, "--host", answer.stderr)
            centre.begin()
        else:
            expect(ended.stderr.startswith("backstory-fleet: "), number, change.__name__, ended.stderr)
            expect(state(centre) == before, number, change.__name__, "left something", ended.stderr)
    expect(not os.listdir(centre.temporary), "temporary files are left", os.listdir(centre.temporary))
    print(f"fleet-bundles: {count} changed bundles, {taken} of them taken")
    centre.gone()
