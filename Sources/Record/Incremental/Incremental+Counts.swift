internal import Database
internal import GRDB
internal import Model
internal import Sighting

/// What a scan counts is carried on from the scan before by what changed.
extension Incremental {
  func tally(_ database: Database, scan: Int64) throws {
    try database.run(PackageResources.tally_images_sql, ["scan": scan])
  }

  /// What the pool held after the scan before, and what came and went since; `nil` where directories changed pools, or
  /// where nobody counted then.
  func imageCount(ofPool pool: Int64, _ database: Database, scan: Int64) throws -> Int64? {
    let isMoved = try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM directory_state AS old JOIN directory_state AS new USING (directory)
          WHERE old.until_scan = :scan AND new.from_scan = :scan
            AND old.pool IS NOT new.pool AND :pool IN (old.pool, new.pool))
        """, arguments: ["scan": scan, "pool": pool])
    guard isMoved == false else { return nil }
    // A scan that was not asked for the pool may have met one of its images elsewhere: the pool's own last scan does
    // not know of that.
    let before = try Int64.fetchOne(
      database,
      sql: """
        SELECT CASE WHEN last.is_counted
          THEN (SELECT coalesce(sum(images), 0) FROM holding WHERE pool = :pool AND until_scan IS NULL)
          ELSE (SELECT images FROM pool_scan WHERE pool = :pool AND scan = last.id) END
        FROM scan AS last WHERE last.id = (SELECT max(id) FROM scan WHERE id < :scan)
        """, arguments: ["scan": scan, "pool": pool])
    guard let before else { return nil }
    let change = try Int64.fetchOne(
      database, sql: "SELECT sum(change) FROM temp.pool_change WHERE pool = ?", arguments: [pool])
    return before + (change ?? 0)
  }

  func changes(
    images: Int64, _ database: Database, scan: Int64, comparing compare: NightJudge.Comparing
  ) throws -> ScanCounts {
    try database.run(PackageResources.scan_counts_sql, ["scan": scan])
    var counts = ScanCounts()
    counts.images = images
    counts.unreadable =
      try Int64.fetchOne(database, sql: "SELECT count(*) FROM temp.seen WHERE NOT is_readable") ?? 0
    let comparison = try compare(ReconciledScan(database, scan: scan))
    if comparison?.isAnyPoolRenamed == true {
      try database.execute(sql: "DELETE FROM temp.counted WHERE change <> 'changed'")
    }
    let certain = try Row.fetchAll(
      database, sql: "SELECT change, count(*) FROM temp.counted GROUP BY change")
    for row in certain {
      guard let kind = ChangeKind(rawValue: row[0]) else { continue }
      counts.add(kind, row[1])
    }
    if let comparison {
      for change in try comparison.of(others(database)) { counts.add(change, 1) }
    } else {
      counts.added += try countNew(database)
    }
    counts.unchanged = max(
      0, images - counts.added - counts.moved - counts.changed - counts.replaced)
    return counts
  }

  /// Images of which only a comparison says what happened to them.
  private func others(_ database: Database) throws -> [Int64] {
    try Int64.fetchAll(
      database,
      sql: "SELECT image FROM temp.named WHERE image NOT IN (SELECT image FROM temp.counted)")
  }

  /// Images of which nothing was known, where there is nothing to compare with.
  private func countNew(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(
      database,
      sql: """
        SELECT count(*) FROM temp.is_image
        WHERE image NOT IN (SELECT image FROM temp.was_image UNION SELECT image FROM temp.counted)
        """) ?? 0
  }

  func counts(
    _ holdings: Holdings, insteadOf before: [Holdings.Key: Holdings.Count]
  ) throws -> [Holdings.Key: Holdings.Count]? {
    try holdings.carriedOn(from: before)
  }

  func longestChain(_ holdings: Holdings) throws -> Holdings.Chain? { try holdings.longest() }
}

extension ScanCounts {
  /// Counts so many changes of a kind.
  fileprivate mutating func add(_ kind: ChangeKind, _ count: Int64) {
    switch kind {
    case .added: added += count
    case .removed: removed += count
    case .moved: moved += count
    case .changed: changed += count
    case .replaced: replaced += count
    }
  }
}
