/// The checksum of VHDX headers. Source: RFC 3720, 12.1, "CRC32C".
enum CRC32C {
  /// The remainder of every byte; the polynomial is 0x1edc6f41, bits in reverse order.
  private static let table: [UInt32] = (0..<256 as Range<UInt32>).map { byte in
    (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0x82f6_3b78 : rest >> 1 }
  }

  /// The checksum of `bytes`, with the four bytes at `offset` taken for zeros: there stands the
  /// checksum itself.
  static func checksum(of bytes: ArraySlice<UInt8>, withoutFourAt offset: Int) -> UInt32 {
    let own = (bytes.startIndex + offset)..<(bytes.startIndex + offset + 4)
    let table = Self.table
    var rest = UInt32.max
    for index in bytes.indices {
      let byte = own.contains(index) ? 0 : bytes[index]
      rest = rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)]
    }
    return ~rest
  }
}

extension HeaderBytes {
  /// Checks that `count` bytes from the absolute `start` begin with `signature` and carry their own
  /// CRC-32C in the bytes 4 to 7. Source: [MS-VHDX] 2.2.2, 2.2.3.1.
  /// - Throws: where one of them does not hold, or the bytes are not there.
  func checkSealed(
    from start: UInt64, count: Int, signature: StaticString, of structure: String
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
