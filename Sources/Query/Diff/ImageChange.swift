public import DiskImage
public import Model

/// What happened to one image between two scans.
public struct ImageChange: Encodable, Hashable, Sendable {
  /// The kinds of change of the contract.
  public typealias Kind = ChangeKind

  /// One field of the image object that differs.
  public struct Field: Encodable, Hashable, Sendable {
    /// The key in the image object.
    public var key: String
    /// The value before; `nil` where there was none.
    public var from: FactValue?
    /// The value after; `nil` where there is none.
    public var to: FactValue?

    /// A field that differs.
    public init(key: String, from: FactValue?, to: FactValue?) {
      self.key = key
      self.from = from
      self.to = to
    }

    /// Encodes `{"from", "to"}`; what was not there is null.
    public func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: AnswerKey.self)
      try object.encode(from, forKey: "from")
      try object.encode(to, forKey: "to")
    }
  }

  /// What happened.
  public var kind: Kind
  /// The path after; for `removed` the last path.
  public var filename: PathBytes
  /// The image's number; for `replaced` that of the new image.
  public var imageID: Int64
  /// For `moved`: the path before.
  public var previousFilename: PathBytes?
  /// For `moved` and `changed`: what differs, in the order of the image object.
  public var fields: [Field]
  /// All names that the image had or has: it is a change of each pool in which one of them stands.
  var names: [PathBytes] = []

  /// A change of an image.
  public init(
    kind: Kind, filename: PathBytes, imageID: Int64, previousFilename: PathBytes? = nil,
    fields: [Field] = []
  ) {
    self.kind = kind
    self.filename = filename
    self.imageID = imageID
    self.previousFilename = previousFilename
    self.fields = fields
  }

  /// Encodes the contract's change object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(kind.rawValue, forKey: "change")
    try object.encode(filename, forKey: "filename")
    try object.encode(imageID, forKey: "image-id")
    try object.encodeIfPresent(previousFilename, forKey: "previous-filename")
    try object.encodeUnlessEmpty(fields)
  }
}

extension KeyedEncodingContainer<AnswerKey> {
  /// Encodes what differs as `"fields": {KEY: {"from", "to"}}`, where anything does.
  mutating func encodeUnlessEmpty(_ fields: [ImageChange.Field]) throws {
    guard !fields.isEmpty else { return }
    var inner = nestedContainer(keyedBy: AnswerKey.self, forKey: "fields")
    for field in fields { try inner.encode(field, forKey: AnswerKey(stringValue: field.key)) }
  }
}

extension ImageChange {
  /// What a running machine changes of an image, night by night.
  public static let fieldsOfUse: Set<String> = ["in-use", "actual-size", "file-size", "modified"]

  /// Whether the image was written to, or came into use or out of it, and nothing else happened to it.
  public var isUse: Bool {
    kind == .changed && !fields.isEmpty && fields.allSatisfy { Self.fieldsOfUse.contains($0.key) }
  }
}
