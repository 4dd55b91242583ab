internal import GRDB
internal import Model

/// What the last scans know of one directory: names, images and signatures, in the order of the
/// names, in a few flat arrays, because a directory may hold a million entries.
public struct KnownDirectory: Sendable {
  /// An entry that was a file when the directory was last seen.
  public struct File: Sendable {
    /// The image at this place.
    public let image: Int64
    /// The signature of the file when it was read; 0 where it has to be read again.
    public let signature: Int64
  }

  private var arena: [UInt8] = []
  private var ends: [Int] = []
  private var files: [File] = []
  /// Names of the symbolic links, in byte order.
  public private(set) var aliases: [[UInt8]] = []
  /// The identity of the directory's file system when it was last seen; `nil` for a new directory.
  public private(set) var filesystem: String?
  /// Whether a file system was mounted at the directory when it was last seen.
  public private(set) var wasMountPoint = false

  /// A directory of which nothing is known.
  public init() {}

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

extension KnownDirectory {
  init(_ database: Database, host: Int64, path: PathBytes) throws {
    let find = try RawStatement(
      database,
      sql: """
        SELECT d.id, f.identity, s.is_mount_point FROM directory d
        LEFT JOIN directory_state s ON s.directory = d.id AND s.until_scan IS NULL
        LEFT JOIN filesystem f ON f.id = s.filesystem
        WHERE d.host = ? AND d.path = ?
        """)
    find.bind(host, at: 1)
    find.bind(blob: path.bytes, at: 2)
    guard try find.next(database) else { return }
    let directory = find.integer(at: 0)
    var identity: [UInt8] = []
    find.appendBlob(at: 1, to: &identity)
    wasMountPoint = find.integer(at: 2) == 1
    find.reset()
    filesystem = identity.isEmpty ? nil : String(decoding: identity, as: UTF8.self)
    try readFiles(database, directory)
    try readAliases(database, directory)
  }

  private mutating func readFiles(_ database: Database, _ directory: Int64) throws {
    let rows = try RawStatement(
      database,
      sql: """
        SELECT name, image, signature FROM place
        WHERE directory = ? AND until_scan IS NULL ORDER BY name
        """)
    rows.bind(directory, at: 1)
    while try rows.next(database) {
      rows.appendBlob(at: 0, to: &arena)
      ends.append(arena.count)
      files.append(File(image: rows.integer(at: 1), signature: rows.integer(at: 2)))
    }
  }

  private mutating func readAliases(_ database: Database, _ directory: Int64) throws {
    let rows = try RawStatement(
      database,
      sql: "SELECT name FROM alias WHERE directory = ? AND until_scan IS NULL ORDER BY name")
    rows.bind(directory, at: 1)
    while try rows.next(database) {
      var name: [UInt8] = []
      rows.appendBlob(at: 0, to: &name)
      aliases.append(name)
    }
  }
}
