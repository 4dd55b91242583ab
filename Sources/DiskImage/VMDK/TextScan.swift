/// Takes words and numbers from the front of a text, the way of C's `sscanf`, which QEMU reads descriptors
/// with: white space is passed over, line ends too.
struct TextScan {
  /// What was not taken yet.
  private(set) var rest: ArraySlice<UInt8>

  /// A scan from the first byte of `text` on.
  init(_ text: ArraySlice<UInt8>) { rest = text }

  /// Passes over white space.
  mutating func skipSpace() {
    rest = rest.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
  }

  /// Takes up to `count` bytes that are not white space; `nil` where there are none.
  mutating func word(atMost count: Int) -> ArraySlice<UInt8>? {
    skipSpace()
    let word = rest.prefix(count).prefix { $0 != 0x20 && !(0x09...0x0d).contains($0) }
    rest = rest.dropFirst(word.count)
    return word.isEmpty ? nil : word
  }

  /// Takes a decimal number with or without a sign; what is too large or too small is the nearest.
  mutating func decimal() -> Int64? {
    guard let (digits, isNegative) = digits(radix: 10) else { return nil }
    var number: Int64 = 0
    for byte in digits {
      let (tens, isTooMuch) = number.multipliedReportingOverflow(by: 10)
      let digit = Int64(byte - 0x30)
      let (sum, isBeyond) = tens.addingReportingOverflow(isNegative ? -digit : digit)
      if isTooMuch || isBeyond { return isNegative ? .min : .max }
      number = sum
    }
    return number
  }

  /// Takes a hexadecimal number, with or without a sign and `0x`: the lowest 32 bits of it.
  mutating func hexadecimal() -> UInt32? {
    guard let (digits, isNegative) = digits(radix: 16) else { return nil }
    var number: UInt64 = 0
    for byte in digits {
      guard number >> 60 == 0, let digit = ReferenceText.hexadecimal(byte) else { return .max }
      number = number << 4 | UInt64(digit)
    }
    let bits = UInt32(truncatingIfNeeded: number)
    return isNegative ? 0 &- bits : bits
  }

  /// Takes a sign and the digits behind it; `nil` where there are no digits.
  private mutating func digits(radix: UInt8) -> (ArraySlice<UInt8>, isNegative: Bool)? {
    skipSpace()
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    if radix == 16, rest.starts(with: "0x".utf8) || rest.starts(with: "0X".utf8) {
      rest = rest.dropFirst(2)
    }
    let digits = rest.prefix { byte in ReferenceText.hexadecimal(byte).map { $0 < radix } ?? false }
    rest = rest.dropFirst(digits.count)
    return digits.isEmpty ? nil : (digits, isNegative)
  }

  /// Takes this byte; tells whether it stood there.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Takes up to `count` bytes before a line end or a quotation mark; `nil` where there are none.
  mutating func quotedText(atMost count: Int) -> ArraySlice<UInt8>? {
    let text = rest.prefix(count).prefix {
      $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\"")
    }
    rest = rest.dropFirst(text.count)
    return text.isEmpty ? nil : text
  }
}
