/// The checksum of POSIX's `cksum`, which every system can say again.
///
/// A cyclic redundancy check with the polynomial 0x04C11DB7, over the bytes and then over their number,
/// least significant byte first (POSIX.1-2017, utility `cksum`).
enum Checksum {
  /// Eight tables of 256: of a byte, of a byte before one of zeros, before two, … so that eight bytes are one step
  /// (slicing by eight).
  private static let table: [UInt32] = {
    var table = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte) << 24) { value, _ in
        value & 0x8000_0000 == 0 ? value << 1 : (value << 1) ^ 0x04C1_1DB7
      }
    }
    for index in 256..<2048 {
      let before = table[index - 256]
      table.append((before << 8) ^ table[Int(before >> 24)])
    }
    return table
  }()

  /// The checksum of bytes.
  static func value(of bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0
    let table = table
    let data = bytes.span
    let whole = data.count - data.count % 8
    for start in stride(from: 0, to: whole, by: 8) {
      let front =
        sum
        ^ (UInt32(data[start]) << 24 | UInt32(data[start + 1]) << 16
          | UInt32(data[start + 2]) << 8 | UInt32(data[start + 3]))
      sum =
        table[1792 + Int(front >> 24)] ^ table[1536 + Int(front >> 16 & 0xFF)]
        ^ table[1280 + Int(front >> 8 & 0xFF)] ^ table[1024 + Int(front & 0xFF)]
        ^ table[768 + Int(data[start + 4])] ^ table[512 + Int(data[start + 5])]
        ^ table[256 + Int(data[start + 6])] ^ table[Int(data[start + 7])]
    }
    for position in whole..<data.count { sum = next(sum, data[position]) }
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
