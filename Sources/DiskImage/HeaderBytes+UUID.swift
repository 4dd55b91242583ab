extension HeaderBytes {
  /// The UUID at the absolute `offset`, in lower case with dashes; `nil` where all bits are zero.
  ///
  /// The bytes stand as they are printed. Source: RFC 4122, 4.1.2.
  func uuid(at offset: UInt64) throws(HeaderFault) -> String? {
    _ = try range(at: offset, count: 16)
    return Self.text(
      try bigEndian(UInt64.self, at: offset), try bigEndian(UInt64.self, at: offset + 8))
  }

  /// The GUID at the absolute `offset`, in lower case with dashes; `nil` where all bits are zero.
  ///
  /// The first three groups are little-endian numbers, of 4, 2 and 2 bytes; the rest stands as it is
  /// printed. Source: [MS-DTYP] 2.3.4.2, `GUID`.
  func guid(at offset: UInt64) throws(HeaderFault) -> String? {
    _ = try range(at: offset, count: 16)
    let groups =
      UInt64(try littleEndian(UInt32.self, at: offset)) << 32
      | UInt64(try littleEndian(UInt16.self, at: offset + 4)) << 16
      | UInt64(try littleEndian(UInt16.self, at: offset + 6))
    return Self.text(groups, try bigEndian(UInt64.self, at: offset + 8))
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// The sixteen bytes of two numbers, the highest first: groups of 4, 2, 2, 2 and 6.
  private static func text(_ high: UInt64, _ low: UInt64) -> String? {
    guard high | low != 0 else { return nil }
    let digits = Self.digits
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for index in 0..<32 as Range<UInt64> {
      if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
      let word = index < 16 ? high : low
      text.append(digits[Int(word >> (60 - index % 16 * 4) & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
