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

  package func encode(into object: inout KeyedEncodingContainer<AnswerKey>) throws {
    try object.encode(by, forKey: "by")
    try object.encodeIfPresent(reason, forKey: "reason")
    try object.encode(since, forKey: "since")
    try object.encode(said.text, forKey: "said")
    try object.encodeIfPresent(until?.text, forKey: "until")
  }
}
