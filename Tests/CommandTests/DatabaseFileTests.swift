import Foundation
import Testing

/// What stands where the database is looked for, and who may do what with it.
@Suite struct DatabaseFileTests {
  /// A folder with a pool of one image, and its database in a folder of its own.
  private func scanned() throws -> Folder {
    let folder = try Folder()
    try shell(folder, "mkdir pool state; chmod 755 . state")
    try folder.write(QCOW2Sample().bytes, "pool/a.qcow2")
    let scan = try Program.run("scan", "pool", "--db", "state/db.sqlite", in: folder)
    #expect(scan.code == 0, "\(scan.complaint)")
    return folder
  }

  @discardableResult
  private func shell(_ folder: Folder, _ line: String) throws -> Run {
    let run = try Program.shell(line, in: folder)
    #expect(run.code == 0, "\(line): \(run.complaint)")
    return run
  }

  private func list(_ folder: Folder) throws -> Run {
    try Program.run("list", "--output", "csv", "--db", "state/db.sqlite", in: folder)
  }

  @Test func `what is done is told as done where the output takes no more`() throws {
    let folder = try scanned()
    for word in ["scan pool", "keep pool/a.qcow2 --reason x", "prune --keep-last 2"] {
      let run = try Program.shell(
        "\"$BACKSTORY\" \(word) --db state/db.sqlite >/dev/full", in: folder)
      #expect(run.code == 1)
      #expect(
        run.complaint
          == "backstory: all was done, but the output cannot be written: no space left on device\n")
    }
    let scans = try Program.run("scans", "--output", "json", "--db", "state/db.sqlite", in: folder)
    #expect(scans.objects.count == 2)
    let kept = try Program.run(
      "keep", "--list", "--output", "json", "--db", "state/db.sqlite", in: folder)
    #expect(kept.objects.count == 1)
  }

  @Test func `everything beside the database is its owner's alone, whatever the umask`() throws {
    let folder = try scanned()
    try shell(
      folder,
      "rm -r state; mkdir -m 755 state; umask 0; \"$BACKSTORY\" scan pool --db state/db.sqlite")
    let modes = try shell(folder, "cd state; stat -c '%a %n' *").output
    #expect(
      modes == "600 db.sqlite\n600 db.sqlite-shm\n600 db.sqlite-wal\n600 db.sqlite.lock\n")
  }

  @Test(.enabled(if: getuid() == 0, "only root can become somebody else"))
  func `the folder that is made for it is its owner's alone, whatever the umask`() throws {
    let folder = try scanned()
    let modes = try shell(
      folder,
      """
      mkdir own; chown 65534 own; umask 0; export XDG_STATE_HOME="$PWD/own/s"
      setpriv --reuid 65534 --regid 65534 --clear-groups "$BACKSTORY" scan pool >/dev/null
      stat -c %a own/s/backstory own/s/backstory/inventory.sqlite
      """)
    #expect(modes.output == "700\n600\n")
  }

  @Test func `a database whose path is no plain text is made and asked just there`() throws {
    let folder = try scanned()
    for name in ["new\nline.sqlite", "50%25 ?#.sqlite", "file:x.sqlite"] {
      let scan = try Program.run("scan", "pool", "--db", name, in: folder)
      #expect(scan.code == 0, "\(scan.complaint)")
      #expect(FileManager.default.fileExists(atPath: folder.url(name).path))
      #expect(try Program.run("scans", "--db", name, in: folder).code == 0)
    }
  }

  @Test func `a database in a folder whose name is not UTF-8 is found, and an argument is refused`()
    throws
  {
    let folder = try scanned()
    let there = try Program.shell(
      """
      d="$(printf 'odd\\377')"; mkdir "$d"; cd "$d" && "$BACKSTORY" scan ../pool --db db.sqlite &&
        "$BACKSTORY" list --db db.sqlite --output csv && test -s db.sqlite
      """, in: folder)
    #expect(there.code == 0, "\(there.complaint)")
    let named = try Program.shell(
      "\"$BACKSTORY\" scan pool --db \"$(printf 'odd\\376.sqlite')\"", in: folder)
    #expect(named.code == 1)
    #expect(named.complaint.hasPrefix("backstory: an argument is not UTF-8; "))
    #expect(try shell(folder, "ls").output.split(separator: "\n").count == 3)
  }

  @Test func `a database of another program, and one of a newer, are left as they are`() throws {
    let folder = try scanned()
    try shell(folder, "sqlite3 other.sqlite 'CREATE TABLE t (x)'; cp other.sqlite before.sqlite")
    for verb in [["list"], ["verify"], ["scan", "pool"]] {
      let run = try Program.run(verb + ["--db", "other.sqlite"], in: folder)
      #expect(run.code == 1)
      #expect(run.complaint.contains("is a database of another program; it was not changed"))
    }
    try shell(folder, "cmp other.sqlite before.sqlite")
    try shell(
      folder, "sqlite3 state/db.sqlite \"INSERT INTO grdb_migrations VALUES ('m9999-future')\"")
    for verb in [["list"], ["scan", "pool"], ["prune", "--keep-last", "1"]] {
      let run = try Program.run(verb + ["--db", "state/db.sqlite"], in: folder)
      #expect(run.code == 1)
      #expect(run.complaint.contains("was written by a newer backstory (it has m9999-future)"))
    }
  }

  @Test func `a database whose making was killed is made by the next scan`() throws {
    let folder = try scanned()
    try shell(
      folder,
      "sqlite3 cut.sqlite 'CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)'")
    let early = try Program.run("list", "--db", "cut.sqlite", in: folder)
    #expect(early.code == 1)
    #expect(early.complaint.contains("holds no scan yet; run 'backstory scan' first"))
    #expect(try Program.run("scan", "pool", "--db", "cut.sqlite", in: folder).code == 0)
    #expect(try Program.run("verify", "--db", "cut.sqlite", in: folder).code == 0)
  }

  @Test func `what a killed transaction left is put back by the next scan`() throws {
    let folder = try scanned()
    let lines = [
      "PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (x);",
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)",
      "INSERT INTO half SELECT randomblob(2000) FROM n;", ".shell kill -9 $PPID",
    ]
    try folder.write(Array(lines.joined(separator: "\n").utf8), "half.sql")
    _ = try Program.shell("sqlite3 cut.sqlite <half.sql", in: folder)
    #expect(try Program.shell("test -s cut.sqlite-journal", in: folder).code == 0)
    let early = try Program.run("list", "--db", "cut.sqlite", in: folder)
    #expect(early.code == 1)
    #expect(early.complaint.contains("the first scan was killed while it wrote"))
    #expect(try Program.run("scan", "pool", "--db", "cut.sqlite", in: folder).code == 0)
    #expect(try Program.run("verify", "--db", "cut.sqlite", in: folder).code == 0)
  }

  @Test func `who comes second learns who scans, or waits`() throws {
    let folder = try scanned()
    let run = try Program.shell(
      """
      flock state/db.sqlite.lock sh -c 'echo "4711 1 backstory scan" >state/db.sqlite.lock; sleep 1' &
      sleep 0.3
      "$BACKSTORY" scan pool --db state/db.sqlite; echo $?
      "$BACKSTORY" list --db state/db.sqlite >/dev/null; echo $?
      "$BACKSTORY" scan pool --db state/db.sqlite --wait >/dev/null; echo $?
      """, in: folder)
    #expect(run.output == "1\n0\n0\n")
    #expect(
      run.complaint.contains("'backstory scan' is already using the database (process 4711)"))
  }

  @Test(.enabled(if: getuid() == 0, "only root can become somebody else"))
  func `who may read and not write can ask, with and without the log beside it`() throws {
    let folder = try scanned()
    let asRoot = try list(folder)
    try shell(folder, "chgrp 65534 state/*; chmod 640 state/*")
    let ask = """
      setpriv --reuid 65533 --regid 65534 --clear-groups \
        "$BACKSTORY" list --output csv --db state/db.sqlite
      """
    #expect(try shell(folder, ask).output == asRoot.output)
    try shell(folder, "rm state/db.sqlite-wal state/db.sqlite-shm")
    #expect(try shell(folder, ask).output == asRoot.output)
    try shell(folder, "chmod 600 state/*")
    let refused = try Program.shell(ask, in: folder)
    #expect(refused.code == 1)
    #expect(refused.complaint.contains("it cannot be opened; check its path and permissions"))
  }

  @Test(.enabled(if: getuid() == 0, "only root has capabilities to give"))
  func `a user with CAP_DAC_READ_SEARCH alone scans what only root may read`() throws {
    let folder = try scanned()
    try shell(folder, "chmod 700 pool; chmod 600 pool/*; mkdir own; chown 65534 own; chmod 700 own")
    let run = try Program.shell(
      """
      setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all,+dac_read_search \
        --ambient-caps=-all,+dac_read_search --bounding-set=-all,+dac_read_search --no-new-privs \
        "$BACKSTORY" scan pool --db own/db.sqlite --output json
      """, in: folder)
    #expect(run.code == 0, "\(run.complaint)")
    #expect(run.count("images") == 1)
    #expect(run.count("unreadable") == 0)
  }

  @Test(
    .enabled(if: getuid() == 0, "only root is refused what others could have written"),
    arguments: [
      ("chown 65534 state/db.sqlite", "/state/db.sqlite' belongs to user 65534"),
      ("chmod 666 state/db.sqlite", "/state/db.sqlite' can be written by others"),
      ("chmod 777 state", "/state' can be written by others"),
      ("chmod 1777 state", "/state' can be written by others"),
      ("chown 65534 state", "/state' belongs to user 65534"),
      (
        "mv state real; chmod 777 real; mkdir state; ln -s ../real/db.sqlite state/db.sqlite",
        "/real' can be written by others"
      ),
      (
        "mv state/db.sqlite db; ln -s ../db state/db.sqlite; chown -h 65534 state/db.sqlite",
        "/state/db.sqlite' belongs to user 65534"
      ),
    ])
  func `root acts on no database that others could have written, and asks what --db names`(
    line: String, why: String
  ) throws {
    let folder = try scanned()
    try shell(folder, line)
    for verb in [["scan", "pool"], ["prune", "--keep-last", "1"], ["repair"]] {
      let run = try Program.run(verb + ["--db", "state/db.sqlite"], in: folder)
      #expect(run.code == 1)
      #expect(
        run.complaint.contains(" as root: ") && run.complaint.contains(why), "\(run.complaint)")
    }
    let named = try Program.run(
      "list", in: folder, environment: ["BACKSTORY_DB": folder.url("state/db.sqlite").path])
    #expect(named.code == 1)
    #expect(try list(folder).code == 0)
  }

  @Test func `verify says clean, broken, and that it could not be done`() throws {
    let folder = try scanned()
    let clean = try Program.run("verify", "--output", "json", "--db", "state/db.sqlite", in: folder)
    #expect(clean.code == 0)
    #expect(clean.output == "[]\n")
    try shell(folder, "sqlite3 state/db.sqlite 'UPDATE place SET until_scan = from_scan'")
    let broken = try Program.run(
      "verify", "--output", "json", "--db", "state/db.sqlite", in: folder)
    #expect(broken.code == 2)
    #expect(broken.objects.first?["check"] as? String == "interval-empty")
    #expect(
      broken.objects.first?["subject"] as? String == "place of image 1 from scan 1 until scan 1")
    let csv = try Program.run("verify", "--output", "csv", "--db", "state/db.sqlite", in: folder)
    #expect(csv.output.hasPrefix("check,subject,message\n"))
    #expect(try Program.run("verify", "--db", "none", in: folder).code == 1)
  }
}
