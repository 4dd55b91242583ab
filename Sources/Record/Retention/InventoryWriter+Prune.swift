public import Database
internal import Foundation
internal import GRDB
public import Model

extension InventoryWriter {
  /// Forgets scans that a policy does not keep. No answer about a scan that is kept changes; the life
  /// of an image is then told by the scans that are left.
  ///
  /// Shrinks the file: it is rewritten, which briefly needs the same space again.
  ///
  /// Scans that a centre does not have are kept besides, as of a time.
  public func prune(
    keeping policy: RetentionPolicy, awaiting unsent: UnsentScans? = nil,
    now: Moment = Moment(milliseconds: 0), isDryRun: Bool
  ) throws(StoreFault) -> PruneResult {
    let scans = try writing { try Self.scans($0) }
    var kept = policy.kept(of: scans)
    if let unsent {
      let acknowledged = try lastSent(to: unsent.destination)
      kept.formUnion(unsent.kept(of: scans, after: acknowledged, now: now))
    }
    let before = try writing { try Self.byteCount($0) }
    var answer = PruneResult(
      kept: scans.filter { kept.contains($0.scan) },
      forgotten: scans.filter { !kept.contains($0.scan) }, isDryRun: isDryRun,
      bytesBefore: before, bytesAfter: before)
    if isDryRun || answer.forgotten.isEmpty { return answer }
    try writing { try Self.forget(allBut: kept, $0) }
    // The scans are forgotten; what follows only makes the file smaller.
    do throws(StoreFault) {
      try writing { database in
        try database.execute(sql: "VACUUM")
        _ = try database.checkpoint(.truncate)
      }
      answer.bytesAfter = try writing { try Self.byteCount($0) }
    } catch {
      answer.warnings.append(
        "the scans are forgotten, but the database could not be made smaller: \(error.reason); "
          + "later scans use the room in it")
    }
    return answer
  }

  private static func scans(_ database: Database) throws -> [ScanPoint] {
    try Row.fetchAll(
      database, sql: "SELECT id, finished FROM scan WHERE NOT is_forgotten ORDER BY id"
    ).map { ScanPoint(scan: $0[0], time: Moment(milliseconds: $0[1])) }
  }

  private static func byteCount(_ database: Database) throws -> Int64 {
    let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let size = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0
    return pages * size
  }

  private static func forget(allBut kept: Set<Int64>, _ database: Database) throws {
    try database.execute(
      sql: "DROP TABLE IF EXISTS temp.kept; CREATE TEMP TABLE kept (scan INTEGER PRIMARY KEY)")
    for scan in kept {
      try database.execute(sql: "INSERT INTO temp.kept VALUES (?)", arguments: [scan])
    }
    try database.inTransaction(.immediate) {
      try database.run(PackageResources.prune_sql)
      return .commit
    }
  }
}
