/// A part of a file or device; both numbers in bytes.
public struct StorageSlice: Codable, Hashable, Sendable {
  /// Where it begins.
  public var offset: UInt64
  /// How long it is.
  public var size: UInt64

  /// A part.
  public init(offset: UInt64, size: UInt64) {
    self.offset = offset
    self.size = size
  }
}
