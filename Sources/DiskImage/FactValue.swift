/// One value of a format's own facts, in the shape in which `qemu-img info` prints it.
///
/// Keys are unique within an object; their order is that of the format's reader.
public enum FactValue: Hashable, Sendable {
  case boolean(Bool)
  case number(UInt64)
  case text(String)
  case list([FactValue])
  case object([FactField])
}

/// A key and its value in an object of facts.
public struct FactField: Hashable, Sendable {
  /// The key as `qemu-img info --output=json` spells it.
  public let key: String
  /// The value under the key.
  public let value: FactValue

  /// A field of an object.
  public init(_ key: String, _ value: FactValue) {
    self.key = key
    self.value = value
  }
}

extension FactValue: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Encodes the value as the JSON value that it stands for.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .boolean(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .number(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .text(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .list(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    case .object(let fields):
      var container = encoder.container(keyedBy: Key.self)
      for field in fields { try container.encode(field.value, forKey: Key(stringValue: field.key)) }
    }
  }

  /// Decodes any JSON value of facts; the keys of an object come sorted.
  public init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      self = .object(
        try object.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
          FactField($0.stringValue, try object.decode(FactValue.self, forKey: $0))
        })
    } else if var list = try? decoder.unkeyedContainer() {
      var values: [FactValue] = []
      while !list.isAtEnd { values.append(try list.decode(FactValue.self)) }
      self = .list(values)
    } else {
      let single = try decoder.singleValueContainer()
      if let value = try? single.decode(Bool.self) {
        self = .boolean(value)
      } else if let value = try? single.decode(UInt64.self) {
        self = .number(value)
      } else {
        self = .text(try single.decode(String.self))
      }
    }
  }
}
