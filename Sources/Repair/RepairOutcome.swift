public import Model

/// What became of one step of a plan, or of one saved header.
public struct RepairOutcome: Sendable, Hashable {
  /// What became of it.
  public enum Result: String, Sendable, Hashable {
    /// It was done, and the image is as planned.
    case done
    /// It was not certain, or the image is in use: nothing was touched.
    case skipped
    /// It went otherwise than planned, and everything after it was left alone; or what it rests on could not be
    /// read.
    case failed
    /// A step before it failed.
    case notReached = "not-reached"
  }

  /// The image.
  public var filename: PathBytes
  /// What was wrong with it; `nil` for an undo.
  public var kind: FindingKind?
  /// What became of it.
  public var result: Result
  /// Why, in a sentence.
  public var message: String
  /// Whether it was left alone only because another process holds the image.
  public var isHeld = false
}

extension RepairOutcome: Encodable {
  /// Encodes `{"filename", "kind", "result", "message"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(filename, forKey: "filename")
    if let kind { try object.encode(kind.rawValue, forKey: "kind") }
    try object.encode(result.rawValue, forKey: "result")
    try object.encode(message, forKey: "message")
  }
}
