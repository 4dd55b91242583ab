/// The options of a block driver as a tree, from nested objects, dotted keys, or both.
///
/// `{"file": {"server.0.host": "a"}}` and `{"file.server": [{"host": "a"}]}` are the same tree: a
/// list is an object with the keys 0, 1, ….
///
/// Source: QEMU qobject/block-qdict.c, `qdict_crumple`; libvirt src/util/virjson.c,
/// `virJSONValueObjectDeflatten`.
struct DriverOptions {
  private enum Node {
    case value(JSONText)
    case options(DriverOptions)
  }

  private var nodes: [String: Node] = [:]

  /// An object's members; whether the text of a key is a path is for `put` to say.
  init(_ members: [String: JSONText]) throws(InvalidReference) {
    for (key, value) in members.sorted(by: { $0.key < $1.key }) { try put(value, at: key) }
  }

  private init() {}

  /// Whether there is a value or an object under `key`.
  func has(_ key: String) -> Bool { nodes[key] != nil }

  /// A string under `key`; `nil` where there is nothing or anything else.
  func string(_ key: String) -> String? {
    guard case .value(.string(let text)) = nodes[key] else { return nil }
    return text
  }

  /// A string, a number, or `on` and `off` for a truth value.
  func text(_ key: String) -> String? {
    guard case .value(let value) = nodes[key] else { return nil }
    return switch value {
    case .string(let text), .number(let text): text
    case .boolean(let flag): flag ? "on" : "off"
    case .null, .list, .object: nil
    }
  }

  /// A string, or what QEMU takes for one: a number, or a truth value.
  /// - Throws: where there is anything else.
  func word(_ key: String) throws(InvalidReference) -> String? {
    guard has(key) else { return nil }
    guard let word = text(key) else {
      throw InvalidReference("\(ReferenceText.quoted(key)) is not a string")
    }
    return word
  }

  /// An unsigned number, which QEMU also takes as a string.
  func number(_ key: String) throws(InvalidReference) -> String? {
    guard has(key) else { return nil }
    guard let number = text(key).flatMap({ UInt64($0) }) else {
      throw InvalidReference("malformed \(ReferenceText.quoted(key))")
    }
    return String(number)
  }

  /// An object under `key`.
  func options(_ key: String) -> DriverOptions? {
    guard case .options(let options) = nodes[key] else { return nil }
    return options
  }

  /// The objects of a list under `key`, in its order; `nil` where there is no list.
  func list(_ key: String) throws(InvalidReference) -> [DriverOptions]? {
    guard let entries = options(key) else { return nil }
    var list: [DriverOptions] = []
    for index in 0..<entries.nodes.count {
      guard let entry = entries.options(String(index)) else {
        throw InvalidReference("\(ReferenceText.quoted(key)) is not a list of objects")
      }
      list.append(entry)
    }
    return list
  }

  private mutating func put(_ value: JSONText, at key: String) throws(InvalidReference) {
    let separator = UInt8(ascii: ".")
    guard key.utf8.contains(separator) else { return try put(value, at: key, []) }
    let path = key.utf8.split(separator: separator, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard path.count <= ReferenceGrammar.maxDepth else {
      throw InvalidReference("its JSON nests deeper than \(ReferenceGrammar.maxDepth) levels")
    }
    guard !path.contains("") else { throw Self.emptyKey }
    try put(value, at: path[0], path.dropFirst())
  }

  private mutating func put(
    _ value: JSONText, at key: String, _ rest: ArraySlice<String>
  ) throws(InvalidReference) {
    guard !key.isEmpty else { throw Self.emptyKey }
    var inner: DriverOptions
    switch nodes[key] {
    case nil: inner = DriverOptions()
    case .options(let options): inner = options
    case .value: throw Self.twice(key)
    }
    if let next = rest.first {
      // Held by one alone it is not copied when it changes.
      nodes[key] = nil
      try inner.put(value, at: next, rest.dropFirst())
    } else if let members = Self.members(of: value) {
      for (name, member) in members { try inner.put(member, at: name) }
    } else {
      guard nodes[key] == nil else { throw Self.twice(key) }
      nodes[key] = .value(value)
      return
    }
    nodes[key] = .options(inner)
  }

  /// What is in an object or a list; `nil` for a plain value.
  private static func members(of value: JSONText) -> [(String, JSONText)]? {
    switch value {
    case .object(let members): members.sorted { $0.key < $1.key }
    case .list(let values): values.enumerated().map { (String($0.offset), $0.element) }
    case .null, .boolean, .number, .string: nil
    }
  }

  private static let emptyKey = InvalidReference("a key of its JSON is empty")

  private static func twice(_ key: String) -> InvalidReference {
    InvalidReference("\(ReferenceText.quoted(key)) is given twice")
  }
}
