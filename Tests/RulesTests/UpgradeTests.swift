import Database
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// A database that earlier rules judged, and the first scan by those that there are now.
@Suite struct UpgradeTests {
  /// Rules as an earlier release may have had them: some are not there yet, some find nothing yet, some find too much.
  private static func earlier(_ numbers: inout SeededNumbers) -> [Rule] {
    Rule.all.compactMap { rule in
      // Use is judged when all else is known, and not by a version.
      guard rule.kind != .orphan, !rule.traits.contains(.isOfQuery) else { return rule }
      let query: String
      switch Int.random(in: 0..<4, using: &numbers) {
      case 0: return nil
      case 1: query = "SELECT 1"
      case 2:
        query = """
          INSERT INTO temp.judged (kind, holder)
          SELECT '\(rule.kind.rawValue)', holder FROM temp.touched
          """
      default: return rule
      }
      var old = Rule(
        rule.kind, rule.severity, asking: query, title: rule.title, explanation: rule.explanation,
        sentence: rule.sentence)
      old.version = rule.version - 1
      return old
    }
  }

  /// What is open, without its beginning.
  private func open(
    _ pool: ScriptedPool, but left: Set<FindingKind> = []
  ) throws -> [String] {
    try pool.view().findings(kinds: [], pool: nil, since: nil)
      .filter { !left.contains($0.kind) }
      .map { "\($0.kind.rawValue) \($0.domain ?? $0.filename?.displayText ?? ""): \($0.message)" }
      .sorted()
  }

  /// Kinds that tell of the past: a new database has none.
  private static let kindsOfChanges: Set<FindingKind> = [
    .baseModified, .backingChanged, .headerAppeared, .headerVanished, .orphan,
  ]

  @Test(arguments: Seeds.first(8))
  func `an upgraded database finds what one of today's rules finds, and what a new one finds`(
    seed: UInt64
  ) throws {
    var numbers = SeededNumbers(seed: seed &+ 1_000_000)
    var old = try RandomHistory(seed: seed, nights: 12, rules: Self.earlier(&numbers))
    var today = try RandomHistory(seed: seed, nights: 12)
    old.pool.rules = Rule.all
    try old.lookAtAll()
    try today.lookAtAll()
    let found = try open(old.pool)
    #expect(try found == open(today.pool), "seed \(seed)")
    let new = try ScriptedPool()
    try new.scan(old.standing(in: new), domains: old.machinesTonight)
    #expect(
      try open(old.pool, but: Self.kindsOfChanges) == open(new, but: Self.kindsOfChanges),
      "seed \(seed)")
    // It is judged once: nothing opens, closes or begins anew by another scan.
    let began = try intervals(old.pool)
    try old.lookAtAll()
    #expect(try intervals(old.pool) == began, "seed \(seed)")
    #expect(try Inventory(reading: old.pool.file).verify() == [], "seed \(seed)")
  }

  private func intervals(_ pool: ScriptedPool) throws -> [[QueryValue]] {
    var rows: [[QueryValue]] = []
    try pool.view().rows(
      sql: """
        SELECT kind, holder, ordinal, from_scan, until_scan FROM finding
        WHERE kind <> 'orphan' ORDER BY id
        """
    ) { rows.append($0.cells) }
    return rows
  }

  @Test(arguments: Seeds.first(8))
  func `of every sort of file, too`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed &+ 2_000_000)
    let (old, today, new) = (try ScriptedPool(), try ScriptedPool(), try ScriptedPool())
    for pool in [old, today, new] { pool.outside = ["/out/i3", "/out/i4"] }
    old.rules = Self.earlier(&numbers)
    var standing: [[UInt8]: SeenFile] = [:]
    for _ in 0..<6 {
      let files = old.randomFiles(&numbers).filter {
        !$0.mayStandElsewhere && Bool.random(using: &numbers)
      }
      let gone = standing.keys.sorted { $0.lexicographicallyPrecedes($1) }.filter { name in
        !files.contains { $0.name == name } && Int.random(in: 0..<8, using: &numbers) == 0
      }
      for pool in [old, today] {
        try pool.scan(files, gone: gone.map { String(decoding: $0, as: UTF8.self) })
      }
      for file in files { standing[file.name] = file }
      for name in gone { standing[name] = nil }
    }
    old.rules = Rule.all
    for pool in [old, today] { try pool.scan() }
    try new.scan(standing.values.sorted { $0.name.lexicographicallyPrecedes($1.name) })
    #expect(try open(old) == open(today), "seed \(seed)")
    #expect(
      try open(old, but: Self.kindsOfChanges) == open(new, but: Self.kindsOfChanges),
      "seed \(seed)")
  }
}
