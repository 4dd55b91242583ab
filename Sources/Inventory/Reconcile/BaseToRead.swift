public import Model

/// An image whose content is to be read, because overlays depend on it.
public struct BaseToRead: Sendable {
  /// The image's number.
  public let image: Int64
  /// Where it stands.
  public let path: PathBytes
  /// Bytes from which on it is read: a header of its own may change without any change for overlays.
  public let start: UInt64
}
