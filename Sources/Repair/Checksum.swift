/// The checksum of POSIX's `cksum`, which every system can say again.
///
/// A cyclic redundancy check with the polynomial 0x04C11DB7, over the bytes and then over their number,
/// least significant byte first (POSIX.1-2017, utility `cksum`).
enum Checksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte) << 24) { value, _ in
      value & 0x8000_0000 == 0 ? value << 1 : (value << 1) ^ 0x04C1_1DB7
    }
  }

  /// The checksum of bytes.
  static func value(of bytes: some Collection<UInt8>) -> UInt32 {
    var sum: UInt32 = 0
    for byte in bytes { sum = next(sum, byte) }
    var count = UInt64(bytes.count)
    while count > 0 {
      sum = next(sum, UInt8(truncatingIfNeeded: count))
      count >>= 8
    }
    return ~sum
  }

  private static func next(_ sum: UInt32, _ byte: UInt8) -> UInt32 {
    (sum << 8) ^ table[Int(UInt8(truncatingIfNeeded: sum >> 24) ^ byte)]
  }
}
