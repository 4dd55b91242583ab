internal import FoundationEssentials

/// A JSON value: the one place that parses JSON of QEMU, with Foundation's parser.
public enum JSONText: Decodable, Equatable {
  case null
  case boolean(Bool)
  /// In decimal, so that no 64-bit number loses a digit.
  case number(String)
  case string(String)
  case list([JSONText])
  case object([String: JSONText])

  /// Parses strict JSON; strings may also stand in single quotes, as QEMU allows.
  ///
  /// Length and depth are checked before the parser sees a byte. A key that stands twice in an
  /// object is refused, as by QEMU.
  public init(parsing text: ArraySlice<UInt8>) throws(InvalidReference) {
    let outline = try JSONOutline(of: text)
    do {
      self = try JSONDecoder().decode(JSONText.self, from: Data(outline.strict))
    } catch {
      throw InvalidReference("it is not JSON")
    }
    guard memberCount == outline.memberCount else {
      throw InvalidReference("a key stands twice in a JSON object")
    }
  }

  /// Decodes whatever value there is.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let boolean = try? value.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let number = try? value.decode(UInt64.self) {
      self = .number(String(number))
    } else if let number = try? value.decode(Int64.self) {
      self = .number(String(number))
    } else if let number = try? value.decode(Decimal.self) {
      self = .number("\(number)")
    } else if let list = try? value.decode([JSONText].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSONText].self))
    }
  }

  /// The members of this object and all objects within.
  private var memberCount: Int {
    switch self {
    case .null, .boolean, .number, .string: 0
    case .list(let values): values.reduce(0) { $0 + $1.memberCount }
    case .object(let members): members.values.reduce(members.count) { $0 + $1.memberCount }
    }
  }
}
