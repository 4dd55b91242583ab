public import Database
internal import GRDB

extension InventoryView {
  /// Ends, from any thread, what is being asked at that moment; the question then throws `interrupted`.
  public var interruption: @Sendable () -> Void {
    let database = database
    return { database.interrupt() }
  }

  /// The rows of a query that only reads.
  public func rows(
    sql: String, each: (QueryRow) throws -> Void
  ) throws(StoreFault) {
    try reading { try $0.rows(sql: sql, each: each) }
  }
}
