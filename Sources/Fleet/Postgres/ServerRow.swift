package import Model

/// A value that is bound to a statement.
package enum ServerValue: Hashable, Sendable {
  case none
  case number(Int64)
  case text(String)
  case bytes([UInt8])

  /// As PostgreSQL reads it.
  var text: String? {
    switch self {
    case .none: nil
    case .number(let number): number.description
    case .text(let text): text
    case .bytes(let bytes): "\\x" + Hexadecimal.text(bytes)
    }
  }

  /// A number, or none.
  package static func number(_ number: Int64?) -> ServerValue {
    number.map { .number($0) } ?? .none
  }

  /// A text, or none.
  package static func text(_ text: String?) -> ServerValue { text.map { .text($0) } ?? .none }

  /// Bytes, or none.
  package static func bytes(_ bytes: [UInt8]?) -> ServerValue {
    bytes.map { .bytes($0) } ?? .none
  }
}

/// What the columns of an answer are called, and of which types they are, by PostgreSQL's numbers.
package struct ServerColumns: Hashable, Sendable {
  package let names: [String]
  package let types: [UInt32]
}

/// A row of an answer; its values are texts, as PostgreSQL writes them.
package struct ServerRow: Sendable {
  package let columns: ServerColumns
  package let cells: [String?]

  /// The value of a column; `nil` where it has none, or there is no such column.
  package subscript(name: String) -> String? {
    columns.names.firstIndex(of: name).flatMap { cells[$0] }
  }

  /// A number.
  package func number(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }

  /// Whether a column is true.
  package func flag(_ name: String) -> Bool { self[name] == "t" || self[name] == "1" }

  /// The bytes of a column.
  package func bytes(_ name: String) -> [UInt8]? { self[name].flatMap(Hexadecimal.bytes) }

  /// The path in a column.
  package func path(_ name: String) -> PathBytes? { bytes(name).map { PathBytes($0) } }
}

/// Bytes in hexadecimal digits.
package enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  /// In lower case.
  package static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What a text says, with or without `\x` before it; `nil` for anything else.
  package static func bytes(_ text: String) -> [UInt8]? {
    let letters = Array(
      text.utf8.starts(with: [0x5c, 0x78]) ? text.utf8.dropFirst(2) : text.utf8[...])
    guard letters.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(letters.count / 2)
    for index in stride(from: 0, to: letters.count, by: 2) {
      guard let high = value(letters[index]), let low = value(letters[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    case 0x41...0x46: digit - 0x37
    default: nil
    }
  }
}
