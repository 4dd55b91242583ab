public import Model

/// A file that is an image, or a part of one.
public struct BaseFile: Hashable, Sendable {
  /// Where it stands.
  public let path: PathBytes
  /// The number of the file: what has another stands there instead.
  public let inode: UInt64
  /// The identity of the file system that the number belongs to.
  public let filesystem: String

  /// A file at a path.
  public init(path: PathBytes, inode: UInt64, filesystem: String) {
    self.path = path
    self.inode = inode
    self.filesystem = filesystem
  }
}

/// One image of a chain, with the files that its data lies in.
public struct BaseLayer: Hashable, Sendable {
  /// The image's number.
  public let image: Int64
  /// The format that its header shows.
  public let format: String
  /// The image itself.
  public let file: BaseFile
  /// Extents, or a data file, in the order in which the image names them.
  public let parts: [BaseFile]
  /// Bytes from which on it is read where its tables are not: a header of its own may change without any change
  /// for overlays.
  public let start: UInt64

  /// A layer of a chain.
  public init(
    image: Int64, format: String, file: BaseFile, parts: [BaseFile], start: UInt64
  ) {
    self.image = image
    self.format = format
    self.file = file
    self.parts = parts
    self.start = start
  }
}

/// An image whose content is to be read, because overlays depend on it.
public struct BaseToRead: Hashable, Sendable {
  /// The image's number.
  public let image: Int64
  /// The image, and what is below it in its chain.
  public let layers: [BaseLayer]
  /// Whether the chain is known to its end; else what a guest sees cannot be measured.
  public let isWhole: Bool
  /// What is asked about it.
  public let purpose: Purpose

  /// An image that is to be read.
  public init(
    image: Int64, layers: [BaseLayer], isWhole: Bool, purpose: Purpose
  ) {
    self.image = image
    self.layers = layers
    self.isWhole = isWhole
    self.purpose = purpose
  }

  /// Files of the whole chain.
  public var fileCount: Int { layers.reduce(0) { $0 + 1 + $1.parts.count } }

  /// The same image, of which is asked what can be compared with a content.
  public func asking(like content: Content) -> BaseToRead {
    asking(content.method == .files ? .digest : .view)
  }

  private func asking(_ purpose: Purpose) -> BaseToRead {
    BaseToRead(image: image, layers: layers, isWhole: isWhole, purpose: purpose)
  }

  /// What is asked about an image.
  public enum Purpose: Sendable {
    /// What a guest sees of it, or else a digest of its files.
    case content
    /// What a guest sees of it.
    case view
    /// A digest of its files, to be compared with another.
    case digest
    /// Whether it holds any block of its own.
    case emptiness
  }
}

/// What came of reading bases.
public struct BaseContents: Sendable {
  /// By image; an image that was not read, or not as one whole, has none.
  public var contents: [Int64: Content] = [:]
  /// Images, of those of which that was asked, that hold no block of their own.
  public var empty: Set<Int64> = []
  /// Files that the host could not read, and why.
  public var problems: [ScanProblem] = []

  /// Nothing was read.
  public init() {}
}
