import Bundle
import Database
import DiskImage
import Foundation
import Model
import Record
import ScriptedNights
import Sighting
import Testing
import Workflow

/// What goes from a host to a centre.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3"),
    "sqlite3 is not installed"))
struct BundleTests {
  private func write(
    _ start: BundleStart, of pool: ScriptedPool, to replay: Replay
  ) throws -> (file: PathBytes, summary: BundleSummary) {
    let file = replay.place()
    let writer = BundleWriter(try Inventory(reading: pool.file), agent: "test")
    return (file, try writer.write(start, to: file, now: Moment(milliseconds: 5)))
  }

  private func writer(_ pool: ScriptedPool) throws -> InventoryWriter {
    try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
  }

  /// A person says something of what is open, or takes it back; where there is nothing, nothing is said.
  private func speak(_ pool: ScriptedPool, _ numbers: inout SeededNumbers) throws {
    let verb = WordVerb.allCases.randomElement(using: &numbers) ?? .keep
    let images: [ImageSelector] =
      verb == .acknowledge ? [] : [.number(Int64.random(in: 1...12, using: &numbers))]
    var speech = Speech(
      verb, images: images, kinds: [], pool: nil, by: "p", at: Moment(milliseconds: 1))
    speech.isTakenBack = Bool.random(using: &numbers)
    do {
      _ = try writer(pool).say(speech)
    } catch is StoreFault {}
  }

  @Test(arguments: Seeds.first(4))
  func `bundles, one after the other, give the host's own rows`(seed: UInt64) throws {
    let replay = try Replay()
    var numbers = SeededNumbers(seed: seed &* 77)
    var last: ScanToken?
    let history = try RandomHistory(seed: seed, nights: 25) { pool in
      if Int.random(in: 0..<3, using: &numbers) == 0 { try speak(pool, &numbers) }
      // The centre is away in some nights.
      guard Int.random(in: 0..<3, using: &numbers) > 0 else { return }
      let (file, summary) = try write(last.map { .after($0) } ?? .full, of: pool, to: replay)
      #expect(try replay.take(file) == "", "scan \(summary.toScan)")
      last = summary.toToken
      if Int.random(in: 0..<3, using: &numbers) == 0 { try speak(pool, &numbers) }
    }
    let (rest, _) = try write(last.map { .after($0) } ?? .full, of: history.pool, to: replay)
    #expect(try replay.take(rest) == "")
    let (full, _) = try write(.full, of: history.pool, to: replay)
    #expect(try replay.differences(from: full, both: true) == "")
  }

  @Test(arguments: Seeds.first(3))
  func `what a host forgets a centre keeps, and nothing else differs`(seed: UInt64) throws {
    let replay = try Replay()
    var numbers = SeededNumbers(seed: seed &* 5)
    var last: ScanToken?
    let limit = try #require(Age("90d"))
    let history = try RandomHistory(seed: seed, nights: 25) { pool in
      guard Int.random(in: 0..<3, using: &numbers) > 0 else { return }
      let (file, summary) = try write(last.map { .after($0) } ?? .full, of: pool, to: replay)
      #expect(try replay.take(file) == "", "scan \(summary.toScan)")
      last = summary.toToken
      let writer = try writer(pool)
      try writer.note(sent: summary.toToken, to: "c", now: Moment(milliseconds: 1))
      var policy = RetentionPolicy()
      policy.last = 1
      _ = try writer.prune(
        keeping: policy, awaiting: UnsentScans(destination: "c", limit: limit),
        now: Moment(milliseconds: 0), isDryRun: false)
    }
    let (rest, _) = try write(.unsent(destination: "c"), of: history.pool, to: replay)
    #expect(try replay.take(rest) == "")
    let (full, _) = try write(.full, of: history.pool, to: replay)
    // Changes between two scans that are kept are said of the later one.
    let difference = try replay.differences(
      from: full, both: false, but: ["scan", "scan_change"])
    #expect(difference == "")
  }

  @Test func `a full bundle has every row of the tables that it has`() throws {
    let replay = try Replay()
    let history = try RandomHistory(seed: 3)
    let (full, summary) = try write(.full, of: history.pool, to: replay)
    #expect(summary.fromScan == 0)
    #expect(summary.toScan == 30)
    for table in Replay.tables where !Replay.named.contains(table) {
      let columns = try replay.sql(
        """
        SELECT group_concat('"' || name || '"', ', ') FROM pragma_table_info('\(table)');
        """
      ).split(separator: "\n").joined()
      let difference = try replay.sql(
        """
        ATTACH '\(full.displayText)' AS b; ATTACH '\(history.pool.file.displayText)' AS host;
        SELECT * FROM (SELECT \(columns) FROM host.\(table) EXCEPT SELECT \(columns) FROM b.\(table)) LIMIT 2;
        SELECT * FROM (SELECT \(columns) FROM b.\(table) EXCEPT SELECT \(columns) FROM host.\(table)) LIMIT 2;
        """)
      #expect(difference == "", "\(table)")
    }
  }

