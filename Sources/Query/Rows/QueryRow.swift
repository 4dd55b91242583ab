public import Model

/// One value of a row that `sql` returns.
public enum QueryValue: Encodable, Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob(PathBytes)

  /// Encodes the value; a blob as text where it is UTF-8, else in its escaped form.
  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch self {
    case .null: try single.encodeNil()
    case .integer(let value): try single.encode(value)
    case .real(let value): try single.encode(value)
    case .text(let value): try single.encode(value)
    case .blob(let value): try single.encode(value.displayText)
    }
  }
}

/// A row that `sql` returns: an object in the order of the query's columns.
public struct QueryRow: Encodable, Hashable, Sendable {
  /// The names of the columns, as the query gives them.
  public var columns: [String]
  /// The values, as many as columns.
  public var cells: [QueryValue]

  /// A row.
  public init(columns: [String], cells: [QueryValue]) {
    self.columns = columns
    self.cells = cells
  }

  /// Encodes an object of the columns.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    for (column, cell) in zip(columns, cells) {
      try object.encode(cell, forKey: AnswerKey(stringValue: column))
    }
  }
}
