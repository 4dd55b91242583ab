/// A cyclic redundancy check of 32 bits, which takes eight bytes in a step (slicing by eight).
///
/// Its register has the byte first that leaves it first. So one way serves both orders of bits: of a check whose bits
/// are in reverse order, as CRC-32C, the register is the remainder; of any other, as POSIX's `cksum`, the remainder
/// with its bytes swapped.
package struct RedundancyCheck: Sendable {
  /// Eight tables of 256: of a byte, of a byte before one of zeros, before two, …
  private let table: [UInt32]

  /// A check with its bits in reverse order, the polynomial's as well.
  package init(reversed polynomial: UInt32) {
    self.init { byte in
      (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1 }
    }
  }

  /// A check with the highest bit first.
  package init(polynomial: UInt32) {
    self.init { byte in
      let rest = (0..<8).reduce(byte << 24) { rest, _ in
        rest >> 31 == 1 ? rest << 1 ^ polynomial : rest << 1
      }
      return rest.byteSwapped
    }
  }

  private init(_ remainder: (UInt32) -> UInt32) {
    var table = (0..<256 as Range<UInt32>).map(remainder)
    for index in 256..<2048 {
      let before = table[index - 256]
      table.append(before >> 8 ^ table[Int(before & 0xff)])
    }
    self.table = table
  }

  /// The register after `bytes`, and `register` before them.
  package func register(_ register: UInt32, after bytes: Span<UInt8>) -> UInt32 {
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
}
