/// The checksum of VHDX headers. Source: RFC 3720, 12.1, "CRC32C".
enum CRC32C {
  /// 0x1edc6f41 with its bits in reverse order.
  private static let check = RedundancyCheck(reversed: 0x82f6_3b78)

  /// The checksum of `bytes`, with the four bytes at `offset` taken for zeros: there stands the
  /// checksum itself.
  static func checksum(of bytes: ArraySlice<UInt8>, withoutFourAt offset: Int) -> UInt32 {
    let all = bytes.span
    var register = check.register(.max, after: all.extracting(0..<offset))
    register = check.register(register, afterZeros: 4)
    return ~check.register(register, after: all.extracting(offset + 4..<all.count))
  }
}

extension HeaderBytes {
  /// Checks that `count` bytes from the absolute `start` begin with `signature` and carry their own
  /// CRC-32C in the bytes 4 to 7. Source: [MS-VHDX] 2.2.2, 2.2.3.1.
  /// - Throws: where one of them does not hold, or the bytes are not there.
  func checkSealed(
    from start: UInt64, count: Int, signature: String, of structure: String
  ) throws(HeaderFault) {
    let bytes = try slice(at: start, count: count)
    guard holds(signature, at: start) else {
      throw .contradiction(field: "Signature", reason: "of the \(structure) is not '\(signature)'")
    }
    guard
      try littleEndian(UInt32.self, at: start + 4)
        == CRC32C.checksum(of: bytes, withoutFourAt: 4)
    else {
      throw .checksumMismatch(field: "Checksum of the \(structure)")
    }
  }
}
