import DiskImage

/// The checksum of POSIX's `cksum`, which every system can say again.
///
/// A cyclic redundancy check over the bytes and then over their number, least significant byte first
/// (POSIX.1-2017, utility `cksum`).
enum Checksum {
  private static let check = RedundancyCheck(polynomial: 0x04C1_1DB7)

  /// The checksum of bytes.
  static func value(of bytes: [UInt8]) -> UInt32 {
    var length: [UInt8] = []
    var count = UInt64(bytes.count)
    while count > 0 {
      length.append(UInt8(truncatingIfNeeded: count))
      count >>= 8
    }
    let register = check.register(0, after: bytes.span)
    return ~check.register(register, after: length.span).byteSwapped
  }
}
