internal import DiskImage
internal import Foundation
internal import GRDB

/// Which images a broken reference may mean: none of them is ever called an orphan.
///
/// It is a guard on the safe side. An image counts that the reference led to before, that bears the name in
/// which the reference ends or the identity that it records, and whatever such an image stands on.
struct BrokenClaims {
  private let database: Database
  private let at: Int64

  /// The claims of the scan that is being judged, which has the greatest number.
  init(judging scan: Int64, _ database: Database) throws {
    try self.init(database, at: scan, open: "link.until_scan IS NULL")
  }

  /// The claims as they were right after a scan.
  init(asOf scan: Int64, _ database: Database) throws {
    try self.init(
      database, at: scan,
      open: "link.from_scan <= :scan AND (link.until_scan IS NULL OR link.until_scan > :scan)")
  }

  private init(_ database: Database, at scan: Int64, open condition: String) throws {
    self.database = database
    at = scan
    try database.run(PackageResources.broken_links_sql)
    // What lies outside the pools is there: it is known what is meant.
    try database.execute(
      sql: """
        INSERT INTO temp.broken_link (holder, ordinal)
        SELECT link.holder, link.ordinal FROM link
        WHERE \(condition) AND link.state <> 'ok' AND link.state <> 'outside-pools'
          AND (link.state <> 'unreadable' OR link.target_image IS NULL)
        """, arguments: StatementArguments(condition.contains(":scan") ? ["scan": scan] : [:]))
    try noteNamesAndMarks()
  }

  /// Notes which of some images are spoken for, and whatever else is, in `temp.spoken_for`.
  func judge(_ doubtful: String) throws {
    try database.execute(sql: "INSERT OR IGNORE INTO temp.doubtful \(doubtful)")
    try database.run(PackageResources.spoken_for_sql, ["scan": at])
  }

  /// Notes which of these images are spoken for; gives them.
  func spokenFor(among images: [Int64]) throws -> Set<Int64> {
    let add = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.doubtful (image) VALUES (?)")
    for image in images { try add.execute(arguments: [image]) }
    try database.run(PackageResources.spoken_for_sql, ["scan": at])
    return try Int64.fetchSet(database, sql: "SELECT image FROM temp.spoken_for")
  }

  private func noteNamesAndMarks() throws {
    let found = try Row.fetchCursor(
      database,
      sql: """
        SELECT link.name, reference.role, reference.stored, state.format, state.parent_mark
        FROM temp.broken_link
        CROSS JOIN link ON link.holder = broken_link.holder AND link.ordinal = broken_link.ordinal
          AND link.from_scan <= :scan AND (link.until_scan IS NULL OR link.until_scan > :scan)
        CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
          AND reference.from_scan <= :scan
          AND (reference.until_scan IS NULL OR reference.until_scan > :scan)
        LEFT JOIN image_state AS state ON state.image = link.holder AND state.from_scan <= :scan
          AND (state.until_scan IS NULL OR state.until_scan > :scan)
        """, arguments: ["scan": at])
    let addName = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.broken_name (name) VALUES (?)")
    let addMark = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.broken_mark (mark) VALUES (?)")
    while let row = try found.next() {
      let names = Self.names(row).union((row[0] as Data?).map { [Array($0)] } ?? [])
      for name in names { try addName.execute(arguments: [Data(Self.inLowerCase(name))]) }
      for mark in Self.marks(row) { try addMark.execute(arguments: [mark]) }
    }
  }

  /// The names in which a reference ends, by every grammar that it may be written in.
  private static func names(_ row: Row) -> Set<[UInt8]> {
    guard let role = ReferenceRole(rawValue: row[1]) else { return [] }
    let stored = Array(row[2] as Data)
    let target = ReferenceTarget(
      parsing: stored, as: role, heldBy: ImageFormat(rawValue: row[3] ?? "") ?? .raw,
      in: [UInt8(ascii: "/")])
    let texts = [stored, target.path, target.name.map { Array($0.utf8) }].compactMap { $0 }
    return Set(texts.compactMap(lastComponent))
  }

  private static let notSearchedFor: [[UInt8]] = ["/dev/", "/proc/", "/sys/", "/run/"]
    .map { Array($0.utf8) }

  private static func lastComponent(_ path: [UInt8]) -> [UInt8]? {
    guard !notSearchedFor.contains(where: { path.starts(with: $0) }) else { return nil }
    let separators = [UInt8(ascii: "/"), UInt8(ascii: "\\")]
    let last = path.lastIndex(where: separators.contains).map { path[($0 + 1)...] } ?? path[...]
    let name = Array(last)
    return name.isEmpty || name == Array(".".utf8) || name == Array("..".utf8) ? nil : name
  }

  /// The identities that a reference records of its target.
  private static func marks(_ row: Row) -> [String] {
    let recorded = (row[4] as String?)?.split(separator: " ").map(String.init) ?? []
    let parent =
      row[1] == ReferenceRole.parent.rawValue
      ? [String(decoding: row[2] as Data, as: UTF8.self)] : []
    return (recorded + parent).filter { !nobody.contains($0.lowercased()) }
  }

  /// Marks that mean that there is no parent (VMDK's CID, and the nil UUID).
  private static let nobody: Set<String> = ["ffffffff", "00000000-0000-0000-0000-000000000000"]

  /// ASCII alone, as SQLite's `lower` does.
  private static func inLowerCase(_ name: [UInt8]) -> [UInt8] {
    name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }
}
