public import Model

/// A chain by its topmost image.
public struct ChainLength: Hashable, Sendable {
  /// The image on which no other stands.
  public var top: PathBytes
  /// Its number.
  public var imageID: Int64
  /// Images in the chain, the top included.
  public var length: Int64
  /// Allocated bytes of all of them.
  public var actualSize: UInt64

  /// A chain.
  public init(top: PathBytes, imageID: Int64, length: Int64, actualSize: UInt64) {
    self.top = top
    self.imageID = imageID
    self.length = length
    self.actualSize = actualSize
  }
}
