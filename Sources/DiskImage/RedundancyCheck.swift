/// A cyclic redundancy check of 32 bits, which takes eight bytes in a step (slicing by eight).
///
/// Its register has the byte first that leaves it first. So one way serves both orders of bits: of a check whose bits
/// are in reverse order, as CRC-32C, the register is the remainder; of any other, as POSIX's `cksum`, the remainder
/// with its bytes swapped.
///
/// Headers have a few entries, and zeros behind them up to the end of a cluster or table: the register is multiplied by
/// what those come to.
package struct RedundancyCheck: Sendable {
  /// Eight tables of 256: of a byte, of a byte before one of zeros, before two, …
  private let table: [UInt32]
  /// With its bits in reverse order.
  private let polynomial: UInt32
  /// Whether the bits of the remainder are in reverse order.
  private let isReversed: Bool
  /// What 1, 2, 4, … bytes of zeros multiply a remainder in reverse order by: x^8, x^16, x^32, …
  private let zeros: [UInt32]

  /// A check with its bits in reverse order, the polynomial's as well.
  package init(reversed polynomial: UInt32) {
    self.init(polynomial, isReversed: true) { byte in
      (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1 }
    }
  }

  /// A check with the highest bit first.
  package init(polynomial: UInt32) {
    let reversed = Self.reversingBytes(polynomial).byteSwapped
    self.init(reversed, isReversed: false) { byte in
      let rest = (0..<8).reduce(byte << 24) { rest, _ in
        rest >> 31 == 1 ? rest << 1 ^ polynomial : rest << 1
      }
      return rest.byteSwapped
    }
  }

  private init(_ polynomial: UInt32, isReversed: Bool, _ remainder: (UInt32) -> UInt32) {
    self.polynomial = polynomial
    self.isReversed = isReversed
    zeros = (1..<32).reduce(into: [1 << 23]) { powers, index in
      let half = powers[index - 1]
      powers.append(Self.product(half, half, modulo: polynomial))
    }
    var table = (0..<256 as Range<UInt32>).map(remainder)
    for index in 256..<2048 {
      let before = table[index - 256]
      table.append(before >> 8 ^ table[Int(before & 0xff)])
    }
    self.table = table
  }

  /// The register after `bytes`, and `register` before them.
  package func register(_ register: UInt32, after bytes: Span<UInt8>) -> UInt32 {
    let end = Self.endOfContent(bytes)
    guard bytes.count - end >= Self.leastZeros else { return through(bytes, register) }
    return self.register(
      through(bytes.extracting(0..<end), register), afterZeros: bytes.count - end)
  }

  /// The register after as many bytes of zeros.
  package func register(_ register: UInt32, afterZeros count: Int) -> UInt32 {
    var remainder = isReversed ? register : Self.reversingBytes(register)
    var rest = count
    for power in zeros where rest > 0 {
      if rest & 1 == 1 { remainder = Self.product(remainder, power, modulo: polynomial) }
      rest >>= 1
    }
    return isReversed ? remainder : Self.reversingBytes(remainder)
  }

  /// Zeros that are as soon gone through as multiplied by.
  private static let leastZeros = 2048

  private func through(_ bytes: Span<UInt8>, _ register: UInt32) -> UInt32 {
    var register = register
    let table = table
    let whole = bytes.count - bytes.count % 8
    for start in stride(from: 0, to: whole, by: 8) {
      // One check for all eight; written out, they are two loads.
      let eight = bytes.extracting(start..<start + 8)
      let front =
        register
        ^ (UInt32(eight[0]) | UInt32(eight[1]) << 8 | UInt32(eight[2]) << 16
          | UInt32(eight[3]) << 24)
      let back =
        UInt32(eight[4]) | UInt32(eight[5]) << 8 | UInt32(eight[6]) << 16 | UInt32(eight[7]) << 24
      register =
        table[1792 + Int(front & 0xff)] ^ table[1536 + Int(front >> 8 & 0xff)]
        ^ table[1280 + Int(front >> 16 & 0xff)] ^ table[1024 + Int(front >> 24)]
        ^ table[768 + Int(back & 0xff)] ^ table[512 + Int(back >> 8 & 0xff)]
        ^ table[256 + Int(back >> 16 & 0xff)] ^ table[Int(back >> 24)]
    }
    for index in whole..<bytes.count {
      register = register >> 8 ^ table[Int((register ^ UInt32(bytes[index])) & 0xff)]
    }
    return register
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

  /// The product of two remainders in reverse order. Their highest bit is that of x^0.
  private static func product(
    _ one: UInt32, _ other: UInt32, modulo polynomial: UInt32
  ) -> UInt32 {
    var product: UInt32 = 0
    var term = other
    for bit in (0..<32 as Range<UInt32>).reversed() {
      if one >> bit & 1 == 1 { product ^= term }
      term = term & 1 == 1 ? term >> 1 ^ polynomial : term >> 1
    }
    return product
  }

  /// The same four bytes, each with its bits in reverse order.
  private static func reversingBytes(_ value: UInt32) -> UInt32 {
    var value = value
    value = (value & 0x5555_5555) << 1 | value >> 1 & 0x5555_5555
    value = (value & 0x3333_3333) << 2 | value >> 2 & 0x3333_3333
    return (value & 0x0f0f_0f0f) << 4 | value >> 4 & 0x0f0f_0f0f
  }
}
