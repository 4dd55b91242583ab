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
    for directory in try namedDirectories() {
      guard let path = try stage.path(ofDirectory: directory, database) else { continue }
      let canonical: Int64?
      switch oracle.landing(path) {
      case .unseen: continue
      case .failed(let reason):
        problems.append(ScanProblem(filename: path, message: reason))
        continue
      case .missing:
        // By what the scan was not asked for nothing is said of the way.
        if try leadsIntoUnasked(directory) { continue }
        canonical = nil
      case .real(let real): canonical = try stage.number(ofDirectory: real, database)
      }
      try database.cachedStatement(
        sql: """
          INSERT OR IGNORE INTO temp.seen_directory (directory, canonical) VALUES (?, ?)
          """
      ).execute(arguments: [directory, canonical])
    }
    return problems
  }

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
