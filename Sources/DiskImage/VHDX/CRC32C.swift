/// The checksum of VHDX headers. Source: RFC 3720, 12.1, "CRC32C".
enum CRC32C {
  /// 0x1edc6f41 with its bits in reverse order.
  private static let polynomial: UInt32 = 0x82f6_3b78
  private static let check = RedundancyCheck(reversed: polynomial)
  /// What 1, 2, 4, … bytes of zeros multiply the register by: x^8, x^16, x^32, …
  private static let zeros: [UInt32] = (1..<32).reduce(into: [1 << 23]) { powers, index in
    powers.append(product(powers[index - 1], powers[index - 1]))
  }

  /// The checksum of `bytes`, with the four bytes at `offset` taken for zeros: there stands the
  /// checksum itself.
  ///
  /// A table of 64 KiB has a few entries, and zeros behind them, which are not gone through.
  static func checksum(of bytes: ArraySlice<UInt8>, withoutFourAt offset: Int) -> UInt32 {
    let all = bytes.span
    let end = max(endOfContent(all), offset + 4)
    var register = check.register(.max, after: all.extracting(0..<offset))
    register = self.register(register, afterZeros: 4)
    register = check.register(register, after: all.extracting(offset + 4..<end))
    return ~self.register(register, afterZeros: all.count - end)
  }

  /// Where nothing but zeros follows, or up to 31 bytes behind.
  private static func endOfContent(_ bytes: Span<UInt8>) -> Int {
    var end = bytes.count
    while end >= 32 {
      let last = bytes.extracting(end - 32..<end)
      var any: UInt8 = 0
      for index in 0..<32 { any |= last[index] }
      guard any == 0 else { return end }
      end -= 32
    }
    return end
  }

  private static func register(_ register: UInt32, afterZeros count: Int) -> UInt32 {
    var register = register
    var rest = count
    for power in zeros where rest > 0 {
      if rest & 1 == 1 { register = product(register, power) }
      rest >>= 1
    }
    return register
  }

  /// The product of two remainders. Their highest bit is that of x^0.
  private static func product(_ one: UInt32, _ other: UInt32) -> UInt32 {
    var product: UInt32 = 0
    var term = other
    for bit in (0..<32 as Range<UInt32>).reversed() {
      if one >> bit & 1 == 1 { product ^= term }
      term = term & 1 == 1 ? term >> 1 ^ polynomial : term >> 1
    }
    return product
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
