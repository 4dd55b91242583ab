internal import Model

/// Why an image is as it is: what is wrong, how it came to be so, and what else changed in that night.
public struct Diagnosis: Encodable, Hashable, Sendable {
  /// What is wrong; `nil` where nothing is.
  public var finding: Finding?
  /// The life of the image up to now, oldest event first.
  public var timeline: [Event]
  /// What changed in the night that saw it first, the nearest first.
  public var changes: [NearEvent]

  /// Why.
  public init(finding: Finding?, timeline: [Event], changes: [NearEvent]) {
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
