internal import CSQLite
package import GRDB

extension Database {
  /// Runs `body`, and ends what it asks when so much time has passed.
  /// - Throws: `StoreFault.badQuery` when it was ended, and what `body` throws.
  package func limited<Value>(
    toSeconds seconds: Int64, _ body: () throws -> Value
  ) throws -> Value {
    guard let connection = unsafe sqliteConnection else { return try body() }
    // Before the limit begins: what it ends has taken at least as long.
    let begun = ContinuousClock.now
    unsafe bs_sqlite_end_after(connection, seconds * 1_000)
    defer { unsafe bs_sqlite_end_after(connection, 0) }
    do {
      return try body()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
      guard ContinuousClock.now - begun >= .seconds(seconds) else { throw error }
      throw StoreFault.badQuery("it took longer than \(seconds) s and was ended")
    }
  }
}
