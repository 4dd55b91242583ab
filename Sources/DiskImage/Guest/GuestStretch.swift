/// A stretch of a guest's disk, and where one image of a chain keeps it.
public struct GuestStretch: Hashable, Sendable {
  /// Where a stretch lies.
  public enum Place: Hashable, Sendable {
    /// Not in this image: the guest sees what the base holds, or zeros where there is none.
    case below
    /// Nowhere: the guest sees zeros, whatever the base holds.
    case zeros
    /// In a file from an offset on, in bytes; file 0 is the image itself, the next are its parts in the order
    /// in which it names them.
    case stored(file: Int, offset: UInt64)
    /// Deflated, without a header, within so many bytes of a file from an offset on, as one cluster that begins
    /// at a place of the guest's disk.
    case deflated(file: Int, offset: UInt64, count: Int, cluster: Range<UInt64>)
    /// In a part that has tables of its own, at an offset of what those map.
    case mapped(file: Int, offset: UInt64)

    /// Where the bytes lie that follow so many bytes behind these.
    public func going(on count: UInt64) -> Place {
      switch self {
      case .below, .zeros, .deflated: self
      case .stored(let file, let offset): .stored(file: file, offset: offset &+ count)
      case .mapped(let file, let offset): .mapped(file: file, offset: offset &+ count)
      }
    }
  }

  /// Bytes of the guest's disk.
  public let range: Range<UInt64>
  /// Where they lie.
  public let place: Place

  /// A stretch and its place.
  public init(_ range: Range<UInt64>, _ place: Place) {
    self.range = range
    self.place = place
  }
}
