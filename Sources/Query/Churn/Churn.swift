public import Model

/// How much an image changes.
public struct Churn: Encodable, Hashable, Sendable {
  /// Where it stands, or stood last.
  public var filename: PathBytes
  /// The image's number.
  public var imageID: Int64
  /// Scans that saw it otherwise than the one before.
  public var changes: Int64
  /// Bytes by which its file grew and shrank from one scan to the next, all together.
  public var bytes: UInt64

  /// How much an image changes.
  public init(filename: PathBytes, imageID: Int64, changes: Int64, bytes: UInt64) {
    self.filename = filename
    self.imageID = imageID
    self.changes = changes
    self.bytes = bytes
  }

  /// Encodes the contract's object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(filename, forKey: "filename")
    try object.encode(imageID, forKey: "image-id")
    try object.encode(changes, forKey: "changes")
    try object.encode(bytes, forKey: "bytes")
  }
}
