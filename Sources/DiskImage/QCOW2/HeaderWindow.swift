/// The part of an image's metadata that is in memory, moved on demand and not without end.
///
/// What lies in the head of the image costs no read. Every move reads one piece of the image, and
/// there is a number of moves after which the rest counts as not there.
struct HeaderWindow {
  /// Bytes read at a time.
  static let pieceLength = 16_384

  /// The bytes that are in memory.
  private(set) var bytes: HeaderBytes
  private var movesLeft: Int

  /// A window that starts over `bytes` and may be moved `moves` times.
  init(over bytes: HeaderBytes, moves: Int) {
    self.bytes = bytes
    movesLeft = moves
  }

  /// Sees to it that `bytes` holds `count` bytes from `offset`.
  /// - Throws: `.truncated` where the image, or the number of moves, ends before them.
  mutating func cover<Source: ByteSource & ~Copyable>(
    _ offset: UInt64, count: Int, of source: borrowing Source
  ) throws(HeaderFault) {
    if holds(offset, count: count) { return }
    guard movesLeft > 0 else { throw .truncated(offset: offset, needed: count) }
    movesLeft -= 1
    bytes = try HeaderBytes(reading: source, at: offset, count: max(count, Self.pieceLength))
    guard holds(offset, count: count) else { throw .truncated(offset: offset, needed: count) }
  }

  private func holds(_ offset: UInt64, count: Int) -> Bool {
    guard offset >= bytes.start, let low = Int(exactly: offset - bytes.start) else { return false }
    return low <= bytes.bytes.count && count <= bytes.bytes.count - low
  }
}
