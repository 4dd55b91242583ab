internal import CZlib

/// What zlib deflated.
public enum Inflation {
  /// Bytes that are inflated at most: twice the largest cluster of a qcow2.
  public static let mostBytes = 4 << 20

  /// The first bytes of a raw deflate stream, so many at most; `nil` where it is none, or breaks off before.
  public static func bytes(of packed: [UInt8], atMost count: Int) -> [UInt8]? {
    guard count > 0, count <= mostBytes else { return nil }
    var made = -1
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      made = unsafe packed.withUnsafeBytes {
        unsafe bs_inflate($0.baseAddress, $0.count, buffer.baseAddress, count)
      }
      filled = max(0, made)
    }
    return made < 0 ? nil : bytes
  }
}