  @Test func `a base that is measured in another way is told in place`() throws {
    let replay = try Replay()
    let pool = try ScriptedPool()
    let base = pool.image("base")
    pool.contents[base.inode] = 1
    try pool.scan([base, pool.image("top", backing: "base")])
    let (first, summary) = try write(.full, of: pool, to: replay)
    #expect(try replay.take(first) == "")
    // Contents are taken after the scan is written: they belong to the next one.
    _ = try replay.sql(
      "UPDATE image SET content = NULL, revised_scan = 2 WHERE id = 1;",
      on: pool.file.displayText)
    let (next, _) = try write(.after(summary.toToken), of: pool, to: replay)
    #expect(try replay.take(next) == "")
    #expect(
      try replay.sql("SELECT content IS NULL, revised_scan FROM image WHERE id = 1;") == "1|2\n")
  }

  @Test func `numbers are not given twice`() throws {
    let replay = try Replay()
    let pool = try ScriptedPool()
    try pool.scan([pool.image("a") { $0.formatSpecific = .text("one") }])
    try pool.scan([pool.image("b") { $0.formatSpecific = .text("two") }], gone: ["a"])
    try pool.scan(gone: ["b"])
    let (full, summary) = try write(.full, of: pool, to: replay)
    #expect(try replay.take(full) == "")
    try pool.scan()
    var policy = RetentionPolicy()
    policy.last = 2
    _ = try writer(pool).prune(keeping: policy, isDryRun: false)
    try pool.scan([pool.image("c") { $0.formatSpecific = .text("three") }])
    let (next, _) = try write(.after(summary.toToken), of: pool, to: replay)
    #expect(try replay.take(next) == "")
    let texts = try replay.sql(
      "SELECT group_concat(json, ' ') FROM image_detail JOIN image_state ON detail = id ORDER BY image;"
    )
    #expect(texts.contains("one") && texts.contains("two") && texts.contains("three"), "\(texts)")
  }

  @Test func `a bundle stands on a scan that is remembered`() throws {
    let replay = try Replay()
    let pool = try ScriptedPool()
    for _ in 0..<3 { try pool.scan() }
    let (_, summary) = try write(.full, of: pool, to: replay)
    for _ in 0..<3 { try pool.scan() }
    var policy = RetentionPolicy()
    policy.last = 1
    _ = try writer(pool).prune(keeping: policy, isDryRun: false)
    #expect(throws: BundleFault.forgottenScan(3)) {
      try write(.after(summary.toToken), of: pool, to: replay)
    }
    let stranger = try #require(ScanToken(repeatElement(7, count: 16)))
    #expect(throws: BundleFault.unknownToken(stranger, pool.file)) {
      try write(.after(stranger), of: pool, to: replay)
    }
    // What is forgotten is no place to go on from.
    let sent = try write(.unsent(destination: "c"), of: pool, to: replay).summary
    #expect(sent.fromScan == 0)
  }

  @Test func `two hosts in one database are one too many`() throws {
    let replay = try Replay()
    let pool = try ScriptedPool()
    try pool.scan()
    _ = try InventoryWriter(writing: pool.file, machineID: "other", hostName: "clone")
    #expect(throws: BundleFault.severalHosts(["h", "clone"], pool.file)) {
      try write(.full, of: pool, to: replay)
    }
  }

  @Test func `no secret is in a bundle`() throws {
    let replay = try Replay()
    let pool = try ScriptedPool()
    let secrets = [
      "https://user:Sesam1@host/img.qcow2?token=Sesam2",
      #"json:{"driver":"https","url":"https://u:Sesam3@h/x","password":"Sesam4"}"#,
      #"json:{"file":{"filename":"/a/b","password":"Sesam5"#,
      "rbd:pool/image:id=admin:key=Sesam6", "nfs://u:Sesam7@h/export/disk",
      "json:{\"a\": \"/x/y\", \"secret\": \"Sesam8\"}",
      "ssh://u:Sesam9@host/pool/gone.qcow2?auth=Sesam0",
    ]
    try pool.scan(secrets.enumerated().map { pool.image("n\($0.offset)", backing: $0.element) })
    var machine = ScriptedPool.machine("web", disk: "n1")
    machine.references[0].use.others = ["<source><cookies>SesamX</cookies></source>"]
    machine.references[0].use.elsewhere = DomainUse.Elsewhere(
      ReferenceTarget(parsing: Array("https://h/x?token=SesamY".utf8), in: [UInt8(ascii: "/")]))
    try pool.scan([pool.image("n1", backing: "n2")], domains: [machine])
    let (file, summary) = try write(.full, of: pool, to: replay)
    let bytes = try Data(contentsOf: URL(filePath: file.displayText))
    #expect(bytes.range(of: Data("Sesam".utf8)) == nil)
    #expect(bytes.range(of: Data("sesam".utf8)) == nil)
    #expect(bytes.range(of: Data("***".utf8)) != nil)
    #expect(try replay.take(file) == "")
    try pool.scan([pool.image("n0", backing: "n2"), pool.image("n2")])
    let (next, _) = try write(.after(summary.toToken), of: pool, to: replay)
    #expect(try replay.take(next) == "")
  }
}
