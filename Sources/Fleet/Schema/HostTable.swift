internal import Database
internal import Foundation
internal import GRDB

/// A table of a host's as the fleet keeps it: what the server says of its columns.
struct HostTable: Sendable {
  /// What a column of the server's holds.
  enum Kind: String, Sendable {
    case int2, int4, int8, text, bytea
    case any = "any_value"
    case packed = "packed_json"
  }

  /// A column.
  struct Column: Sendable {
    /// As hosts call it.
    let name: String
    /// As the server calls it.
    let serverName: String
    let kind: Kind
    let isRequired: Bool
  }

  let name: String
  /// The columns that come from the host, in the server's order.
  let columns: [Column]
  /// The columns of the key, but the source.
  let key: [String]

  /// Columns of ours beside those of the host.
  private static let own: Set<String> = ["source", "received", "skew_ms"]
  /// Hosts have a column that is called as the key of all our tables.
  private static let renamed = ["source_file": "source"]

  /// Whether its rows hold from one scan on until another, and are told to end.
  var isInterval: Bool {
    let names = columns.map(\.name)
    return names.contains("from_scan") && names.contains("until_scan") && !isWord
  }
  /// Whether its rows are what people said.
  var isWord: Bool { Self.words.contains(name) }

  static let words: Set<String> = ["acknowledgement", "keep", "settlement"]

  /// All tables of hosts, by name.
  static func all(_ server: Server) throws -> [HostTable] {
    let rows = try server.rows(
      """
      SELECT class.relname AS name, attribute.attname AS column, type.typname AS kind,
        attribute.attnotnull AS is_required, array_position(index.indkey::int2[], attribute.attnum) AS place
      FROM pg_catalog.pg_class AS class
      JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
        AND NOT attribute.attisdropped
      JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
      JOIN pg_catalog.pg_index AS index ON index.indrelid = class.oid AND index.indisprimary
      WHERE class.relnamespace = 'backstory'::regnamespace AND class.relkind IN ('r', 'p')
        AND NOT class.relispartition AND class.relname NOT IN ('source', 'viewing')
        AND EXISTS (
          SELECT FROM pg_catalog.pg_attribute AS first
          WHERE first.attrelid = class.oid AND first.attnum = 1 AND first.attname = 'source')
      ORDER BY class.relname, attribute.attnum
      """)
    var tables: [HostTable] = []
    var start = rows.startIndex
    while start < rows.endIndex {
      let end = rows[start...].firstIndex { $0["name"] != rows[start]["name"] } ?? rows.endIndex
      tables.append(HostTable(rows[start..<end]))
      start = end
    }
    return tables
  }

  private init(_ rows: ArraySlice<ServerRow>) {
    name = rows.first?["name"] ?? ""
    let own = rows.filter { Self.own.contains($0["column"] ?? "") }
    columns = rows.filter { row in !own.contains { $0["column"] == row["column"] } }.map { row in
      let serverName = row["column"] ?? ""
      return Column(
        name: Self.renamed[serverName] ?? serverName, serverName: serverName,
        kind: Kind(rawValue: row["kind"] ?? "") ?? .bytea, isRequired: row.flag("is_required"))
    }
    key = rows.compactMap { row in row.number("place").map { (row["column"] ?? "", $0) } }
      .filter { $0.0 != "source" }.sorted { $0.1 < $1.1 }.map(\.0)
  }
}

extension HostTable {
  /// The server's names of its columns, as in a statement.
  var serverColumns: String { columns.map { "\"\($0.serverName)\"" }.joined(separator: ", ") }
}

extension HostTable.Kind {
  /// Adds a value of a bundle to a row, as this kind of column takes it.
  /// - Returns: whether it is one.
  func add(_ value: DatabaseValue, to writer: inout CopyWriter) -> Bool {
    switch (self, value.storage) {
    case (.any, _):
      guard let bytes = Self.tagged(value) else { return false }
      writer.add(bytes)
    case (.packed, .string(let text)):
      guard let packed = Self.packed(text) else { return false }
      writer.add(packed)
    case (.int2, .int64(let number)):
      guard let value = Int16(exactly: number) else { return false }
      writer.add(value)
    case (.int4, .int64(let number)):
      guard let value = Int32(exactly: number) else { return false }
      writer.add(value)
    case (.int8, .int64(let number)): writer.add(number)
    case (.text, .string(let text)):
      guard !text.utf8.contains(0) else { return false }
      writer.add(text.utf8)
    case (.bytea, .blob(let data)): writer.add(data)
    default: return false
    }
    return true
  }

  /// A value of a bundle as PostgreSQL reads it from a text.
  /// - Returns: `nil` where this kind of column cannot have it.
  func text(_ value: DatabaseValue) -> String? {
    switch (self, value.storage) {
    case (.any, _): Self.tagged(value).flatMap { ServerValue.bytes($0).text }
    case (.packed, .string(let text)):
      Self.packed(text).map { String(decoding: $0, as: UTF8.self) }
    case (.int2, .int64(let number)): Int16(exactly: number)?.description
    case (.int4, .int64(let number)): Int32(exactly: number)?.description
    case (.int8, .int64(let number)): number.description
    case (.text, .string(let text)): text.utf8.contains(0) ? nil : text
    case (.bytea, .blob(let data)): ServerValue.bytes(Array(data)).text
    default: nil
    }
  }

  private static func packed(_ text: String) -> [UInt8]? {
    text.utf8.contains(0) ? nil : PackedJSON.packed(Array(text.utf8))
  }

  private static func tagged(_ value: DatabaseValue) -> [UInt8]? {
    switch value.storage {
    case .int64(let number): [UInt8(ascii: "i")] + Array(number.description.utf8)
    case .string(let text): [UInt8(ascii: "t")] + Array(text.utf8)
    case .blob(let data): [UInt8(ascii: "b")] + Array(data)
    default: nil
    }
  }

  /// The value that a column has, as a host's database takes it.
  func value(_ bytes: ArraySlice<UInt8>) -> DatabaseValue {
    switch self {
    case .int2, .int4, .int8: CopyReader.number(bytes).databaseValue
    case .text: String(decoding: bytes, as: UTF8.self).databaseValue
    case .packed: String(decoding: PackedJSON.unpacked(bytes), as: UTF8.self).databaseValue
    case .bytea: Self.blob(bytes)
    case .any:
      switch bytes.first {
      case UInt8(ascii: "i"):
        Int64(String(decoding: bytes.dropFirst(), as: UTF8.self))?.databaseValue ?? .null
      case UInt8(ascii: "t"): String(decoding: bytes.dropFirst(), as: UTF8.self).databaseValue
      default: Self.blob(bytes.dropFirst())
      }
    }
  }

  private static func blob(_ bytes: ArraySlice<UInt8>) -> DatabaseValue {
    Data(bytes).databaseValue
  }
}
