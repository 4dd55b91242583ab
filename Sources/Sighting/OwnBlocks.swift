/// An image of which is asked which blocks are its own.
public struct FileToMeasure: Sendable {
  /// The image's number.
  public let image: Int64
  /// The file.
  public let file: BaseFile

  /// An image and its file.
  package init(image: Int64, file: BaseFile) {
    self.image = image
    self.file = file
  }
}

/// What a file system says of one file's blocks.
public struct OwnBlocks: Hashable, Sendable {
  /// Allocated bytes that no other file shares; `nil` where that is not said.
  public var bytes: UInt64?
  /// How many names the file has.
  public var names: UInt32

  /// The blocks of a file with so many names.
  public init(bytes: UInt64?, names: UInt32) {
    self.bytes = bytes
    self.names = names
  }
}
