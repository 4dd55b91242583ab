public import Model

/// A file that is an image, or a part of one.
public struct BaseFile: Sendable {
  /// Where it stands.
  public let path: PathBytes
  /// The number of the file: what has another stands there instead.
  public let inode: UInt64
  /// The identity of the file system that the number belongs to.
  public let filesystem: String
}

/// An image whose content is to be read, because overlays depend on it.
public struct BaseToRead: Sendable {
  /// The image's number.
  public let image: Int64
  /// The image itself.
  public let file: BaseFile
  /// Bytes from which on it is read: a header of its own may change without any change for overlays.
  public let start: UInt64
  /// The other files that its data lies in: extents, a data file.
  public let parts: [BaseFile]
}

/// What came of reading bases.
public struct BaseContents: Sendable {
  /// By image; an image that was not read, or not as one whole, has none.
  public var contents: [Int64: Content] = [:]
  /// Files that the host could not read, and why.
  public var problems: [ProblemAnswer] = []

  /// Nothing was read.
  public init() {}
}
