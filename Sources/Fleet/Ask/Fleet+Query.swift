public import Model

/// A value of a row that a query of the user's returned.
public enum FleetCell: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob(PathBytes)
}

extension Fleet {
  /// The rows of a query of the user's, within a transaction in which nothing can be written.
  public func rows(sql: String, each: ([String], [FleetCell]) throws -> Void) throws {
    try refuseSuperuser(doing: "asking")
    try server.transaction("READ ONLY") {
      do {
        try server.each(sql) { row in
          try each(row.columns.names, zip(row.columns.types, row.cells).map(Self.cell))
        }
      } catch FleetFault.server(_, let detail) {
        throw FleetFault.badQuery(detail)
      }
    }
  }

  private static func cell(_ type: UInt32, _ text: String?) -> FleetCell {
    guard let text else { return .null }
    // The numbers of PostgreSQL's own types (pg_type.dat).
    switch type {
    case 20, 21, 23, 26: return Int64(text).map { .integer($0) } ?? .text(text)
    case 700, 701, 1700: return Double(text).map { .real($0) } ?? .text(text)
    case 16: return .text(text == "t" ? "true" : "false")
    case 17: return .blob(PathBytes(Hexadecimal.bytes(text) ?? Array(text.utf8)))
    default: return .text(text)
    }
  }
}
