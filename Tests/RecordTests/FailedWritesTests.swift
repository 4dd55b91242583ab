import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing
import Workflow

/// A scan that cannot be written to its end: whichever step fails, the database is as it was, and the next scan is
/// what this one would have been.
@Suite struct FailedWritesTests {
  /// Tables to which the second night of `host` writes, each by another step.
  static let tables = [
    "scan", "directory", "directory_state", "filesystem", "filesystem_state", "ownership", "image",
    "place", "alias", "image_state", "image_detail", "file_state", "domain", "domain_state",
    "reference", "link", "want", "awaited", "unused", "finding", "acknowledgement", "keep",
    "own_blocks", "scan_change", "holding", "problem", "pool_scan", "pool", "shared_pool",
  ]

  private func host(inBulk: Bool = true) throws -> ScriptedHost {
    let host = try ScriptedHost("/srv/a")
    host.isFirstInBulk = inBulk
    host.put("/srv/a/old")
    return host
  }

  /// Much happens.
  private func fill(_ host: ScriptedHost) {
    host.pools["/srv/b"] = "b"
    host.directories["/srv/b"] = .init()
    host.directories["/srv/b"]?.filesystem = "uuid:2"
    host.directories["/srv/b"]?.room = FileSystemRoom(capacity: 9, available: 4)
    host.put("/srv/b/base") { $0.identifiers = [ImageIdentifier(.own, "u1")] }
    host.put("/srv/b/top", on: "base")
    host.put("/srv/b/lost", on: "/gone/old")
    host.put("/srv/b/idle")
    host.change("/srv/b/top") { $0.ownership = .init(user: 7, group: 7, mode: 0o640) }
    host.aliases["/srv/b/link"] = "/srv/b/base"
    host.machines = [Said.machine("web", [Said.disk("/srv/b/top")])]
    host.measuring = { files in
      Dictionary(uniqueKeysWithValues: files.map { ($0.image, OwnBlocks(bytes: 1, names: 1)) })
    }
    host.acknowledged = [.init(pool: nil, who: "c", reason: nil, ends: nil) { _ in true }]
    host.kept = [
      .init(pool: nil, who: "c", reason: nil, ends: nil) { $0.name.elementsEqual("base".utf8) }
    ]
  }

  private let look = ScriptedHost.Look { $0.hidden = ["/srv/b/none"] }

  private func forbid(_ table: String, on host: ScriptedHost) throws {
    try host.sqlite(
      """
      CREATE TRIGGER forbidden BEFORE INSERT ON \(table)
      BEGIN SELECT RAISE(ABORT, 'no room for it'); END
      """)
  }

  private func allow(on host: ScriptedHost) throws { try host.sqlite("DROP TRIGGER forbidden") }

  /// How many rows each table has.
  private func counts(_ host: ScriptedHost) throws -> [Int64?] {
    try Self.tables.map { try host.number("SELECT count(*) FROM \($0)") }
  }

  @Test func `the night writes to every table of the list but one`() throws {
    let host = try host()
    try host.scan()
    let before = try counts(host)
    fill(host)
    try host.scan(look)
    let after = try counts(host)
    let same = zip(Self.tables, zip(before, after)).filter { $0.1.0 == $0.1.1 }.map(\.0)
    #expect(same == ["unused", "shared_pool"])
  }

  @Test
  func `a step that fails leaves nothing of the scan, and the next one is what it would have been`()
    throws
  {
    let known = try host()
    try known.scan()
    let before = try known.everything()
    fill(known)
    let untroubled = try known.fork()
    try untroubled.scan(look)
    let after = try untroubled.everything()
    for table in Self.tables where table != "unused" && table != "shared_pool" {
      let host = try known.fork()
      try forbid(table, on: host)
      #expect(throws: StoreFault.self, "\(table)") { try host.scan(look) }
      try allow(on: host)
      #expect(try host.everything() == before, "\(table)")
      // The later the step, the more there was to be taken back.
      guard ["image", "want", "finding", "holding"].contains(table) else { continue }
      host.sleep(nights: -1)
      try host.scan(look)
      #expect(try host.everything() == after, "\(table)")
    }
  }

