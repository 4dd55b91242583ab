internal import Database
internal import Foundation
internal import GRDB
internal import Model

/// The pools of a scan with their numbers, and what has to be written of them.
///
/// One process writes at a time, so that the numbers of new pools can be given before the transaction
/// in which `write` puts them into the database.
struct PoolNaming {
  /// The number of every pool of the scan.
  private(set) var numbers: [PathBytes: Int64] = [:]
  /// Pools that the database does not know, or knows as something else.
  private var changed: [(number: Int64, pool: DeclaredPool)] = []

  /// No pools.
  init() {}

  /// Numbers for pools, each of another path.
  init(_ declared: [DeclaredPool], host: Int64, _ database: Database) throws {
    let known = Dictionary(
      try Row.fetchAll(
        database,
        sql: """
          SELECT id, path, name, origin, not_visited, until_scan IS NOT NULL AS is_forgotten
          FROM pool WHERE host = ?
          """,
        arguments: [host]
      ).map { (PathBytes($0["path"] as Data), $0) }
    ) { _, last in last }
    var last = try Int64.fetchOne(database, sql: "SELECT max(id) FROM pool") ?? 0
    for pool in declared {
      let row = known[pool.formerPath ?? pool.path]
      if row == nil { last += 1 }
      let number = row.map { $0["id"] as Int64 } ?? last
      numbers[pool.path] = number
      if !Self.says(row, pool) { changed.append((number, pool)) }
    }
  }

  /// Whether a row says all that a scan says of a pool.
  private static func says(_ row: Row?, _ pool: DeclaredPool) -> Bool {
    guard let row else { return false }
    let (name, reason): (String, String?) = (row["name"], row["not_visited"])
    let origin = PoolOrigin(rawValue: row["origin"])
    return !row["is_forgotten"] && pool.formerPath == nil && name == pool.name
      && reason == pool.notVisitedReason
      && (pool.origin == nil || pool.origin == origin)
  }

  /// Writes the pools within the scan's transaction; one that is called otherwise now keeps what it
  /// was for the scans before.
  func write(_ database: Database, scan: Int64, host: Int64) throws {
    for (number, pool) in changed {
      try database.execute(
        sql: StatementText.text(PackageResources.reconcile_pools_sql),
        arguments: [
          "scan": scan, "id": number, "host": host, "name": pool.name,
          "path": pool.path.databaseValue, "origin": pool.origin?.rawValue,
          "reason": pool.notVisitedReason,
        ])
    }
  }
}
