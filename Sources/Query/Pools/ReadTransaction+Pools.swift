internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

extension ReadTransaction {
  /// All scans up to this one, oldest first.
  func scans() throws -> [ScanSummary] {
    try Array(
      rows(
        "SELECT * FROM scan WHERE id <= (SELECT scan FROM asof) AND NOT is_forgotten ORDER BY id"
      ).map { row in
        var counts = ScanCounts()
        counts.images = row["images"]
        counts.added = row["added"]
        counts.removed = row["removed"]
        counts.moved = row["moved"]
        counts.changed = row["changed"]
        counts.replaced = row["replaced"]
        counts.unchanged = row["unchanged"]
        counts.unreadable = row["unreadable"]
        return ScanSummary(
          number: row["id"], state: ScanState(rawValue: row["state"]) ?? .partial,
          started: Moment(milliseconds: row["started"]),
          finished: Moment(milliseconds: row["finished"]), counts: counts)
      })
  }

  /// All pools that were scanned up to this scan, in byte order of their paths.
  func pools(countingFindings: Bool) throws -> [PoolSummary] {
    let sizes = try numbersByPool(
      try isCounted()
        ? "SELECT pool, sum(actual_size) FROM holding_at WHERE pool <> 0 GROUP BY pool"
        : StatementText.text(PackageResources.ask_pool_sizes_sql))
    let findings =
      countingFindings
      ? try numbersByPool(StatementText.text(PackageResources.ask_pool_findings_sql)) : nil
    return try Array(
      rows(
        """
        SELECT pool.id, pool.name, pool.path, last.state, last.reason,
          last.images, last.scan,
          (SELECT max(scan) FROM pool_scan WHERE pool = pool.id AND scan <= (SELECT scan FROM asof)
            AND state = 'complete' AND scope = 'tree') AS complete
        FROM pool_at AS pool JOIN pool_scan AS last ON last.pool = pool.id
        WHERE last.scan = (
          SELECT max(scan) FROM pool_scan
          WHERE pool = pool.id AND scan <= (SELECT scan FROM asof))
        ORDER BY pool.path
        """
      ).map { row in
        let id: Int64 = row["id"]
        return PoolSummary(
          outcome: PoolOutcome(
            name: row["name"], path: PathBytes(row["path"] as Data),
            state: PoolState(rawValue: row["state"]) ?? .partial, images: row["images"],
            reason: row["reason"]),
          actualSize: UInt64(clamping: sizes[id] ?? 0), openFindings: findings.map { $0[id] ?? 0 },
          lastScan: point(row["scan"]),
          lastComplete: (row["complete"] as Int64?).map(point))
      })
  }

  /// The numbers that a query says of pools, by pool.
  private func numbersByPool(_ query: String) throws -> [Int64: Int64] {
    let found = try rows(query)
    var numbers: [Int64: Int64] = [:]
    while let row = try found.next() { numbers[row[0]] = row[1] }
    return numbers
  }
}
