/// Bytes at offsets, from wherever they come: an open file, a test's array.
public protocol ByteSource: ~Copyable {
  /// The length of the source in bytes, as it was when the source was opened.
  var byteCount: UInt64 { get }

  /// Up to `count` bytes from `offset`; fewer only at the end of the source.
  borrowing func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8]
}

/// A read that the system refused.
public struct ReadFault: Error, Hashable, Sendable {
  /// The system's error number (`errno`).
  public let code: Int32

  /// A fault with the system's error number.
  public init(code: Int32) { self.code = code }
}

extension Array: ByteSource where Element == UInt8 {
  /// The number of bytes in the array.
  public var byteCount: UInt64 { UInt64(count) }

  /// The bytes of the array from `offset`, cut at its end.
  public borrowing func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    guard count > 0, let low = Int(exactly: offset), low < self.count else { return [] }
    return Array(self[low..<(low + Swift.min(count, self.count - low))])
  }
}
