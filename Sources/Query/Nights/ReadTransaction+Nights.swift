public import Database
internal import GRDB
internal import Model

extension ReadTransaction {
  /// The nights up to this scan, oldest first, with those on which none came.
  func nights() throws -> [Night] {
    let timetable = try timetable()
    let reasons = try reasons()
    let usual = timetable.usualLength
    return timetable.nights.map { night in
      var night = night
      if let length = night.milliseconds, let usual {
        night.isSlow = length > usual + 1000 && length / 2 > usual
      }
      if let scan = night.scan { night.reasons = reasons[scan] ?? [] }
      return night
    }
  }

  /// When there were scans, and when there should have been.
  func timetable() throws -> Timetable {
    let found = try rows(
      """
      SELECT id, state, started, finished, is_forgotten,
        is_forgotten OR EXISTS (
          SELECT 1 FROM pool_scan WHERE pool_scan.scan = scan.id AND scope = 'tree') AS is_walk
      FROM scan WHERE id <= (SELECT scan FROM asof) ORDER BY id
      """)
    return Timetable(
      try Array(
        found.map { row in
          Timetable.Entry(
            scan: row["id"], isComplete: row["state"] as String? == "complete",
            started: Moment(milliseconds: row["started"]),
            finished: Moment(milliseconds: row["finished"]), isForgotten: row["is_forgotten"],
            isWalk: row["is_walk"])
        }))
  }

  /// By scan the pools that it did not see whole.
  private func reasons() throws -> [Int64: [String]] {
    let found = try rows(
      """
      SELECT pool_scan.scan, pool.name, pool_scan.state, pool_scan.reason
      FROM pool_scan JOIN pool_at AS pool ON pool.id = pool_scan.pool
      WHERE pool_scan.state <> 'complete' AND pool.not_visited IS NULL
        AND pool_scan.scan <= (SELECT scan FROM asof)
      ORDER BY pool_scan.scan, pool.path
      """)
    var reasons: [Int64: [String]] = [:]
    while let row = try found.next() {
      let state: String = row["state"]
      let reason = (row["reason"] as String?).map { ": \($0)" } ?? ""
      reasons[row["scan"], default: []].append("pool '\(row["name"] as String)' \(state)\(reason)")
    }
    return reasons
  }
}

extension InventoryView {
  /// The nights up to this scan, oldest first, with those on which none came.
  public func nights() throws(StoreFault) -> [Night] { try reading { try $0.nights() } }
}
