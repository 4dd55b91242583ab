/// How much room a file system has.
public struct FileSystemRoom: Hashable, Sendable {
  /// Bytes, all together.
  public var capacity: UInt64
  /// Bytes that are left for whoever is not root.
  public var available: UInt64

  /// So much room.
  public init(capacity: UInt64, available: UInt64) {
    self.capacity = capacity
    self.available = available
  }
}
