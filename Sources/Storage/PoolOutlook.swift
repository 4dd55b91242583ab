public import Model

/// A path by which machines know a pool.
public struct PoolOutlook: Hashable, Sendable {
  /// What the machines name.
  public var path: PathBytes
  /// The pool's directories, of which one is meant.
  public var directories: [PathBytes]

  /// A path for a pool of these directories.
  public init(path: PathBytes, directories: [PathBytes]) {
    self.path = path
    self.directories = directories
  }
}
