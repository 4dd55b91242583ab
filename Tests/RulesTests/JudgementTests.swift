import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// Which images a scan judges by which rules: all that it has to, and no more.
@Suite struct JudgementTests {
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

  @Test func `a rule waits for a scan that sees the pool`() throws {
    let pool = try ScriptedPool()
    try pool.scan([empty(pool, "none.img")])
    pool.rules = Rule.all + [.imageEmpty]
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
    #expect(judged.contains([.text("chain-too-deep"), .integer(3), .integer(16)]))
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
}
