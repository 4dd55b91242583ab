internal import GRDB

/// Rows of a bundle before they are in a table: what a statement has them from.
struct Stage {
  /// What follows FROM, before a name.
  let rows: String
  /// The values to which it refers, from $1 on.
  let values: [ServerValue]
}

extension Merge {
  /// In a quiet night most tables have a few new rows: making and dropping a table costs as much as hundreds of them.
  private static let mostRowsInStatement = 500

  func staged(_ table: HostTable, _ body: (Stage) throws -> Int64) throws -> Int64 {
    try staged(table.name, table.columns, of: table, body)
  }

  /// Calls `body` with the rows of a table of the bundle, where it has any.
  func staged(
    _ name: String, _ columns: [HostTable.Column], of table: HostTable,
    _ body: (Stage) throws -> Int64
  ) throws -> Int64 {
    let count = try bundle.count(name, most: Self.mostRowsInStatement + 1)
    if count == 0 { return 0 }
    if count <= Self.mostRowsInStatement { return try body(try stage(name, columns)) }
    let target = "pg_temp.\"stage_\(name)\""
    let list = columns.map { "\"\($0.serverName)\"" }.joined(separator: ", ")
    try server.script(
      "CREATE TEMP TABLE \"stage_\(name)\" ON COMMIT DROP AS SELECT \(list) FROM \"\(table.name)\" WHERE false"
    )
    _ = try copy(name, columns, to: target, of: nil)
    return try body(Stage(rows: target, values: []))
  }

  /// The rows as one array for each column.
  private func stage(_ name: String, _ columns: [HostTable.Column]) throws -> Stage {
    var arrays = columns.map { _ in ArrayText() }
    try each(name, columns) { row in
      for (index, column) in columns.enumerated() {
        let value: DatabaseValue = row[index]
        if value.isNull, !column.isRequired {
          arrays[index].addNull()
        } else if let text = column.kind.text(value) {
          arrays[index].add(text)
        } else {
          throw impossible(column, name)
        }
      }
    }
    let casts = columns.enumerated().map { "$\($0 + 1)::\($1.kind.rawValue)[]" }
    let names = columns.map { "\"\($0.serverName)\"" }
    return Stage(
      rows:
        "(SELECT * FROM unnest(\(casts.joined(separator: ", "))) AS row (\(names.joined(separator: ", "))))",
      values: arrays.map { .text($0.text) })
  }

  private func each(
    _ name: String, _ columns: [HostTable.Column], _ body: (Row) throws -> Void
  ) throws {
    let list = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    try bundle.reading { reader in
      let rows = try Row.fetchCursor(reader, sql: "SELECT \(list) FROM \"\(name)\"")
      while let row = try rows.next() { try body(row) }
    }
  }

  private func impossible(_ column: HostTable.Column, _ table: String) -> FleetFault {
    .badBundle("a value of '\(column.name)' in its table '\(table)' cannot be")
  }

  /// Sends the rows of a table of the bundle, with the number of a source before each where there is one.
  func copy(
    _ name: String, _ columns: [HostTable.Column], to target: String, of source: Int64?
  ) throws -> Int64 {
    let list = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let serverList =
      (source == nil ? [] : ["source"]) + columns.map { "\"\($0.serverName)\"" }
    return try bundle.reading { reader in
      let rows = try Row.fetchCursor(reader, sql: "SELECT \(list) FROM \"\(name)\"")
      // An empty copy is a round trip that can be spared.
      guard var row = try rows.next() else { return 0 }
      return try server.copyIn(
        "COPY \(target) (\(serverList.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
      ) { send in
        var writer = CopyWriter()
        while true {
          writer.begin(serverList.count)
          if let source { writer.add(Int32(truncatingIfNeeded: source)) }
          for (index, column) in columns.enumerated() {
            let value: DatabaseValue = row[index]
            if value.isNull, !column.isRequired {
              writer.addNull()
            } else if !column.kind.add(value, to: &writer) {
              throw impossible(column, name)
            }
          }
          if writer.isFull { try send(writer.take()) }
          guard let next = try rows.next() else { break }
          row = next
        }
        writer.finish()
        try send(writer.take())
      }
    }
  }
}

/// An array of PostgreSQL's, as a text.
struct ArrayText {
  private var elements: [String] = []

  mutating func addNull() { elements.append("NULL") }

  mutating func add(_ element: String) {
    var quoted = "\""
    for letter in element.unicodeScalars {
      if letter == "\"" || letter == "\\" { quoted.unicodeScalars.append("\\") }
      quoted.unicodeScalars.append(letter)
    }
    elements.append(quoted + "\"")
  }

  /// All elements, as PostgreSQL reads them.
  var text: String { "{" + elements.joined(separator: ",") + "}" }
}
