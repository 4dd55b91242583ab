/// The part of an image's metadata that is in memory, moved on demand and not without end.
///
/// What lies in the head of the image costs no read. Every move reads one piece of the image, and
/// there is a number of bytes after which the rest counts as not there.
struct HeaderWindow {
  /// Bytes read at a time, unless more are needed in one piece.
  static let pieceLength = 16_384

  /// The bytes that are in memory.
  private(set) var bytes: HeaderBytes
  private var bytesLeft: Int

  /// A window that starts over `bytes` and may read up to `limit` bytes more.
  init(over bytes: HeaderBytes, limit: Int) {
    self.bytes = bytes
    bytesLeft = limit
  }

  /// Sees to it that `bytes` holds `count` bytes from `offset`.
  /// - Throws: `.truncated` where the image, or what may be read of it, ends before them.
  mutating func cover<Source: ByteSource & ~Copyable>(
    _ offset: UInt64, count: Int, of source: borrowing Source
  ) throws(HeaderFault) {
    if holds(offset, count: count) { return }
    let length = max(count, Self.pieceLength)
    guard length <= bytesLeft else { throw .truncated(offset: offset, needed: count) }
    bytesLeft -= length
    bytes = try HeaderBytes(reading: source, at: offset, count: length)
    guard holds(offset, count: count) else { throw .truncated(offset: offset, needed: count) }
  }

  private func holds(_ offset: UInt64, count: Int) -> Bool {
    guard offset >= bytes.start, let low = Int(exactly: offset - bytes.start) else { return false }
    return low <= bytes.bytes.count && count <= bytes.bytes.count - low
  }
}
