/// Files in memory, by the names on the way to them: what a database or an archive holds of a source's
/// directory.
public struct StoredTree: Sendable, Hashable {
  /// The directories in it, by name.
  private(set) var directories: [[UInt8]: StoredTree] = [:]
  /// The files in it, by name.
  private(set) var files: [[UInt8]: [UInt8]] = [:]

  /// An empty directory.
  public init() {}

  /// Adds a file, and the directories on the way to it; the last of `names` is the file's own.
  public mutating func insert(_ bytes: [UInt8], at names: [[UInt8]]) {
    guard let first = names.first else { return }
    if names.count == 1 {
      files[first] = bytes
    } else {
      directories[first, default: StoredTree()].insert(bytes, at: Array(names.dropFirst()))
    }
  }
}
