public import Model

/// Why a link broke.
public struct FindingCause: Encodable, Hashable, Sendable {
  /// The kinds of cause of the contract.
  public enum Kind: String, Sendable, Hashable {
    case targetMoved = "target-moved"
    case targetRemoved = "target-removed"
    case targetReplaced = "target-replaced"
    case imageMoved = "image-moved"
    case referenceChanged = "reference-changed"
    case neverSeen = "never-seen"
  }

  /// What happened.
  public var kind: Kind
  /// How that is known, in a sentence.
  public var evidence: String
  /// Where the target, or what may be it, stands now; in byte order.
  public var nowAt: [PathBytes]
  /// The image that was the target, where one was.
  public var image: Int64?
  /// The last scan that saw that image there, where no reference of this text was seen to lead to it.
  public var stoodUntil: Int64?

  /// A cause with its evidence.
  public init(
    kind: Kind, evidence: String, nowAt: [PathBytes] = [], image: Int64? = nil,
    stoodUntil: Int64? = nil
  ) {
    self.kind = kind
    self.evidence = evidence
    self.nowAt = nowAt
    self.image = image
    self.stoodUntil = stoodUntil
  }

  /// Encodes `{"kind", "evidence", "now-at"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(kind.rawValue, forKey: "kind")
    try object.encode(evidence, forKey: "evidence")
    try object.encodeUnlessEmpty(nowAt.map(\.displayText), forKey: "now-at")
  }
}
