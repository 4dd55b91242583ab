package import GRDB

/// The scan as of which the views of `as-of.sql` answer on a connection.
///
/// Questions about several scans share one connection, and their statements take turns, row by row. So
/// the scan is set before every step of a statement and not once for each question. All questions of a
/// transaction must share one of these: it remembers which scan is set.
package final class AsOf {
  private let database: Database
  private var setting: RawStatement?
  private var scan: Int64?

  init(_ database: Database) { self.database = database }

  /// Lets the views answer as of a scan. They are made when the first question needs them: a scan that
  /// asks none, and a command that ends before it asks, go without.
  func move(to scan: Int64) throws {
    guard scan != self.scan else { return }
    let statement = try setting ?? prepared()
    setting = statement
    statement.bind(scan, at: 1)
    try statement.run(database)
    self.scan = scan
  }

  private func prepared() throws -> RawStatement {
    try Self.makeViews(database)
    return try RawStatement(database, sql: "UPDATE temp.asof SET scan = ?1")
  }

  /// Makes the views, where the connection does not have them.
  package static func makeViews(_ database: Database) throws {
    let isThere = try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_temp_schema WHERE name = 'asof')")
    if isThere != true {
      try database.execute(sql: StatementText.text(PackageResources.as_of_sql))
    }
  }
}

/// The rows of a statement, each read as of the same scan, whatever is asked between them.
package final class AsOfRows: Cursor {
  private let rows: RowCursor
  private let asOf: AsOf
  private let scan: Int64

  init(_ rows: RowCursor, _ asOf: AsOf, at scan: Int64) {
    self.rows = rows
    self.asOf = asOf
    self.scan = scan
  }

  /// The next row; it is valid until the one after it is asked for.
  package func next() throws -> Row? {
    try asOf.move(to: scan)
    return try rows.next()
  }
}