  @Test(arguments: ["image", "link", "holding"], [true, false])
  func `a first scan that fails leaves an empty database, and the next is the first`(
    table: String, inBulk: Bool
  ) throws {
    let host = try host(inBulk: inBulk)
    fill(host)
    try forbid(table, on: host)
    #expect(throws: StoreFault.self, "\(table)") { try host.scan(look) }
    #expect(throws: StoreFault.noScan(host.file)) { try host.view() }
    try allow(on: host)
    #expect(try host.writer().isFirst)
    let night = try host.scan(look)
    #expect(night.scan.number == 1 && night.scan.counts.added == 5)
    #expect(try host.stands().values.max() == 5)
    #expect(try host.defects() == [])
  }

  @Test func `what fails is said in SQLite's words, with the file`() throws {
    let host = try host()
    try host.scan()
    fill(host)
    try forbid("finding", on: host)
    #expect {
      try host.scan(look)
    } throws: { fault in
      (fault as? StoreFault)?.message.contains("no room for it") == true
    }
  }

  @Test func `words and prunes that fail change nothing either`() throws {
    let host = try host()
    fill(host)
    try host.scan(look)
    try host.scan(look)
    host.kept = []
    for table in ["acknowledgement", "keep"] {
      try forbid(table, on: host)
      let verb = table == "keep" ? WordVerb.keep : .acknowledge
      #expect(throws: StoreFault.self) {
        try host.writer().say(
          Speech(
            verb, images: [.path("/srv/b/lost")], kinds: [], pool: nil, by: "ada",
            at: Moment(milliseconds: 1)))
      }
      try allow(on: host)
    }
    #expect(try host.number("SELECT count(*) FROM keep WHERE NOT is_rule") == 0)
    #expect(try host.number("SELECT count(*) FROM acknowledgement WHERE NOT is_rule") == 0)
    try host.sqlite(
      """
      CREATE TRIGGER forbidden BEFORE UPDATE OF is_forgotten ON scan
      BEGIN SELECT RAISE(ABORT, 'no'); END
      """)
    var policy = RetentionPolicy()
    policy.last = 1
    let before = try counts(host)
    #expect(throws: StoreFault.self) {
      try host.writer().prune(keeping: policy, isDryRun: false)
    }
    #expect(try counts(host) == before)
    #expect(try host.view().scans().count == 2)
  }

  // MARK: After the scan

  @Test func `what bases hold is remembered after the scan, or a warning says that it is not`()
    throws
  {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("stranger")])
    let writer = try pool.writer()
    try writer.declare([DeclaredPool(name: "pool", path: ScriptedPool.root)])
    var report = DirectoryReport(
      path: ScriptedPool.root, canonicalPath: ScriptedPool.root, poolPath: ScriptedPool.root,
      filesystem: "uuid:1")
    report.files = [pool.image("base"), pool.image("top", backing: "base")]
    try writer.stage([report])
    _ = try writer.finish(
      ScanOutcome(
        started: Moment(milliseconds: 200_000_000), finished: Moment(milliseconds: 200_000_001),
        pools: [.init(path: ScriptedPool.root, state: .complete)], maxDepth: 16, grace: 2),
      oracle: PathOracle(landing: { .real($0) }, presence: { _ in .missing }), newBases: 9,
      reading: { bases in
        {
          var found = BaseContents()
          for base in bases { found.contents[base.image] = Content(level: 0, sums: [7]) }
          found.problems = [ScanProblem(filename: "/pool/base", message: "was cut short")]
          return found
        }
      })
    try pool.sqlite(
      "CREATE TRIGGER forbidden BEFORE INSERT ON content BEGIN SELECT RAISE(ABORT, 'full'); END")
    let warnings = writer.settle()
    #expect(warnings.count == 2)
    #expect(warnings.first == "what '/pool/base' holds is not remembered: it was cut short")
    #expect(
      warnings.last?.hasPrefix(
        "the scan is written, but what its new bases hold is not remembered: ")
        == true)
    #expect(try pool.view().scans().count == 2)
    #expect(try pool.number("SELECT count(*) FROM image WHERE content IS NOT NULL") == 0)
    #expect(try pool.defects() == [])
    // It is remembered by the next one.
    try pool.sqlite("DROP TRIGGER forbidden")
    pool.contents = [0: 0]
    try pool.scan()
    #expect(writer.settle() == [])
  }
}
