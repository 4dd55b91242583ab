public import Model
public import Rules

/// What a kind of finding means; the answer of `explain`.
public struct KindExplanation: Encodable, Sendable {
  /// The kind.
  public let kind: FindingKind
  /// How bad it is.
  public let severity: Severity
  /// What is wrong, as a heading; for eyes alone.
  public let title: String
  /// The rest, in sentences.
  public let explanation: Explanation

  /// What a rule says of its kind.
  public init(_ rule: Rule) {
    kind = rule.kind
    severity = rule.severity
    title = rule.title
    explanation = rule.explanation
  }

  /// An explanation of a kind that has no rule.
  public init(
    kind: FindingKind, severity: Severity, title: String, explanation: Explanation
  ) {
    self.kind = kind
    self.severity = severity
    self.title = title
    self.explanation = explanation
  }

  /// Encodes the contract's explanation object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(kind.rawValue, forKey: "kind")
    try object.encode(severity.rawValue, forKey: "severity")
    try object.encode(explanation.meaning, forKey: "meaning")
    try object.encode(explanation.opens, forKey: "opens")
    try object.encode(explanation.closes, forKey: "closes")
    try object.encode(explanation.action, forKey: "do")
    try object.encode(explanation.harmless, forKey: "harmless")
  }
}
