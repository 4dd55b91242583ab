import Database
import DiskImage
import Foundation
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// Which images a scan judges by which rules: all that it has to, and no more.
@Suite struct JudgementTests {
  /// The rule of the guide, with the query that stands there.
  private static func guideRule(firstLook: FirstLook = .all) throws -> Rule {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Documentation/guide/extending.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let blocks = text.components(separatedBy: "```sql\n").dropFirst()
    let query = try #require(blocks.first?.components(separatedBy: "```").first)
    return Rule(
      FindingKind(rawValue: "image-empty"), .warning, asking: query, firstLook: firstLook,
      title: "An image of no bytes",
      explanation: Explanation(
        meaning: "It has no bytes.", opens: "A scan sees it.", closes: "It has some.",
        action: "Restore it.", harmless: "Never.")
    ) { "'\($0.subject)' has no bytes." }
  }

  private func empty(_ pool: ScriptedPool, _ name: String) -> SeenFile {
    var file = pool.plain(name)
    file.fileSize = 0
    file.hasDiskName = true
    return file
  }

  /// The open findings of the kind: image, since, last seen right.
  private func open(_ pool: ScriptedPool, _ kind: String) throws -> [[QueryValue]] {
    try rows(
      pool,
      """
      SELECT CAST(place.name AS TEXT), finding.from_scan, finding.last_good
      FROM finding JOIN place ON place.image = finding.holder AND place.until_scan IS NULL
      WHERE finding.kind = '\(kind)' AND finding.until_scan IS NULL ORDER BY 1
      """)
  }

  private func rows(_ pool: ScriptedPool, _ query: String) throws -> [[QueryValue]] {
    var rows: [[QueryValue]] = []
    try pool.view().rows(sql: query) { rows.append($0.cells) }
    return rows
  }

  @Test func `a finding that is added as the guide says opens in a new database`() throws {
    for look in [FirstLook.all, .files { $0.fileSize == 0 }] {
      let pool = try ScriptedPool()
      pool.rules = try Rule.all + [Self.guideRule(firstLook: look)]
      try pool.scan([empty(pool, "none.img"), pool.image("some.qcow2")])
      #expect(try open(pool, "image-empty") == [[.text("none.img"), .integer(1), .null]])
    }
  }

  @Test
  func `it opens in an old database at the next scan, and nobody says that all was well before`()
    throws
  {
    let pool = try ScriptedPool()
    try pool.scan([empty(pool, "none.img"), pool.image("some.qcow2")])
    try pool.scan()
    pool.rules = try Rule.all + [Self.guideRule()]
    try pool.scan()
    #expect(try open(pool, "image-empty") == [[.text("none.img"), .integer(3), .null]])
    try pool.scan()
    #expect(try open(pool, "image-empty") == [[.text("none.img"), .integer(3), .null]])
    // It is judged like any other from then on.
    try pool.scan([empty(pool, "more.img")])
    #expect(try open(pool, "image-empty").count == 2)
    try pool.scan(gone: ["none.img"])
    #expect(try open(pool, "image-empty") == [[.text("more.img"), .integer(5), .null]])
  }

  @Test func `a rule waits for a scan that sees the pool`() throws {
    let pool = try ScriptedPool()
    try pool.scan([empty(pool, "none.img")])
    pool.rules = try Rule.all + [Self.guideRule()]
    try pool.scan(state: .unavailable)
    #expect(try open(pool, "image-empty") == [])
    try pool.scan([pool.image("some.qcow2")], isWalked: false)
    #expect(try open(pool, "image-empty") == [])
    try pool.scan()
    #expect(try open(pool, "image-empty") == [[.text("none.img"), .integer(4), .null]])
  }

