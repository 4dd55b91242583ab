internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Finds out where the directories lead that references name and no scan walked.
///
/// Such a directory may be a symbolic link, or have `..` in it; the host says what it really is.
/// One that lies in what this scan could not see keeps the landing that it had.
struct DirectoryLandings {
  let database: Database
  let stage: Stage
  let oracle: PathOracle

  init(_ database: Database, stage: Stage, oracle: PathOracle) {
    self.database = database
    self.stage = stage
    self.oracle = oracle
  }

  /// - Returns: directories of which the host could not say where they lead, and why; they keep the landing
  ///   that they had.
  func stageAll() throws -> [ScanProblem] {
    var problems: [ScanProblem] = []
    let named = try namedDirectories()
    if !named.isEmpty {
      try database.execute(
        sql: "CREATE INDEX temp.seen_directory_by_file ON seen_directory (inode, filesystem)")
    }
    let quietSince = try quietSince()
    for directory in named {
      guard let path = try stage.path(ofDirectory: directory, database) else { continue }
      let canonical: Int64?
      switch oracle.landing(path) {
      case .unseen: continue
      case .failed(let reason):
        problems.append(ScanProblem(filename: path, message: reason))
        continue
      case .missing(let wouldBe):
        // By what the scan was not asked for nothing is said of the way.
        if try leadsIntoUnasked(directory) { continue }
        // By '..' or a symbolic link it names a place of which more may be known.
        canonical = wouldBe == path ? nil : try stage.number(ofDirectory: wouldBe, database)
      case .real(let real):
        let itself = oracle.directory(real)
        guard let place = try place(of: directory, at: real, itself) else { continue }
        canonical = place
        if let changed = itself?.changed, changed >= quietSince {
          try database.execute(
            sql: "INSERT INTO temp.stirred_directory VALUES (?)", arguments: [directory])
        }
      }
      try database.cachedStatement(
        sql: """
          INSERT OR IGNORE INTO temp.seen_directory (directory, canonical) VALUES (?, ?)
          """
      ).execute(arguments: [directory, canonical])
    }
    return problems
  }

  /// Where a directory is that really is at a path: where it was walked, if it was by another path (a bind mount, a
  /// file system that is mounted twice), or else at that path; `nil` where it stays where it was.
  private func place(
    of directory: Int64, at real: PathBytes, _ itself: PathOracle.Directory?
  ) throws -> Int64? {
    let number = try stage.number(ofDirectory: real, database)
    if let itself, let walked = try walked(itself.file, at: real, number) { return walked }
    guard let former = try formerPlace(of: directory), former.number != number else {
      return number
    }
    switch oracle.landing(former.path) {
    case .unseen, .failed: return nil
    case .missing: return number
    case .real(let path):
      return path == former.path && oracle.isSame(path, real) ? former.number : number
    }
  }

  /// Where tonight's scan walked a directory; where it did by several paths, by its own.
  private func walked(
    _ file: PathOracle.File, at real: PathBytes, _ number: Int64
  ) throws -> Int64? {
    let found = try Int64.fetchOne(
      database,
      sql: """
        SELECT canonical FROM temp.seen_directory
        WHERE inode = ? AND filesystem = ? AND pool IS NOT NULL AND canonical IS NOT NULL
        ORDER BY canonical <> ?, canonical LIMIT 1
        """,
      arguments: [
        Int64(bitPattern: file.inode), try stage.number(ofFilesystem: file.filesystem, database),
        number,
      ])
    guard let found, found != number else { return found }
    guard let path = try stage.path(ofDirectory: found, database) else { return nil }
    return oracle.isSame(path, real) ? found : nil
  }

  /// Where a directory was as of the scan before.
  private func formerPlace(of directory: Int64) throws -> (number: Int64, path: PathBytes)? {
    try Row.fetchOne(
      database,
      sql: """
        SELECT real.id, real.path FROM directory_state AS named
        JOIN directory AS real ON real.id = named.canonical
        WHERE named.directory = ? AND named.until_scan IS NULL
        """, arguments: [directory]
    ).map { ($0[0], PathBytes($0[1] as Data)) }
  }

  /// What has a later time has changed since the scan before, whoever's clock is slow.
  private func quietSince() throws -> Int64 {
    let last = try Int64.fetchOne(
      database, sql: "SELECT started FROM scan ORDER BY id DESC LIMIT 1")
    return last.map { ($0 - Self.slowClock) * 1_000_000 } ?? .max
  }

  /// A day, in milliseconds.
  private static let slowClock: Int64 = 86_400_000

  /// Whether a directory led into a pool that this scan was not asked for.
  private func leadsIntoUnasked(_ directory: Int64) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM directory_state AS named
          JOIN directory_state AS walked ON walked.canonical = named.canonical
            AND walked.until_scan IS NULL
          WHERE named.directory = ? AND named.until_scan IS NULL
            AND walked.pool IN (SELECT pool FROM temp.unasked_pool))
        """, arguments: [directory]) ?? false
  }

  private func namedDirectories() throws -> [Int64] {
    try Int64.fetchAll(
      database,
      sql: """
        SELECT directory FROM (
          SELECT directory FROM directory_state WHERE pool IS NULL AND until_scan IS NULL
          UNION SELECT directory FROM temp.seen_reference
          UNION SELECT directory FROM temp.relink
          UNION SELECT directory FROM temp.seen_domain_reference
          UNION SELECT directory FROM temp.whole_directory
          UNION SELECT target_directory FROM temp.seen_alias
          UNION SELECT directory FROM directory_state
          WHERE until_scan IS NULL AND pool IN (SELECT pool FROM temp.forgotten_pool))
        -- What is on a network has no directory, and NULL is not in a set that is empty.
        WHERE directory IS NOT NULL
          AND directory NOT IN (SELECT directory FROM temp.seen_directory)
          AND directory NOT IN (
            SELECT directory FROM directory_state
            WHERE until_scan IS NULL AND pool IS NOT NULL
              AND pool NOT IN (SELECT pool FROM temp.forgotten_pool))
        """)
  }
}

extension Stage {
  /// The path of a directory by its number, written or not.
  func path(ofDirectory number: Int64, _ database: Database) throws -> PathBytes? {
    if let fresh = freshDirectory(number) { return fresh }
    return try Data.fetchOne(
      database, sql: "SELECT path FROM directory WHERE id = ?", arguments: [number]
    ).map { PathBytes($0) }
  }
}
