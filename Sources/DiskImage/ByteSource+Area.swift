extension ByteSource where Self: ~Copyable {
  /// Checks that the source holds `count` bytes from `offset`; reads nothing.
  /// - Throws: `.truncated` where it ends before.
  borrowing func checkArea(at offset: UInt64, count: UInt64) throws(HeaderFault) {
    guard offset <= byteCount, count <= byteCount - offset else {
      throw .truncated(offset: offset, needed: Int(clamping: count))
    }
  }

  /// `count` bytes from `offset`: from `head` where it has them all, else by one read.
  /// - Throws: `.truncated` where the source ends before them.
  borrowing func area(
    at offset: UInt64, count: Int, head: HeaderBytes
  ) throws(HeaderFault) -> HeaderBytes {
    if count == 0 { return HeaderBytes([], startingAt: offset) }
    if (try? head.slice(at: offset, count: count)) != nil { return head }
    try checkArea(at: offset, count: UInt64(count))
    return try HeaderBytes(reading: self, at: offset, count: count)
  }
}
