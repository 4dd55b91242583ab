/// What the last scans know of one directory: names, images and signatures, in the order of the
/// names, in a few flat arrays, because a directory may hold a million entries.
public struct KnownDirectory: Sendable {
  /// An entry that was a file when the directory was last seen.
  public struct File: Sendable {
    /// The image at this place.
    public let image: Int64
    /// The signature of the file when it was read; 0 where it has to be read again.
    public let signature: Int64

    /// A file as it was.
    package init(image: Int64, signature: Int64) {
      self.image = image
      self.signature = signature
    }
  }

  private var arena: [UInt8] = []
  private var ends: [Int] = []
  private var files: [File] = []
  /// Names of the symbolic links, in byte order.
  public package(set) var aliases: [[UInt8]] = []
  /// The identity of the directory's file system when it was last seen; `nil` for a new directory.
  public package(set) var filesystem: String?
  /// Whether a file system was mounted at the directory when it was last seen.
  public package(set) var wasMountPoint = false

  /// A directory of which nothing is known.
  public init() {}

  /// Takes up the files: their names, in byte order one behind the other, and where each ends.
  package mutating func take(_ files: [File], names: [UInt8], ends: [Int]) {
    self.files = files
    arena = names
    self.ends = ends
  }

  /// The number of files.
  public var count: Int { files.count }

  /// The name of the file at a position.
  public func name(at index: Int) -> ArraySlice<UInt8> {
    arena[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// The image and signature at a position.
  public subscript(index: Int) -> File { files[index] }

  /// The position of a name, found by halving.
  public func position(of name: ArraySlice<UInt8>) -> Int? {
    var low = 0
    var high = files.count
    while low < high {
      let middle = low + (high - low) / 2
      if self.name(at: middle).lexicographicallyPrecedes(name) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < files.count && self.name(at: low).elementsEqual(name) ? low : nil
  }
}
