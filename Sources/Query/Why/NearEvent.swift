internal import Model

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
  public var event: Event
  /// Links from the image; what only stands beside it is further away than all of them.
  public var distance: Int
  /// How it hangs together with the image.
  public var relation: Relation

  /// An event at a distance.
  public init(_ event: Event, distance: Int, relation: Relation) {
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
