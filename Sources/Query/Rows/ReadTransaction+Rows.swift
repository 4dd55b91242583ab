internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

extension ReadTransaction {
  /// The rows of a query that only reads, as it would have answered after this scan.
  func rows(sql: String, each: (QueryRow) throws -> Void) throws {
    try take()
    if try isLatest() { return try answer(sql, each) }
    // What hides is taken away again: the connection may be asked something else.
    try database.inSavepoint {
      try Hindsight(database).hide()
      try answer(sql, each)
      return .rollback
    }
  }

  private func answer(_ sql: String, _ each: (QueryRow) throws -> Void) throws {
    do {
      let statement = try database.userStatement(sql)
      let columns = statement.columnNames
      let found = try Row.fetchCursor(statement)
      while let row = try found.next() {
        let cells = columns.indices.map { QueryValue(row, at: $0) }
        try each(QueryRow(columns: columns, cells: cells))
      }
    } catch let error as DatabaseError where error.resultCode != .SQLITE_INTERRUPT {
      throw StoreFault.badQuery(error.message ?? "\(error)")
    }
  }
}

/// Hides from a query of the user's what was written after the scan that the views of `as-of.sql` show.
///
/// Temporary views stand before the tables and views of the same names (SQLite, "CREATE VIEW": names
/// are looked up in `temp` first); the database is not touched. They are made from the columns that the
/// tables have, so that a table of a later migration is covered like the others.
private struct Hindsight {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Covers every table that knows of scans, and then the views, so that they read what covers.
  func hide() throws {
    let tables = try String.fetchAll(
      database, sql: "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name")
    for table in tables {
      let columns = try database.columns(in: table, in: "main").map(\.name)
      if let cover = cover(of: table, columns) { try database.execute(sql: cover) }
    }
    let views = try String.fetchAll(
      database, sql: "SELECT sql FROM main.sqlite_schema WHERE type = 'view' ORDER BY rowid")
    for view in views {
      try database.execute(
        sql: "CREATE TEMPORARY" + view.dropFirst("CREATE".count))
    }
  }

  private static let scan = "(SELECT scan FROM temp.asof)"

  /// The view that shows a table as it was; `nil` for a table that scans only add names to.
  private func cover(of table: String, _ columns: [String]) -> String? {
    if table == "pool" { return Self.pools(columns) }
    let conditions = [
      table == "scan" ? "id <= \(Self.scan)" : nil,
      columns.contains("scan") ? "scan <= \(Self.scan)" : nil,
      columns.contains("from_scan") ? "from_scan <= \(Self.scan)" : nil,
      columns.contains("first_scan") ? "first_scan <= \(Self.scan)" : nil,
      table == "former_pool" ? "until_scan <= \(Self.scan)" : nil,
    ].compactMap { $0 }
    guard !conditions.isEmpty else { return nil }
    // What ended later had not ended yet.
    let selected = columns.map { column in
      column == "until_scan"
        ? "iif(until_scan <= \(Self.scan), until_scan, NULL) AS until_scan" : column
    }
    return """
      CREATE TEMPORARY VIEW \(table) AS SELECT \(selected.joined(separator: ", "))
      FROM main.\(table) WHERE \(conditions.joined(separator: " AND "))
      """
  }

  /// The pools have their names of then, and all else that they have.
  private static func pools(_ columns: [String]) -> String {
    let selected = columns.map { $0 == "name" ? "pool_at.name" : "pool.\($0)" }
    return """
      CREATE TEMPORARY VIEW pool AS SELECT \(selected.joined(separator: ", "))
      FROM main.pool AS pool JOIN temp.pool_at ON pool_at.id = pool.id
      """
  }
}

extension QueryValue {
  /// The database keeps references with their secrets; no answer shows them.
  fileprivate init(_ row: Row, at index: Int) {
    let value: DatabaseValue = row[index]
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string:
      // Paths are bytes, and a view's text is only as good as they are.
      let bytes = ReferenceTarget.redacting(Array(row[index] as Data))
      self = String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .blob(PathBytes(bytes))
    case .blob(let bytes): self = .blob(PathBytes(ReferenceTarget.redacting(Array(bytes))))
    }
  }
}