  @Test func `a scan notes once which rules have judged a pool, and a quiet night nothing`() throws
  {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("some.qcow2")])
    let judged = try rows(pool, "SELECT kind, version, setting FROM judged_rule ORDER BY kind")
    #expect(judged.count == Rule.all.count)
    #expect(judged.contains([.text("chain-too-deep"), .integer(2), .integer(16)]))
    try pool.scan()
    #expect(
      try rows(pool, "SELECT kind, version, setting FROM judged_rule ORDER BY kind") == judged)
  }

  @Test(arguments: Seeds.first(8))
  func `what a first scan leaves out, no rule would have found`(seed: UInt64) throws {
    let (some, all) = (try ScriptedPool(), try ScriptedPool())
    for pool in [some, all] { pool.outside = ["/out/i3", "/out/i4"] }
    all.rules = Rule.all.map { rule in
      var rule = rule
      rule.firstLook = .all
      return rule
    }
    var (mine, theirs) = (SeededNumbers(seed: seed), SeededNumbers(seed: seed))
    try some.scan(some.randomFiles(&mine))
    try all.scan(all.randomFiles(&theirs))
    let findings = """
      SELECT kind, holder, ordinal, last_good, detail FROM finding WHERE until_scan IS NULL
      ORDER BY 1, 2, 3
      """
    #expect(try rows(some, findings) == rows(all, findings), "seed \(seed)")
  }

  @Test(arguments: Array(1...10) as [UInt64])
  func `all of a pool judged anew by newer rules is what nights had made of it`(seed: UInt64) throws
  {
    let pool = try ScriptedPool()
    pool.outside = ["/out/i3", "/out/i4"]
    var numbers = SeededNumbers(seed: seed)
    for _ in 0..<6 {
      let files = pool.randomFiles(&numbers)
      let part = files.filter { _ in Bool.random(using: &numbers) }
      try pool.scan(
        part.isEmpty ? files : part,
        gone: (0..<3).map { _ in "i\(Int.random(in: 8..<19, using: &numbers))" }.filter { name in
          !part.contains { $0.name == Array(name.utf8) }
        })
    }
    // One more look may make an orphan.
    let findings = """
      SELECT kind, holder, ordinal, from_scan, last_good, detail FROM finding
      WHERE until_scan IS NULL AND kind <> 'orphan' ORDER BY 1, 2, 3
      """
    let before = try rows(pool, findings)
    pool.rules = Rule.all.map { rule in
      var rule = rule
      rule.version += 1
      return rule
    }
    try pool.scan()
    #expect(try rows(pool, findings) == before, "seed \(seed)")
    #expect(try Inventory(reading: pool.file).verify() == [], "seed \(seed)")
  }

  /// Kinds that tell of the past: a new database has none.
  private static let kindsOfChanges: Set<FindingKind> = [
    .baseModified, .headerAppeared, .headerVanished, .orphan,
  ]

  private func present(_ pool: ScriptedPool) throws -> [String] {
    try pool.view().findings(kinds: [], pool: nil, since: nil)
      .filter { !Self.kindsOfChanges.contains($0.kind) }
      .map { "\($0.kind.rawValue) \($0.filename?.displayText ?? "")" }.sorted()
  }

  @Test(arguments: Array(1...10) as [UInt64])
  func `a database of many nights finds what a new one finds`(seed: UInt64) throws {
    let (old, new) = (try ScriptedPool(), try ScriptedPool())
    for pool in [old, new] { pool.outside = ["/out/i3", "/out/i4"] }
    var numbers = SeededNumbers(seed: seed)
    var standing: [[UInt8]: SeenFile] = [:]
    for _ in 0..<6 {
      let files = old.randomFiles(&numbers).filter {
        !$0.mayStandElsewhere && Bool.random(using: &numbers)
      }
      let gone = standing.keys.sorted { $0.lexicographicallyPrecedes($1) }.filter { name in
        !files.contains { $0.name == name } && Int.random(in: 0..<8, using: &numbers) == 0
      }
      try old.scan(files, gone: gone.map { String(decoding: $0, as: UTF8.self) })
      for file in files { standing[file.name] = file }
      for name in gone { standing[name] = nil }
    }
    try new.scan(
      standing.values.sorted { $0.name.lexicographicallyPrecedes($1.name) })
    #expect(try present(old) == present(new), "seed \(seed)")
  }
}
