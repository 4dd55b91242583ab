public import Database
internal import GRDB
public import Model

extension InventoryView {
  /// What changed between two scans, in either order; `latest` means this view's scan.
  public func diff(from: When, to: When) throws(StoreFault) -> Difference {
    let before = try times.point(from).scan
    let after = try times.point(to).scan
    return try Connection.translating(file) {
      try database.read {
        let transaction = ReadTransaction($0, at: before, times: times, clock: clock)
        return try Comparison(before: transaction, after: transaction.asked(at: after)).answer()
      }
    }
  }
}
