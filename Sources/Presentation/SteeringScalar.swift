extension Unicode.Scalar {
  /// Whether the character does something to a terminal, or to the order of what it shows, instead
  /// of being shown: C0 and C1 controls, DEL, and the bidirectional controls of Unicode (UAX #9). The
  /// line and paragraph separators too: to many programs they begin a new line of CSV.
  var steersTerminal: Bool {
    switch value {
    case 0..<0x20, 0x7f..<0xa0: true
    case 0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  /// The number of the character in lower-case hexadecimal, with at least this many digits.
  func hexadecimal(digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
