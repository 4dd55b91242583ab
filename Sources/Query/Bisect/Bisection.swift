public import Model

/// When something went bad.
public struct Bisection: Encodable, Hashable, Sendable {
  /// The first night of those in a row, up to the last, that are bad; `nil` where the last is not.
  public var firstBad: ScanPoint?
  /// The last night before that looked and found it good.
  public var lastGood: ScanPoint?
  /// The nights between the two: they did not look, and nobody knows.
  public var notSeen: [ScanPoint]
  /// What changed in the first bad night, the nearest first.
  public var changes: [NearEvent]

  /// What is known of when.
  public init(
    firstBad: ScanPoint? = nil, lastGood: ScanPoint? = nil, notSeen: [ScanPoint] = [],
    changes: [NearEvent] = []
  ) {
    self.firstBad = firstBad
    self.lastGood = lastGood
    self.notSeen = notSeen
    self.changes = changes
  }

  /// Encodes the contract's object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encodeIfPresent(firstBad, forKey: "first-bad")
    try object.encodeIfPresent(lastGood, forKey: "last-good")
    try object.encode(notSeen, forKey: "not-seen")
    try object.encode(changes, forKey: "changes")
  }
}
