public import Model

/// An image whose content is to be read, because overlays depend on it.
public struct BaseToRead: Sendable {
  /// The image's number.
  public let image: Int64
  /// Where it stands.
  public let path: PathBytes
  /// The number of the file that is the image: what has another stands there instead.
  public let inode: UInt64
  /// The identity of the file system that the number belongs to.
  public let filesystem: String
  /// Bytes from which on it is read: a header of its own may change without any change for overlays.
  public let start: UInt64
}

/// What came of reading bases.
public struct BaseContents: Sendable {
  /// Digests by image; an image that was not read, or not as one whole, has none.
  public var digests: [Int64: Int64] = [:]
  /// Files that the host could not read, and why.
  public var problems: [ProblemAnswer] = []

  /// Nothing was read.
  public init() {}
}
