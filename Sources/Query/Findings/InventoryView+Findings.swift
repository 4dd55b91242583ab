public import Database
public import Model

extension InventoryView {
  /// Open findings, worst first, then in byte order of the paths; with `since` also those that
  /// opened or closed after that scan.
  public func findings(
    kinds: Set<FindingKind>, pool: String?, since: When?
  ) throws(StoreFault) -> [Finding] {
    let start = try since.map { when throws(StoreFault) in try times.point(when).scan }
    return try reading { transaction in
      try transaction.checkPool(pool)
      return try transaction.markStale(
        transaction.findings(kinds: kinds, pool: pool, closedAfter: start))
    }
  }
}
