public import Model

/// An event with how near it is to what is asked about.
public struct NearEvent: Encodable, Hashable, Sendable {
  /// How two things hang together, the nearest first.
  public enum Relation: String, Sendable, Hashable, CaseIterable {
    /// The image itself.
    case itself
    /// What stands on it, or it on, over so many links.
    case chain
    /// A machine that uses it, or what that uses besides.
    case machine
    /// In the same directory.
    case directory
    /// In the same pool.
    case pool
    case elsewhere
  }

  /// The event.
  public var event: EventAnswer
  /// Links from the image; what only stands beside it is further away than all of them.
  public var distance: Int
  /// How it hangs together with the image.
  public var relation: Relation

  /// An event at a distance.
  public init(_ event: EventAnswer, distance: Int, relation: Relation) {
    self.event = event
    self.distance = distance
    self.relation = relation
  }

  /// Encodes the event with its distance.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try event.encode(into: &object)
    try object.encode(Int64(distance), forKey: "distance")
    try object.encode(relation.rawValue, forKey: "relation")
  }
}

/// When something went bad.
public struct BisectAnswer: Encodable, Hashable, Sendable {
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

/// Why an image is as it is: what is wrong, how it came to be so, and what else changed in that night.
public struct WhyAnswer: Encodable, Hashable, Sendable {
  /// What is wrong; `nil` where nothing is.
  public var finding: FindingAnswer?
  /// The life of the image up to now, oldest event first.
  public var timeline: [EventAnswer]
  /// What changed in the night that saw it first, the nearest first.
  public var changes: [NearEvent]

  /// Why.
  public init(finding: FindingAnswer?, timeline: [EventAnswer], changes: [NearEvent]) {
    self.finding = finding
    self.timeline = timeline
    self.changes = changes
  }

  /// Encodes the contract's object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encodeIfPresent(finding, forKey: "finding")
    try object.encodeIfPresent(finding?.cause, forKey: "cause")
    try object.encode(timeline, forKey: "timeline")
    try object.encode(changes, forKey: "changes")
  }
}
