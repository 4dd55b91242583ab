import Foundation
import Testing

/// The program's own files: what it writes, where, and that it never takes them for images.
@Suite struct OwnFilesTests {
  @Test func `the database and what stands beside it are no images of the pool that holds them`()
    throws
  {
    let folder = try Folder()
    let made = try Program.shell(
      "mkdir -m 700 pool pool/state pool/state/repairs pool/repairs && ln -s pool/state state",
      in: folder)
    #expect(made.code == 0)
    let image = QCOW2Sample().bytes
    // A folder of this name elsewhere is one as any other.
    for name in ["a.qcow2", "state/repairs/1-1.json", "state/repairs/b.qcow2", "repairs/c.qcow2"] {
      try folder.write(image, "pool/\(name)")
    }
    for _ in 0..<2 {
      let scan = try Program.run("scan", "pool", "--db", "state/db.qcow2", in: folder)
      #expect(scan.code == 0, "\(scan.complaint)")
    }
    let all = try Program.run(
      "list", "--all", "--output", "json", "--db", "state/db.qcow2", in: folder)
    let names = all.objects.compactMap { $0["filename"] as? String }
    #expect(
      names.map { $0.replacing(folder.url.path, with: "") } == [
        "/pool/a.qcow2", "/pool/repairs/c.qcow2",
      ])
  }

  @Test(arguments: [
    "list", "check", "scan pool", "prune --keep-last 1", "verify", "repair", "monitor",
  ])
  func `a database that is no regular file is refused, and waited for by nobody`(verb: String)
    throws
  {
    let folder = try Folder()
    let run = try Program.shell(
      """
      mkdir -m 700 pool s && mkfifo s/fifo s/db-wal && touch s/db && chmod 600 s/*
      for file in s/fifo s/db; do
        timeout 20 "$BACKSTORY" \(verb) --db $file; echo "code $?"
      done
      """, in: folder)
    let code = verb == "monitor" ? "code 3" : "code 1"
    #expect(
      run.output.split(separator: "\n").filter { $0.hasPrefix("code ") } == [code[...], code[...]])
    let said = run.output + run.complaint
    #expect(said.contains("/s/fifo' is not a regular file and cannot be a database"), "\(said)")
    #expect(said.contains("/s/db-wal' is not a regular file"), "\(said)")
  }

  private static let endless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

  private func scanned() throws -> Folder {
    let folder = try Folder()
    #expect(try Program.shell("mkdir -m 700 pool", in: folder).code == 0)
    #expect(try Program.run("scan", "pool", "--db", "db.sqlite", in: folder).code == 0)
    return folder
  }

  @Test func `a query ends when its time is up, and says so`() throws {
    let folder = try scanned()
    let run = try Program.run(
      "sql", "--timeout", "0.3", Self.endless, "--db", "db.sqlite", in: folder)
    #expect(run.code == 1)
    #expect(run.complaint.contains("the query took longer than 0.3 s and was ended"))
    let quick = try Program.run(
      "sql", "--timeout", "60", "SELECT 7 AS n", "--output", "json", "--db", "db.sqlite", in: folder
    )
    #expect(quick.code == 0)
    #expect(quick.objects.map { $0["n"] as? Int } == [7])
    for wrong in ["0", "-1", "nan", "inf", "1e300"] {
      #expect(
        try Program.run("sql", "--timeout=\(wrong)", "SELECT 1", "--db", "db.sqlite", in: folder)
          .code == 1)
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root is refused what others could steer"))
  func `root writes through no symbolic link of another user`() throws {
    let folder = try scanned()
    let made = try Program.shell(
      """
      mkdir -m 700 real && mkdir home && ln -s ../real home/link && ln -s ../real home/own &&
      chown -h 65534 home home/link && ln -s home/link mine
      """, in: folder)
    #expect(made.code == 0)
    for target in ["home/link/r", "mine/r"] {
      for verb in [["report", target + ".html"], ["metrics", "--textfile", target + ".prom"]] {
        let run = try Program.run(verb + ["--db", "db.sqlite"], in: folder)
        #expect(run.code == 1, "\(verb)")
        #expect(run.complaint.contains("through another user's symbolic link"), "\(run.complaint)")
      }
    }
    let real = folder.url("real").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: real).isEmpty)
    // Root's own link is root's word, and a directory of somebody else is no link.
    for target in ["home/own/r.html", "home/r.html"] {
      #expect(try Program.run("report", target, "--db", "db.sqlite", in: folder).code == 0)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: real) == ["r.html"])
  }

  @Test func `a process that ends for want of memory says so`() throws {
    let folder = try scanned()
    let run = try Program.shell(
      """
      SWIFT_BACKTRACE=enable=no "$BACKSTORY" sql --db db.sqlite '\(Self.endless)' >/dev/null &
      sleep 1; kill -ABRT $!; wait $!; echo "$?"
      """, in: folder)
    #expect(run.output == "134\n")
    #expect(run.complaint.contains("out of memory"), "\(run.complaint)")
  }
}
