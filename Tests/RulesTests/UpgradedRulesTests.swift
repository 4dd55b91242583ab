import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// A database that an older release left: a newer one finds at its next scan what it would have found all along, and
/// what it finds in a new database of the same files.
@Suite struct UpgradedRulesTests {
  /// Kinds that go by what earlier nights found or saw, and why.
  enum OfThePast {
    /// Who was not there to find it then cannot keep it open now.
    static let kept: [FindingKind] = [
      // It is told on the night of the change, and stays for seven.
      .massChange,
      // What was one stays one while nobody can say whether it still is.
      .chainLeftover,
      // Of a base that nobody can look at tonight it stays open.
      .backingChanged,
    ]
    /// A database's first scan has nothing to compare with.
    static let compared: [FindingKind] = [
      .massChange, .chainLeftover, .backingChanged,
      // What overlays were made on, also those that lead elsewhere now.
      .baseModified, .baseInUse,
      // What a disk was known as.
      .headerAppeared, .headerVanished,
      // Nobody used it for as long as the grace asks for.
      .orphan,
    ]
  }

  /// A past of so many nights, once for all tests of a seed.
  private struct Past {
    let pool: ScriptedPool
    /// What stands at its end, for a scan of another pool.
    let standing: (ScriptedPool) -> [SeenFile]
    let machines: [SeenDomain]?

    /// Overlays, machines, nights that see nothing, or a part.
    static func plain(_ seed: UInt64) throws -> Past {
      var history = try RandomHistory(seed: seed, nights: 12)
      try history.lookAtAll()
      let (standing, machines) = (history, history.machinesTonight)
      return Past(
        pool: history.pool, standing: { standing.standing(in: $0) }, machines: machines)
    }

    /// Files of every sort, in loops too; some of several names, which are always seen together.
    static func odd(_ seed: UInt64) throws -> Past {
      let pool = try ScriptedPool()
      pool.outside = ["/out/i3", "/out/i4"]
      var numbers = SeededNumbers(seed: seed)
      var standing: [[UInt8]: SeenFile] = [:]
      for night in 0..<6 {
        let files = pool.randomFiles(&numbers)
        let inodes = Set(files.map(\.inode).filter { _ in Bool.random(using: &numbers) })
        let part = files.filter { inodes.contains($0.inode) }.map { file in
          var file = file
          // A disk loses its header, or gets one.
          if file.inode % 7 == UInt64(night % 3) {
            file.header = SeenHeader(ImageFacts(format: .raw), digest: 9, in: ScriptedPool.root)
            file.hasDiskName = true
          }
          return file
        }
        let gone = (0..<3).map { _ in Array("i\(Int.random(in: 8..<19, using: &numbers))".utf8) }
          .filter { name in !part.contains { $0.name == name } }
        try pool.scan(part, gone: gone.map { String(decoding: $0, as: UTF8.self) })
        for name in gone { standing[name] = nil }
        for file in part { standing[file.name] = file }
      }
      let files = standing.values.sorted { $0.name.lexicographicallyPrecedes($1.name) }
      return Past(pool: pool, standing: { _ in files }, machines: nil)
    }

    /// What an older release left of it, scanned once more by the rules that there are.
    func scanned(after aging: String) throws -> ScriptedPool {
      let pool = try ScriptedPool(copying: pool)
      if !aging.isEmpty { try pool.sqlite(aging + ";" + UpgradedRulesTests.recount) }
      try pool.scan(domains: machines)
      return pool
    }

    /// All that stands, in a new database.
    func new() throws -> ScriptedPool {
      let new = try ScriptedPool()
      new.outside = pool.outside
      try new.scan(standing(new), domains: machines)
      return new
    }
  }

  /// As many findings were open after each scan as it says.
  private static let recount = """
    UPDATE scan SET findings_open = (
      SELECT count(*) FROM finding WHERE finding.from_scan <= scan.id
        AND (finding.until_scan IS NULL OR finding.until_scan > scan.id));
    """

  private static let pasts: [(name: String, make: @Sendable (UInt64) throws -> Past)] = [
    ("plain", { try Past.plain($0) }), ("odd", { try Past.odd($0) }),
  ]

  /// Open findings row for row, for databases that share a past.
  private func rows(_ pool: ScriptedPool, but kinds: [FindingKind] = []) throws -> [String] {
    let left = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try pool.lines(
      """
      SELECT kind, holder, ordinal, severity, detail FROM finding
      WHERE until_scan IS NULL AND kind NOT IN (\(left)) ORDER BY 1, 2, 3
      """)
  }

  /// What an older release may have left otherwise, of all rules.
  static let agings: [(name: String, sql: String)] = [
    ("older versions of all rules judged", "UPDATE judged_rule SET version = version - 1"),
    ("nobody noted which rules judged", "DELETE FROM judged_rule"),
    (
      "there was no rule yet", "DELETE FROM judged_rule; DELETE FROM finding WHERE kind <> 'orphan'"
    ),
    (
      "another depth was allowed",
      "UPDATE judged_rule SET setting = 3; DELETE FROM finding WHERE kind = 'chain-too-deep'"
    ),
  ]

