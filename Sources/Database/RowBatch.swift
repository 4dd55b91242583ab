package import GRDB

/// New rows of one table, put into it many at a time: a statement run for each would take half as
/// long again.
///
/// A row that breaks a constraint fails without undoing what was written before it, which spares
/// SQLite a journal of the statement; the transaction around it must be rolled back then.
package final class RowBatch {
  /// Rows that one statement takes: more of them made no difference.
  private static let size: Int32 = 32

  private let statement: RawStatement
  private let arena = BindingArena()
  private let valuesInRow: Int32
  private var rows: Int32 = 0

  /// Rows of `table`, whose columns are named in its own order from the first on: then SQLite puts each value
  /// where it belongs, and has none to copy. `values` has a question mark for each value that is bound, or a
  /// constant.
  package init(_ database: Database, into table: String, values: String) throws {
    // A list of VALUES takes no limit, and around one a SELECT copies every value once more.
    let rows = repeatElement("SELECT " + values, count: Int(Self.size))
    statement = try RawStatement(
      database,
      sql: "INSERT OR FAIL INTO \(table) \(rows.joined(separator: " UNION ALL ")) LIMIT ?"
    ).keeping(in: arena)
    valuesInRow = Int32(values.count { $0 == "?" })
  }

  /// Where the values of the next row are bound, from 1 on; all of them.
  package var next: RawStatement { statement.skipping(rows * valuesInRow) }

  /// The values of the next row are bound.
  package func add(_ database: Database) throws {
    rows += 1
    if rows == Self.size { try flush(database) }
  }

  /// Puts into the table what is not there yet.
  package func flush(_ database: Database) throws {
    guard rows > 0 else { return }
    statement.skipping(Self.size * valuesInRow).bind(Int64(rows), at: 1)
    rows = 0
    defer { arena.empty() }
    try statement.run(database)
  }

  deinit { statement.unbind() }
}
