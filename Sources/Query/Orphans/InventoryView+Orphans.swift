public import Database
internal import Model

extension InventoryView {
  /// What nothing refers to.
  public func orphans(
    all: Bool, olderThanMilliseconds age: Int64?
  ) throws(StoreFault) -> [Orphan] {
    let orphans = try reading { transaction in
      let parts = try transaction.staleParts()
      let orphans = try transaction.orphans(includingUnknown: all)
      return parts.isEmpty ? orphans : try transaction.marked(orphans, by: parts)
    }
    guard let age else { return orphans }
    return orphans.filter { $0.since.time.milliseconds <= point.time.milliseconds - age }
  }

  /// Why no image is called an orphan for the sake of other hosts, in sentences; empty where it may be.
  public func sharedPools() throws(StoreFault) -> [String] {
    try reading { try $0.sharedPools() }
  }
}
