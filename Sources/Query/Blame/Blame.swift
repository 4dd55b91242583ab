public import DiskImage
public import Model

/// Every fact about an image with the night that set it, and what it was before.
public struct Blame: Encodable, Hashable, Sendable {
  /// One fact.
  public struct Fact: Hashable, Sendable {
    /// Its key in the image object; `users` are those who refer to the image.
    public var key: String
    /// What it is; `nil` where there is none any more.
    public var value: FactValue?
    /// The first scan that saw it so, as it has been ever since.
    public var since: ScanPoint
    /// What it was before: `.some(nil)` where there was none; `nil` where it has been so all along.
    public var before: FactValue??

    /// A fact.
    public init(key: String, value: FactValue?, since: ScanPoint, before: FactValue?? = nil) {
      self.key = key
      self.value = value
      self.since = since
      self.before = before
    }
  }

  /// The image's path.
  public var filename: PathBytes
  /// The image's number.
  public var imageID: Int64
  /// In the order of the image object.
  public var facts: [Fact]

  /// The facts about an image.
  public init(filename: PathBytes, imageID: Int64, facts: [Fact]) {
    self.filename = filename
    self.imageID = imageID
    self.facts = facts
  }

  /// Encodes the contract's object: a fact under each key.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    for fact in facts { try object.encode(fact, forKey: AnswerKey(stringValue: fact.key)) }
  }
}

extension Blame.Fact: Encodable {
  /// Encodes `{"value", "since", "before"?}`; what is not there is null.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(value, forKey: "value")
    try object.encode(since, forKey: "since")
    if let before { try object.encode(before, forKey: "before") }
  }
}
