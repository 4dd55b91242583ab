/// The place of one value in a document that a `JSONWriter` writes.
struct JSONEncoding: Encoder {
  let writer: JSONWriter
  let depth: Int

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    writer.open(isArray: false, at: depth)
    return KeyedEncodingContainer(JSONObject(writer: writer, depth: depth))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    writer.open(isArray: true, at: depth)
    return JSONArray(writer: writer, depth: depth)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    JSONScalar(writer: writer, depth: depth)
  }
}

/// An object of a document that is being written.
private struct JSONObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let writer: JSONWriter
  let depth: Int

  var codingPath: [any CodingKey] { [] }

  private func begin(_ key: Key) { writer.beginMember(key.stringValue, of: depth) }

  func encodeNil(forKey key: Key) {
    begin(key)
    writer.put("null")
  }

  func encode(_ value: Bool, forKey key: Key) {
    begin(key)
    writer.put(value ? "true" : "false")
  }

  func encode(_ value: String, forKey key: Key) {
    begin(key)
    writer.put(text: value)
  }

  func encode(_ value: Int64, forKey key: Key) {
    begin(key)
    writer.put(value.description)
  }

  func encode(_ value: UInt64, forKey key: Key) {
    begin(key)
    writer.put(value.description)
  }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    begin(key)
    try writer.encode(value, at: depth + 1)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    begin(key)
    return JSONEncoding(writer: writer, depth: depth + 1).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    begin(key)
    return JSONEncoding(writer: writer, depth: depth + 1).unkeyedContainer()
  }

  // Answers are values without a superclass; what one encoded would stand where Foundation puts it.
  func superEncoder() -> any Encoder {
    writer.beginMember("super", of: depth)
    return JSONEncoding(writer: writer, depth: depth + 1)
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    begin(key)
    return JSONEncoding(writer: writer, depth: depth + 1)
  }
}

/// An array of a document that is being written.
private struct JSONArray: UnkeyedEncodingContainer {
  let writer: JSONWriter
  let depth: Int
  private(set) var count = 0

  init(writer: JSONWriter, depth: Int) {
    self.writer = writer
    self.depth = depth
  }

  var codingPath: [any CodingKey] { [] }

  private mutating func begin() {
    count += 1
    writer.beginElement(of: depth)
  }

  mutating func encodeNil() {
    begin()
    writer.put("null")
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    begin()
    try writer.encode(value, at: depth + 1)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    begin()
    return JSONEncoding(writer: writer, depth: depth + 1).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    begin()
    return JSONEncoding(writer: writer, depth: depth + 1).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    begin()
    return JSONEncoding(writer: writer, depth: depth + 1)
  }
}

/// A value that is neither an object nor an array.
private struct JSONScalar: SingleValueEncodingContainer {
  let writer: JSONWriter
  let depth: Int

  var codingPath: [any CodingKey] { [] }

  func encodeNil() { writer.put("null") }
  func encode(_ value: Bool) { writer.put(value ? "true" : "false") }
  func encode(_ value: String) { writer.put(text: value) }
  func encode(_ value: Double) { writer.put(value) }
  func encode(_ value: Float) { writer.put(Double(value)) }
  func encode(_ value: Int) { writer.put(value.description) }
  func encode(_ value: Int8) { writer.put(value.description) }
  func encode(_ value: Int16) { writer.put(value.description) }
  func encode(_ value: Int32) { writer.put(value.description) }
  func encode(_ value: Int64) { writer.put(value.description) }
  func encode(_ value: UInt) { writer.put(value.description) }
  func encode(_ value: UInt8) { writer.put(value.description) }
  func encode(_ value: UInt16) { writer.put(value.description) }
  func encode(_ value: UInt32) { writer.put(value.description) }
  func encode(_ value: UInt64) { writer.put(value.description) }
  func encode<Value: Encodable>(_ value: Value) throws { try writer.encode(value, at: depth) }
}
