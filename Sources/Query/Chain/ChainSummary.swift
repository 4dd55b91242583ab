/// A chain without those between its ends.
public struct ChainSummary: Sendable {
  /// The image at the top.
  public var top: Image
  /// The image under all others.
  public var lowest: Image
  /// Images in the chain, both ends included.
  public var count: Int
  /// Allocated bytes of all images under the top.
  public var sizeBelow: UInt64
}
