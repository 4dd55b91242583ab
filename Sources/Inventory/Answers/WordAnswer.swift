public import Model

/// What somebody said: who, since when, until when and why.
public struct SpokenWord: Encodable, Hashable, Sendable {
  /// The person; or the path of the configuration that has a rule.
  public var by: String
  /// Why, in the person's own words: any text at all.
  public var reason: String?
  /// The last scan when it was said.
  public var since: ScanPoint
  /// When it was said.
  public var said: Moment
  /// It holds no longer than until then.
  public var until: Moment?
  /// Whether the configuration says it, and nobody can take it back elsewhere.
  public var isRule = false

  /// A word.
  public init(
    by: String, reason: String?, since: ScanPoint, said: Moment, until: Moment? = nil
  ) {
    self.by = by
    self.reason = reason
    self.since = since
    self.said = said
    self.until = until
  }

  /// Encodes `{"by", "reason"?, "since", "said", "until"?}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try encode(into: &object)
  }

  func encode(into object: inout KeyedEncodingContainer<AnswerKey>) throws {
    try object.encode(by, forKey: "by")
    try object.encodeIfPresent(reason, forKey: "reason")
    try object.encode(since, forKey: "since")
    try object.encode(said.text, forKey: "said")
    try object.encodeIfPresent(until?.text, forKey: "until")
  }
}

/// A word of a person, with what it is about; an element of the answers of `ack`, `settle` and `keep`.
public struct WordAnswer: Encodable, Hashable, Sendable {
  /// What a word is about.
  public enum Subject: Hashable, Sendable {
    /// A finding.
    case finding(FindingAnswer)
    /// An image, where it stands, or stood last.
    case image(PathBytes, id: Int64)
  }

  /// What it is about.
  public var subject: Subject
  /// What was said.
  public var word: SpokenWord
  /// The number of the finding, or of the image.
  var key: Int64 = 0

  /// A word about something.
  public init(_ subject: Subject, word: SpokenWord) {
    self.subject = subject
    self.word = word
  }

  /// The path of the image that it is about, where it is about one.
  public var filename: PathBytes? {
    switch subject {
    case .finding(let finding): finding.filename
    case .image(let path, _): path
    }
  }

  /// The number of that image.
  public var imageID: Int64? {
    switch subject {
    case .finding(let finding): finding.imageID
    case .image(_, let id): id
    }
  }

  /// The finding, where it is about one.
  public var finding: FindingAnswer? {
    if case .finding(let finding) = subject { finding } else { nil }
  }

  /// Encodes the contract's object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    switch subject {
    case .finding(let finding): try object.encode(finding, forKey: "finding")
    case .image(let path, let id):
      try object.encode(path, forKey: "filename")
      try object.encode(id, forKey: "image-id")
    }
    try word.encode(into: &object)
  }
}
