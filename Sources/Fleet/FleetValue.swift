public import Model

/// A value of an answer about the fleet.
public enum FleetValue: Encodable, Hashable, Sendable {
  case text(String)
  case number(Int64)
  case flag(Bool)
  case path(PathBytes)
  case list([FleetValue])
  case object(FleetObject)

  /// Encodes the value; a path that is not UTF-8 in its escaped form.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .text(let value):
      var single = encoder.singleValueContainer()
      try single.encode(value)
    case .number(let value):
      var single = encoder.singleValueContainer()
      try single.encode(value)
    case .flag(let value):
      var single = encoder.singleValueContainer()
      try single.encode(value)
    case .path(let value):
      var single = encoder.singleValueContainer()
      try single.encode(value.displayText)
    case .list(let values):
      var list = encoder.unkeyedContainer()
      for value in values { try list.encode(value) }
    case .object(let value): try value.encode(to: encoder)
    }
  }
}

/// An object of an answer about the fleet: keys in the order in which they were set; what is absent has none.
public struct FleetObject: Encodable, Hashable, Sendable {
  private var keys: [String] = []
  private var values: [FleetValue] = []

  init() {}

  /// Whether it has no key.
  var isEmpty: Bool { keys.isEmpty }

  /// The value under a key, or under keys of objects in objects with dots between them.
  public subscript(key: String) -> FleetValue? {
    if let place = keys.firstIndex(of: key) { return values[place] }
    guard let dot = key.firstIndex(of: "."), case .object(let inner)? = self[String(key[..<dot])]
    else { return nil }
    return inner[String(key[key.index(after: dot)...])]
  }

  mutating func set(_ key: String, _ value: FleetValue?) {
    guard let value else { return }
    keys.append(key)
    values.append(value)
  }

  /// The same with one more value.
  func with(_ key: String, _ value: String) -> FleetObject {
    var object = self
    object.set(key, value)
    return object
  }

  mutating func set(_ key: String, _ value: String?) { set(key, value.map { .text($0) }) }
  mutating func set(_ key: String, _ value: Int64?) { set(key, value.map { .number($0) }) }
  mutating func set(_ key: String, flag value: Bool) { set(key, value ? .flag(true) : nil) }

  /// A path, with a mark beside it where it is not UTF-8.
  mutating func set(_ key: String, _ value: PathBytes?) {
    guard let value else { return }
    set(key, .path(value))
    if value.exactText == nil { set(key + "-escaped", .flag(true)) }
  }

  /// A scan and when it finished, in milliseconds.
  mutating func set(_ key: String, scan: Int64?, _ milliseconds: Int64?) {
    guard let scan else { return }
    var point = FleetObject()
    point.set("scan", scan)
    point.set("time", milliseconds.map { Moment(milliseconds: $0).text })
    set(key, .object(point))
  }

  /// Encodes the object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    for (key, value) in zip(keys, values) {
      try object.encode(value, forKey: AnswerKey(stringValue: key))
    }
  }
}

/// An answer about the fleet: objects, with the columns that tables have of them.
public struct FleetAnswer: Sendable {
  /// Keys of the objects, the columns of CSV; those of objects in objects with dots between them.
  public let columns: [String]
  /// The columns that people are shown.
  public let shown: [String]
  /// The objects, in order.
  public let objects: [FleetObject]
  /// What JSON has instead of the list.
  public let document: FleetObject?

  init(
    _ columns: [String], shown: [String]? = nil, document: FleetObject? = nil,
    _ objects: [FleetObject]
  ) {
    self.document = document
    self.columns = columns
    self.shown = shown ?? columns
    self.objects = objects
  }
}
