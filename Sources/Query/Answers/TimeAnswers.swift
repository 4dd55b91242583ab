public import DiskImage
public import Model

/// What happened to one image between two scans.
public struct ChangeAnswer: Encodable, Hashable, Sendable {
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
  mutating func encodeUnlessEmpty(_ fields: [ChangeAnswer.Field]) throws {
    guard !fields.isEmpty else { return }
    var inner = nestedContainer(keyedBy: AnswerKey.self, forKey: "fields")
    for field in fields { try inner.encode(field, forKey: AnswerKey(stringValue: field.key)) }
  }
}

/// What changed between two scans.
public struct DiffAnswer: Encodable, Hashable, Sendable {
  /// The scan that is compared from.
  public var from: ScanPoint
  /// The scan that is compared to.
  public var to: ScanPoint
  /// What happened to images, in the order of the paths.
  public var changes: [ChangeAnswer]
  /// Findings open in `to` and not in `from`.
  public var opened: [FindingAnswer]
  /// Findings open in `from` and not in `to`.
  public var closed: [FindingAnswer]

  /// A comparison of two scans.
  public init(
    from: ScanPoint, to: ScanPoint, changes: [ChangeAnswer], opened: [FindingAnswer],
    closed: [FindingAnswer]
  ) {
    self.from = from
    self.to = to
    self.changes = changes
    self.opened = opened
    self.closed = closed
  }

  private struct Findings: Encodable {
    let opened: [FindingAnswer]
    let closed: [FindingAnswer]
  }

  /// Encodes the contract's diff object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(from, forKey: "from")
    try object.encode(to, forKey: "to")
    try object.encode(changes, forKey: "changes")
    try object.encode(Findings(opened: opened, closed: closed), forKey: "findings")
  }
}

extension ChangeAnswer {
  /// What a running machine changes of an image, night by night.
  public static let fieldsOfUse: Set<String> = ["in-use", "actual-size", "file-size", "modified"]

  /// Whether the image was written to, or came into use or out of it, and nothing else happened to it.
  public var isUse: Bool {
    kind == .changed && !fields.isEmpty && fields.allSatisfy { Self.fieldsOfUse.contains($0.key) }
  }
}

extension DiffAnswer {
  /// The same without some fields, and without the images of which nothing else changed.
  public func ignoring(_ keys: Set<String>) -> DiffAnswer {
    var answer = self
    answer.changes = changes.compactMap { change in
      var change = change
      change.fields.removeAll { keys.contains($0.key) }
      return change.kind == .changed && change.fields.isEmpty ? nil : change
    }
    return answer
  }

  /// The same of one pool.
  public func of(pool name: String, among pools: [PoolAnswer]) -> DiffAnswer {
    func isInside(_ path: PathBytes) -> Bool {
      pools.filter { path.bytes.starts(with: $0.outcome.path.appending([]).bytes) }
        .max { $0.outcome.path.bytes.count < $1.outcome.path.bytes.count }?.outcome.name == name
    }
    var answer = self
    answer.changes = changes.filter {
      isInside($0.filename) || $0.previousFilename.map(isInside) == true
    }
    answer.opened = opened.filter { $0.pool == name }
    answer.closed = closed.filter { $0.pool == name }
    return answer
  }
}

/// An image that nothing refers to, or of which that cannot be said.
public struct OrphanAnswer: Encodable, Hashable, Sendable {
  /// How the evidence ends that an unused image stands on this one.
  public static let goesFirst = ", itself unused, stands on it and goes first"

  /// What can be said.
  public enum Verdict: String, Sendable, Hashable {
    /// Nothing needs it.
    case orphan
    /// No reference leads to it, and a broken one may mean it.
    case awaited
    /// A machine names it, and does not use it.
    case detached
    /// Nobody uses it, and a person, or a list of machines, keeps it.
    case kept
    /// Whether anything needs it is not known.
    case unknown
  }

  /// The image's path.
  public var filename: PathBytes
  /// The image's number.
  public var imageID: Int64
  /// What can be said.
  public var verdict: Verdict
  /// The first scan that saw nobody use it.
  public var since: ScanPoint
  /// Who used it last, where that is known: an image's path or a domain's name.
  public var lastUser: PathBytes?
  /// Allocated bytes that deleting it frees.
  public var reclaimableSize: UInt64
  /// Whether it may be less, for nobody says what other files share.
  public var isAtMost = false
  /// How that is known and what was not looked at, in sentences.
  public var evidence: [String]
  /// Who may need it, the first few; empty but where it is awaited.
  public var claims: [ClaimAnswer]
  /// The numbers of the images that stand on it; none of them is used.
  public var holders: [Int64] = []
  /// What it rests on that the scan did not see.
  public var stale: Staleness?

  /// An image without users.
  public init(
    filename: PathBytes, imageID: Int64, verdict: Verdict, since: ScanPoint, lastUser: PathBytes?,
    reclaimableSize: UInt64, evidence: [String], claims: [ClaimAnswer] = []
  ) {
    self.filename = filename
    self.imageID = imageID
    self.verdict = verdict
    self.since = since
    self.lastUser = lastUser
    self.reclaimableSize = reclaimableSize
    self.evidence = evidence
    self.claims = claims
  }

  /// Encodes the contract's orphan object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(filename, forKey: "filename")
    try object.encode(imageID, forKey: "image-id")
    try object.encode(verdict.rawValue, forKey: "verdict")
    try object.encode(since, forKey: "since")
    try object.encodeIfPresent(lastUser, forKey: "last-user")
    try object.encode(reclaimableSize, forKey: "reclaimable-size")
    if isAtMost { try object.encode(true, forKey: "at-most") }
    try object.encode(evidence, forKey: "evidence")
    if !claims.isEmpty { try object.encode(claims, forKey: "claims") }
    try object.encodeIfPresent(stale, forKey: "stale")
  }
}

/// One value of a row that `sql` returns.
public enum CellAnswer: Encodable, Hashable, Sendable {
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
public struct RowAnswer: Encodable, Hashable, Sendable {
  /// The names of the columns, as the query gives them.
  public var columns: [String]
  /// The values, as many as columns.
  public var cells: [CellAnswer]

  /// A row.
  public init(columns: [String], cells: [CellAnswer]) {
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
