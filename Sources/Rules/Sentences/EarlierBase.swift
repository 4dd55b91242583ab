internal import DiskImage
public import Model

/// What an image named as its base before its header could name none.
public struct EarlierBase: Sendable {
  /// The name, as it was stored, secrets included.
  public let stored: [UInt8]
  /// The format that was recorded beside it.
  public let format: String?
  /// The last scan that saw it.
  public let lastSeen: ScanPoint
  /// The format of the image that named it.
  public let holderFormat: String

  /// `'base.qcow2' (qcow2) as its base until scan 3`.
  public var inWords: String {
    let name = PathBytes(ReferenceTarget.redacting(stored)).displayText
    return "'\(name)'\(format.map { " (\($0))" } ?? "") as its base until scan \(lastSeen.scan)"
  }
}
