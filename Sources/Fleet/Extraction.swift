internal import Database
internal import Foundation
internal import GRDB
public import Model

extension Fleet {
  /// Writes the database of one host as the fleet has it: every question that the host answers is answered from it, with
  /// the same bytes.
  /// - Parameters:
  ///   - name: the host's name or machine-id.
  ///   - file: where the database is made; nothing stands there.
  public func extract(_ name: String, to file: PathBytes) throws {
    let source = try source(of: name)
    let writer = try Connection.writing(file)
    let tables = try HostTable.all(server)
    try server.transaction("ISOLATION LEVEL REPEATABLE READ READ ONLY") {
      let row = try server.row(
        "SELECT machine_id, host_name, encode(database, 'hex') AS database, generation FROM source WHERE id = $1",
        [.number(source)])
      guard let row else { throw FleetFault.unknownHost(name, nearest: nil) }
      try writer.writeWithoutTransaction { database in
        try database.inTransaction(.exclusive) {
          try database.execute(
            sql: "INSERT INTO host (id, machine_id, name) VALUES (1, ?, ?)",
            arguments: [row["machine_id"], row["host_name"]])
          try database.execute(
            sql: "UPDATE identity SET database = ?, generation = ?",
            arguments: [Data(row.bytes("database") ?? []), row.number("generation")])
          let later = try laterContents(source)
          for table in tables { try fill(database, table, of: source, later) }
          return .commit
        }
        try database.execute(sql: "ANALYZE; PRAGMA optimize")
      }
    }
    try writer.close()
  }

  /// What hosts have and do not tell, because only they compare with it.
  private static let untold: [String: String] = [
    "host": "1", "signature": "0", "digest": "0", "state": "''",
  ]

  /// A content that a host forgot and met again has two numbers at the centre, and a host's database has it once: by each number
  /// of before the last one.
  private func laterContents(_ source: Int64) throws -> [Int64: Int64] {
    let rows = try server.rows(
      """
      SELECT content.id, same.last
      FROM (
        SELECT method, level, ladder, max(id) AS last FROM content
        WHERE source = $1 GROUP BY method, level, ladder HAVING count(*) > 1) AS same
      JOIN content USING (method, level, ladder)
      WHERE content.source = $1 AND content.id <> same.last
      """, [.number(source)])
    return Dictionary(
      rows.compactMap { row in
        guard let id = row.number("id"), let last = row.number("last") else { return nil }
        return (id, last)
      }, uniquingKeysWith: { $1 })
  }

  private func fill(
    _ database: GRDB.Database, _ table: HostTable, of source: Int64, _ later: [Int64: Int64]
  ) throws {
    let there = try Row.fetchAll(
      database, sql: "SELECT name, \"notnull\" AS is_required FROM pragma_table_info(?)",
      arguments: [table.name])
    let names = there.map { $0["name"] as String }
    let columns = table.columns.filter { names.contains($0.name) }
    let told = columns.map(\.name)
    let untold = there.filter { !told.contains($0["name"]) && $0["is_required"] }
      .compactMap { row in Self.untold[row["name"]].map { (row["name"] as String, $0) } }
    let list = (told + untold.map(\.0)).map { "\"\($0)\"" }.joined(separator: ", ")
    let values = columns.map { _ in "?" } + untold.map(\.1)
    let statement = try database.makeStatement(
      sql: "INSERT INTO \"\(table.name)\" (\(list)) VALUES (\(values.joined(separator: ", ")))")
    let serverList = columns.map { "\"\($0.serverName)\"" }.joined(separator: ", ")
    var reader = CopyReader()
    try server.copyOut(
      "COPY (SELECT \(serverList) FROM \"\(table.name)\" WHERE source = \(source)) TO STDOUT (FORMAT binary)"
    ) { piece in
      try reader.read(piece) { row in
        let values = zip(columns, row).map { column, bytes -> DatabaseValue in
          guard let bytes else { return .null }
          let value = column.kind.value(bytes)
          guard column.name == "content",
            let last = Int64.fromDatabaseValue(value).flatMap({ later[$0] })
          else { return value }
          return last.databaseValue
        }
        if table.name == "content", let id = columns.firstIndex(where: { $0.name == "id" }),
          let number = Int64.fromDatabaseValue(values[id]), later[number] != nil
        {
          return
        }
        statement.setUncheckedArguments(StatementArguments(values))
        try statement.execute()
      }
    }
  }
}