  @Test(
    arguments: [
      (0, ["backing-loop", "base-in-use"]),
      (
        1,
        [
          "backing-format-mismatch", "backing-format-unrecorded", "backing-loop", "backing-missing",
          "backing-name-long", "backing-remote", "data-file-missing", "header-appeared",
          "header-malformed", "header-vanished", "image-corrupt", "image-dirty", "unknown-feature",
        ]
      ),
    ] as [(Int, Set<String>)])
  func `an upgraded database finds what one finds that was never behind, and what a new one finds`(
    past: Int, kinds: Set<String>
  ) throws {
    var seen: Set<String> = []
    for seed in Seeds.first(2) {
      let past = try Self.pasts[past].make(seed)
      let (twin, new) = (try past.scanned(after: ""), try past.new())
      try check(past, seed: seed, twin, new)
      seen.formUnion(try rows(twin).compactMap { $0.split(separator: " ").first.map(String.init) })
    }
    // There was something to find.
    #expect(kinds.subtracting(seen) == [], "\(seen.sorted())")
  }

  private func check(
    _ past: Past, seed: UInt64, _ twin: ScriptedPool, _ new: ScriptedPool
  ) throws {
    let wanted = try rows(twin, but: OfThePast.kept)
    let found = try new.openFindings(but: OfThePast.compared)
    let known = try twin.openFindings(but: OfThePast.compared)
    #expect(known == found, "seed \(seed)")
    for (name, sql) in Self.agings {
      let pool = try past.scanned(after: sql)
      #expect(try rows(pool, but: OfThePast.kept) == wanted, "seed \(seed), \(name)")
      #expect(
        try pool.openFindings(but: OfThePast.compared) == found, "seed \(seed), \(name)")
      #expect(try pool.defects() == [], "seed \(seed), \(name)")
    }
    // A third of the kinds each, so that few seeds ask of all.
    for (index, kind) in Rule.all.map(\.kind).enumerated()
    where index % 3 == Int(seed % 3) && kind != .orphan && !OfThePast.kept.contains(kind) {
      let word = "'\(kind.rawValue)'"
      let pool = try past.scanned(
        after: "DELETE FROM judged_rule WHERE kind = \(word);"
          + "DELETE FROM finding WHERE kind = \(word)")
      #expect(try rows(pool, but: OfThePast.kept) == wanted, "seed \(seed), \(kind)")
    }
  }

  @Test(arguments: Seeds.first(1))
  func `what an older rule found too much is closed, and so is what it found otherwise`(
    seed: UInt64
  ) throws {
    let past = try Past.odd(seed)
    let wanted = try rows(past.scanned(after: ""), but: OfThePast.kept)
    // Of every image, by rules of each scope: whether it stands somewhere, and whether anything is below it.
    let pool = try past.scanned(
      after: """
        UPDATE judged_rule SET version = version - 1;
        INSERT INTO finding (id, kind, severity, holder, from_scan)
        SELECT 10000 + image, 'image-corrupt', 'error', image, 6 FROM place
        WHERE image NOT IN (
          SELECT holder FROM finding WHERE kind = 'image-corrupt' AND until_scan IS NULL)
        GROUP BY image;
        INSERT INTO finding (id, kind, severity, holder, from_scan)
        SELECT 20000 + image, 'shared-writable', 'error', image, 6 FROM place GROUP BY image;
        INSERT INTO finding (id, kind, severity, holder, from_scan)
        SELECT 30000 + image, 'chain-too-deep', 'warning', image, 6 FROM place
        WHERE image NOT IN (
          SELECT holder FROM finding WHERE kind = 'chain-too-deep' AND until_scan IS NULL)
        GROUP BY image
        """)
    #expect(try rows(pool, but: OfThePast.kept) == wanted, "seed \(seed)")
    #expect(try pool.defects() == [], "seed \(seed)")
  }

  @Test func `a rule that judges anew says not that all was well before, nor since when otherwise`()
    throws
  {
    let past = try Past.odd(3)
    let dates =
      "SELECT kind, holder, ordinal, from_scan, last_good FROM finding WHERE until_scan IS NULL"
    let twin = try past.scanned(after: "")
    // What is open stays as it is.
    let lower = try past.scanned(after: "UPDATE judged_rule SET version = version - 1")
    #expect(try Set(lower.lines(dates)) == Set(twin.lines(dates)))
    // What nobody had asked is found tonight, and nobody saw it right.
    let none = try past.scanned(
      after: "DELETE FROM judged_rule WHERE kind = 'backing-missing';"
        + "DELETE FROM finding WHERE kind = 'backing-missing'")
    let found = try none.lines(dates).filter { $0.hasPrefix("backing-missing") }
    #expect(!found.isEmpty && found.allSatisfy { $0.hasSuffix(" 7 -") }, "\(found)")
  }
}
