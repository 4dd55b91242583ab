/// A number for content that is the same in every process; not made to withstand an attacker.
///
/// Each step multiplies to 128 bits and folds, so that every bit of the input reaches every bit of
/// the result; no sum of lengths or times cancels out, as it would in a plain sum.
public struct ContentDigest: Sendable {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// A digest of nothing yet.
  public init() {}

  /// Takes up bytes, eight at a time, and their number.
  public mutating func combine(_ bytes: ArraySlice<UInt8>) {
    let words = bytes.count / 8
    let all = bytes.span
    for word in 0..<words {
      // One check for all eight; written out, they are one load.
      let eight = all.extracting(word * 8..<word * 8 + 8)
      let high =
        UInt64(eight[0]) << 56 | UInt64(eight[1]) << 48 | UInt64(eight[2]) << 40
        | UInt64(eight[3]) << 32
      let low =
        UInt64(eight[4]) << 24 | UInt64(eight[5]) << 16 | UInt64(eight[6]) << 8 | UInt64(eight[7])
      combine(high | low)
    }
    if words * 8 < bytes.count {
      combine(bytes.dropFirst(words * 8).reduce(0) { $0 << 8 | UInt64($1) })
    }
    combine(UInt64(bytes.count))
  }

  /// Takes up bytes, eight at a time, and their number.
  public mutating func combine(_ bytes: [UInt8]) { combine(bytes[...]) }

  /// Takes up a number.
  @inline(__always) public mutating func combine(_ number: UInt64) {
    let product = (state ^ number).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    state = product.high ^ product.low ^ (number << 32 | number >> 32)
  }

  /// The digest; never 0, which means "none" wherever digests are kept.
  public var value: Int64 {
    let folded = state ^ (state >> 29)
    return folded == 0 ? 1 : Int64(bitPattern: folded)
  }
}
