public import Model

/// What a pool held after each scan.
public struct PoolGrowth: Hashable, Sendable {
  /// What the pool held after one scan.
  public struct Point: Hashable, Sendable {
    /// The scan.
    public var point: ScanPoint
    /// Images in the pool; one with several names counts once.
    public var images: Int64
    /// Allocated bytes of these images.
    public var actualSize: UInt64
    /// The room of its file system, where that is known.
    public var room: FileSystemRoom?

    /// What a pool held after a scan.
    public init(
      point: ScanPoint, images: Int64, actualSize: UInt64, room: FileSystemRoom? = nil
    ) {
      self.point = point
      self.images = images
      self.actualSize = actualSize
      self.room = room
    }
  }

  /// The pool's name.
  public var name: String
  /// The directory.
  public var path: PathBytes
  /// From the first scan that knew an image in it, oldest first; also of scans of other pools.
  public var points: [Point]
  /// When its file system is full; `nil` where that cannot be said.
  public var forecast: Forecast?

  /// The growth of a pool.
  public init(name: String, path: PathBytes, points: [Point]) {
    self.name = name
    self.path = path
    self.points = points
  }
}
