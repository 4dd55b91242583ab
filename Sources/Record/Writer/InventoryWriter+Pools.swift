public import Database
internal import Foundation
internal import GRDB
public import Model

extension InventoryWriter {
  /// Lets go of a pool: the next scan that is not asked for it ends what stands in it, and closes the findings
  /// of its images. Answers about earlier scans stay as they are.
  /// - Throws: `unknownPool` and `ambiguousPool`.
  public func forgetPool(_ text: String, isDryRun: Bool) throws(StoreFault) -> PoolChangeResult {
    try changing { database in
      let pool = try Self.pool(text, database)
      let images = try Self.images(ofPool: pool.id, database)
      let answer = PoolChangeResult(
        name: pool.name, path: pool.path, images: Int64(images.count),
        findings: try Self.openFindings(of: images, database), isDryRun: isDryRun)
      if !isDryRun {
        try database.execute(
          sql: "UPDATE pool SET until_scan = 1 + (SELECT max(id) FROM scan) WHERE id = ?",
          arguments: [pool.id])
      }
      return answer
    }
  }

  /// Calls a pool otherwise from now on. Scans before the last one go on calling it as they did.
  /// - Throws: `unknownPool`, and `poolNameTaken` where another pool has the name.
  public func renamePool(_ text: String, to name: String) throws(StoreFault) -> PoolChangeResult {
    try changing { database in
      let pool = try Self.pool(text, database)
      let isTaken = try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS (SELECT 1 FROM pool WHERE name = ? AND id <> ? AND until_scan IS NULL)",
        arguments: [name, pool.id])
      if isTaken == true { throw StoreFault.poolNameTaken(name) }
      if name != pool.name {
        try database.execute(
          sql: """
            INSERT OR IGNORE INTO former_pool (pool, until_scan, name, not_visited, path)
            SELECT id, (SELECT max(id) FROM scan), name, not_visited, path FROM pool WHERE id = ?
            """, arguments: [pool.id])
        try database.execute(
          sql: "UPDATE pool SET name = ? WHERE id = ?", arguments: [name, pool.id])
        // Which pool of an image is the first goes by the name: the next scan counts anew.
        try database.execute(
          sql: "UPDATE scan SET is_counted = 0 WHERE id = (SELECT max(id) FROM scan)")
      }
      return PoolChangeResult(name: name, path: pool.path, previousName: pool.name)
    }
  }

  private func changing(
    _ body: (Database) throws -> PoolChangeResult
  ) throws(StoreFault) -> PoolChangeResult {
    try writing { database in
      var answer: PoolChangeResult?
      try database.inTransaction(.immediate) {
        answer = try body(database)
        return .commit
      }
      guard let answer else { throw StoreFault.interrupted }
      return answer
    }
  }

  /// The pool of a name or a path.
  private static func pool(
    _ text: String, _ database: Database
  ) throws -> (id: Int64, name: String, path: PathBytes) {
    let found = try Row.fetchAll(
      database,
      sql: """
        SELECT id, name, path FROM pool
        WHERE until_scan IS NULL AND (name = :text OR path = CAST(:text AS BLOB))
          AND EXISTS (SELECT 1 FROM pool_scan WHERE pool_scan.pool = pool.id)
        """, arguments: ["text": text])
    guard let row = found.first else { throw StoreFault.unknownPool(text) }
    guard found.count == 1 else { throw StoreFault.ambiguousPool(text) }
    return (row["id"], row["name"], PathBytes(row["path"] as Data))
  }

  private static func images(ofPool pool: Int64, _ database: Database) throws -> [Int64] {
    try Int64.fetchAll(
      database,
      sql: """
        SELECT DISTINCT place.image
        FROM directory_state CROSS JOIN place ON place.directory = directory_state.directory
        CROSS JOIN image_state ON image_state.image = place.image AND image_state.until_scan IS NULL
        WHERE directory_state.pool = ? AND directory_state.until_scan IS NULL
          AND place.until_scan IS NULL AND image_state.kind = 'image'
        """, arguments: [pool])
  }

  private static func openFindings(of images: [Int64], _ database: Database) throws -> Int64 {
    let count = try database.cachedStatement(
      sql: """
        SELECT count(*) FROM finding
        WHERE holder = ? AND until_scan IS NULL
          AND kind NOT IN (SELECT kind FROM untold WHERE scan = (SELECT max(id) FROM scan))
        """)
    return try images.reduce(0) { try $0 + (Int64.fetchOne(count, arguments: [$1]) ?? 0) }
  }
}
