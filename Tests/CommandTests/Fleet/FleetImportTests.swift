import Foundation
import Testing

/// What a centre takes, once, and what it refuses.
@Suite struct FleetImportTests {
  /// The token that an import says, behind a word.
  private func word(_ run: Run) -> [Substring] {
    run.output.split(separator: "\n").last?.split(separator: " ") ?? []
  }

  @Test func `A bundle is taken once, and the nights after it stand on it`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("base.qcow2")
    try host.image("top.qcow2", over: "base.qcow2")
    try host.scan()
    let first = try host.bundle(to: "first")
    let run = try centre.ask("import", "--source", "kvm01", first)
    #expect(run.code == 0, "\(run.complaint)")
    #expect(word(run).first == "acknowledged")
    let token = String(try #require(word(run).last))
    let again = try centre.ask("import", "--source", "kvm01", first)
    #expect(again.code == 0)
    #expect(again.output.contains("already there"))
    #expect(word(again) == ["acknowledged", Substring(token)])

    try FileManager.default.removeItem(atPath: host.pool + "/base.qcow2")
    try host.scan()
    let second = try centre.ask(
      "import", "--source", "kvm01", try host.bundle("--since", token, to: "second"))
    #expect(second.code == 0, "\(second.complaint)")
    #expect(try centre.sql("SELECT last_scan FROM source") == "2")
    #expect(try centre.sql("SELECT count(*) FROM place WHERE until_scan = 2") == "1")
    #expect(
      try centre.sql("SELECT kind FROM finding WHERE until_scan IS NULL") == "backing-missing")
  }

  @Test func `Two that bring one bundle at once add it once`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    for number in 0..<20 { try host.image("image\(number).qcow2") }
    try host.scan()
    let bundle = try host.bundle()
    let program = Program.built("backstory-fleet")
    let run = try Program.shell(
      """
      export BACKSTORY_FLEET='\(centre.connection)' PROGRAM='\(program)' BUNDLE='\(bundle)'
      echo one two | xargs -n 1 -P 2 sh -c '"$PROGRAM" import "$BUNDLE" >"$0"'
      cat one two
      """, in: host.folder)
    #expect(run.output.components(separatedBy: "already there").count == 2)
    #expect(run.output.components(separatedBy: "acknowledged").count == 3)
    #expect(try centre.sql("SELECT count(*) FROM place") == "20")
  }

  @Test func `What stands on another scan than the last is refused, and told on which`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try host.scan()
    let token = try #require(word(try centre.ask("import", try host.bundle())).last)
    try host.image("b.qcow2")
    try host.scan()
    let second = word(try centre.ask("import", try host.bundle("--since", String(token)))).last
    try host.image("c.qcow2")
    try host.scan()
    let third = try host.bundle("--since", try #require(second.map(String.init)), to: "third")
    let late = try FleetCentre()
    let nothing = try late.ask("import", third)
    #expect(nothing.code == 1)
    #expect(nothing.output == "expected nothing\n")
    #expect(nothing.complaint.contains("export --full"))
    #expect(try late.sql("SELECT count(*) FROM source") == "0")
    #expect(try centre.ask("import", third).code == 0)
    // The night of before once more is no fault: it is there.
    #expect(
      try centre.ask("import", host.folder.url("bundle").path).output.contains("already there"))
  }

  @Test func `A host whose database was put back is refused until it begins another generation`()
    throws
  {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try host.scan()
    let copy = try Program.shell("cp db db.copy", in: host.folder)
    #expect(copy.code == 0)
    #expect(try centre.ask("import", try host.bundle()).code == 0)
    try host.scan()
    #expect(try centre.ask("import", try host.bundle("--full")).code == 0)
    _ = try Program.shell("rm -f db db-*; cp db.copy db", in: host.folder)
    try host.image("b.qcow2")
    try host.scan()
    let refused = try centre.ask("import", try host.bundle("--full"))
    #expect(refused.code == 1)
    #expect(refused.complaint.contains("scan 2 of '"))
    #expect(refused.complaint.contains("--new-generation"))
    let anew = try centre.ask("import", try host.bundle("--new-generation"))
    #expect(anew.code == 0, "\(anew.complaint)")
    #expect(try centre.sql("SELECT count(*) FROM source WHERE retired IS NULL") == "1")
    #expect(try centre.ask("check", "--output", "json").output.contains("generation-changed"))
  }

  @Test func `A cloned host and a host that speaks for another are refused`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try host.scan()
    let bundle = try host.bundle()
    #expect(try centre.ask("import", "--source", "kvm01", bundle).code == 0)
    let other = try centre.ask("import", "--source", "kvm02", bundle)
    #expect(other.code == 1)
    #expect(
      other.complaint.contains("the bundle is of 'kvm01', and whoever brings it speaks for 'kvm02'")
    )
    let clone = host.folder.url("clone").path
    _ = try Program.shell(
      "rm -f clone; if zstd -dc bundle > clone 2>/dev/null || gzip -dc bundle > clone 2>/dev/null; then :; else cp bundle clone; fi; "
        + "sqlite3 clone \"UPDATE bundle SET machine_id = 'another'\"", in: host.folder)
    let cloned = try centre.ask("import", clone)
    #expect(cloned.code == 1)
    #expect(cloned.complaint.contains("a cloned host"))
    #expect(try centre.sql("SELECT count(*) FROM source") == "1")
  }

  @Test(
    arguments: [
      ("CREATE VIEW v AS SELECT 1", "that bundles do not have"),
      ("CREATE TRIGGER t AFTER INSERT ON image BEGIN SELECT 1; END", "that bundles do not have"),
      ("CREATE TABLE other (a)", "that bundles do not have"),
      ("CREATE INDEX i ON place (image)", "that bundles do not have"),
      ("ALTER TABLE image ADD COLUMN more TEXT", "other columns"),
      ("DROP TABLE want", "no table 'want'"),
      ("PRAGMA user_version = 9", "bundle version 9, this program knows 1"),
      ("PRAGMA application_id = 7", "another file"),
      ("UPDATE bundle SET redacted = 0", "secrets"),
      ("UPDATE bundle SET to_token = x'00'", "'to_token'"),
      ("INSERT INTO bundle SELECT * FROM bundle", "2 descriptions"),
      ("UPDATE place SET from_scan = 7", "other scans"),
      ("UPDATE place SET until_scan = from_scan", "other scans"),
      ("UPDATE image SET filesystem = 99999999999", "cannot be"),
      ("UPDATE domain_state SET is_running = 1; UPDATE scan SET token = zeroblob(16)", "last scan"),
      ("INSERT INTO ended_image_state VALUES (1, 1, 1)", "it ends 1 rows"),
      ("UPDATE scan SET finished = 9223372036854775807", "'scan' has rows that cannot be"),
      ("UPDATE scan SET started = -1", "'scan' has rows that cannot be"),
      ("UPDATE bundle SET created = 9223372036854775807", "'created'"),
      ("UPDATE pool_scan SET state = 'x'", "'pool_scan' has rows that cannot be"),
      ("UPDATE image_detail SET json = '{'", "'image_detail' has rows that cannot be"),
      (
        "INSERT INTO finding (id, kind, severity, holder, from_scan) VALUES (9, 'x', 'bad', 1, 1)",
        "'finding' has rows that cannot be"
      ),
      (
        "CREATE TABLE other AS SELECT * FROM place; DROP TABLE place; CREATE VIEW place AS SELECT * FROM other",
        "that bundles do not have"
      ),
      (
        "DROP TABLE want; CREATE TABLE want (kind, key, holder, ordinal, from_scan, until_scan, why AS (1))",
        "other columns"
      ),
    ])
  func `A bundle that is not as bundles are is refused, and nothing of it stays`(
    _ change: String, _ reason: String
  ) throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try host.scan()
    _ = try host.bundle()
    let changed = try Program.shell(
      "if zstd -dc bundle > bad 2>/dev/null || gzip -dc bundle > bad 2>/dev/null; then :; else cp bundle bad; fi; sqlite3 bad \"\(change)\"",
      in: host.folder)
    #expect(changed.code == 0, "\(changed.complaint)")
    let run = try centre.ask("import", host.folder.url("bad").path)
    #expect(run.code == 1)
    #expect(run.complaint.contains(reason), "\(run.complaint)")
    #expect(
      try centre.sql("SELECT (SELECT count(*) FROM source) + (SELECT count(*) FROM image)") == "0")
  }

  @Test func `What is cut, or no bundle at all, is refused wherever it is cut`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try host.scan()
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: try host.bundle())))
    for part in [0, 1, 3, 10, bytes.count / 3, bytes.count / 2, bytes.count - 1] {
      try host.folder.write(Array(bytes.prefix(part)), "cut")
      let run = try centre.ask("import", host.folder.url("cut").path)
      #expect(run.code == 1, "cut at \(part)")
      #expect(!run.complaint.isEmpty)
    }
    #expect(try centre.sql("SELECT count(*) FROM source") == "0")
  }

  @Test func `A superuser imports nothing, and a database without tables is told of`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try host.scan()
    let root = centre.connection.replacingOccurrences(of: "user=keeper", with: "user=postgres")
    let run = try centre.ask("import", "--connect", root, try host.bundle())
    #expect(run.code == 1)
    #expect(run.complaint.contains("'postgres' is a superuser"))
    let empty = try centre.ask("hosts", "--connect", try FleetServer.database())
    #expect(empty.complaint.contains("backstory-fleet init"))
    #expect(try centre.ask("init").complaint.contains("holds a fleet already"))
    #expect(try centre.ask("hosts", "--connect", "host=/nowhere dbname=x").code == 1)
  }

  @Test func `Roles that were granted may import and ask, and no more`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try host.scan()
    let name = "r" + UUID().uuidString.prefix(8).lowercased()
    let root = centre.connection.replacingOccurrences(of: "user=keeper", with: "user=postgres")
    _ = try FleetServer.ask(
      root,
      "CREATE ROLE \(name)_in LOGIN IN ROLE backstory_importer; CREATE ROLE \(name)_out LOGIN IN ROLE backstory_reader"
    )
    let importer = centre.connection.replacingOccurrences(
      of: "user=keeper", with: "user=\(name)_in")
    let reader = centre.connection.replacingOccurrences(of: "user=keeper", with: "user=\(name)_out")
    let bundle = try host.bundle()
    #expect(
      try centre.ask("import", "--connect", reader, bundle).complaint.contains(
        "does not let this role"))
    let run = try centre.ask("import", "--connect", importer, bundle)
    #expect(run.code == 0, "\(run.complaint)")
    let hosts = try centre.ask("hosts", "--connect", reader, "--output", "json")
    #expect(hosts.objects.count == 1, "\(hosts.complaint)")
    #expect(try centre.ask("sql", "--connect", reader, "DELETE FROM backstory.source").code == 1)
    #expect(try centre.ask("check", "--connect", reader).code == 0)
  }
}
