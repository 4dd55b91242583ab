/// A key of the contract's JSON, spelled where it is used.
public struct AnswerKey: CodingKey, ExpressibleByStringLiteral, Hashable, Sendable {
  /// The key, in kebab-case.
  public let stringValue: String
  /// Never: the contract has no numbered keys.
  public var intValue: Int? { nil }

  /// A key spelled out.
  public init(stringLiteral value: String) { stringValue = value }
  /// A key from a name.
  public init(stringValue: String) { self.stringValue = stringValue }
  /// Never succeeds.
  public init?(intValue: Int) { nil }
}

extension KeyedEncodingContainer<AnswerKey> {
  /// Encodes a path; where it is not UTF-8, its escaped form beside `"KEY-escaped": true`.
  public mutating func encode(_ path: PathBytes, forKey key: AnswerKey) throws {
    if let exact = path.exactText {
      try encode(exact, forKey: key)
    } else {
      try encode(path.escapedText, forKey: key)
      try encode(true, forKey: AnswerKey(stringValue: key.stringValue + "-escaped"))
    }
  }

  // What is not there is not handed on: the library's own methods ask the encoder about it, by way of metadata that is
  // looked up for each value.

  /// Encodes a value where there is one.
  @inlinable
  public mutating func encodeIfPresent<Value: Encodable>(
    _ value: Value?, forKey key: AnswerKey
  ) throws {
    if let value { try encode(value, forKey: key) }
  }

  /// Encodes a text where there is one.
  @inlinable
  public mutating func encodeIfPresent(_ value: String?, forKey key: AnswerKey) throws {
    if let value { try encode(value, forKey: key) }
  }

  /// Encodes a number where there is one.
  @inlinable
  public mutating func encodeIfPresent(_ value: Int64?, forKey key: AnswerKey) throws {
    if let value { try encode(value, forKey: key) }
  }

  /// Encodes a number where there is one.
  @inlinable
  public mutating func encodeIfPresent(_ value: UInt64?, forKey key: AnswerKey) throws {
    if let value { try encode(value, forKey: key) }
  }

  /// Encodes a flag where there is one.
  @inlinable
  public mutating func encodeIfPresent(_ value: Bool?, forKey key: AnswerKey) throws {
    if let value { try encode(value, forKey: key) }
  }

  /// Encodes a path where there is one.
  public mutating func encodeIfPresent(_ path: PathBytes?, forKey key: AnswerKey) throws {
    if let path { try encode(path, forKey: key) }
  }

  /// Encodes a list where it is not empty.
  public mutating func encodeUnlessEmpty(_ list: [some Encodable], forKey key: AnswerKey) throws {
    if !list.isEmpty { try encode(list, forKey: key) }
  }
}
