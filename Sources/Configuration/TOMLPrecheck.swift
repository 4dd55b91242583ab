/// What the parser is kept from, found before it sees the text.
///
/// It calls itself for every level of keys, lists and tables, and so does whoever walks through what it made: a deep text
/// would overflow the stack. And some texts that are not TOML reach its assertions, which end the process: a header of a
/// table without a name, a date with a `T` and no time, a brace that would close a list.
///
/// Texts and comments are passed over the way TOML 1.0 has them. In a text that is no TOML the parser
/// does not come further than to where the two begin to differ.
struct TOMLPrecheck {
  /// Parts of a dotted key, and lists and tables within each other, that a configuration may have; ours
  /// have two.
  static let limit = 16

  private var rest: Substring.UTF8View
  private var line = 1
  /// Brackets and braces that are open.
  private var open: [UInt8] = []
  /// Dots since the last thing that ends a key or a value.
  private var dots = 0
  /// Whether only blanks were seen on this line.
  private var isAtLineStart = true
  private var lacksName = false
  private var lacksTime = false
  private var closesList = false

  /// What the parser is to be kept from.
  enum Refusal: Equatable {
    /// More levels than a configuration has, on this line.
    case tooDeep(line: Int)
    /// A header of a table that begins with nothing that a name begins with, on this line.
    case headerWithoutName(line: Int)
    /// A date, a `T`, and nothing that a time begins with, on this line.
    case dateWithoutTime(line: Int)
    /// A brace that closes where a list is open, on this line.
    case braceInList(line: Int)
  }

  private init(_ text: String) { rest = text[...].utf8 }

  /// The first thing of which the parser is to be kept from; `nil` for none.
  static func refusal(in text: String) -> Refusal? {
    var check = TOMLPrecheck(text)
    while let byte = check.rest.popFirst() {
      check.take(byte)
      if check.open.count > limit || check.dots >= limit { return .tooDeep(line: check.line) }
      if check.lacksName { return .headerWithoutName(line: check.line) }
      if check.lacksTime { return .dateWithoutTime(line: check.line) }
      if check.closesList { return .braceInList(line: check.line) }
      check.isAtLineStart =
        byte == UInt8(ascii: "\n") || (check.isAtLineStart && Self.isBlank(byte))
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// Whether what follows the first bracket of a header begins a name: a bare key or a quoted one.
  private var beginsName: Bool {
    var name = rest
    if name.first == UInt8(ascii: "[") { name.removeFirst() }
    // The end, and a bracket that closes, are what the parser itself refuses.
    guard let first = name.first(where: { !Self.isBlank($0) }) else { return true }
    switch first {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "]"):
      return true
    default: return false
    }
  }

  /// Whether the rest, behind the first digit, goes on as a date that is followed by `T` and no digit.
  private var goesOnAsDateWithoutTime: Bool {
    let next = Array(rest.prefix(11))
    guard next.count == 11, next[9] | 0x20 == UInt8(ascii: "t"), !Self.isDigit(next[10]) else {
      return false
    }
    return next.prefix(9).enumerated().allSatisfy { place, byte in
      place == 3 || place == 6 ? byte == UInt8(ascii: "-") : Self.isDigit(byte)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private mutating func take(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\n"):
      line += 1
      dots = 0
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      if open.isEmpty, isAtLineStart, byte == UInt8(ascii: "[") { lacksName = !beginsName }
      open.append(byte)
      dots = 0
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      closesList = byte == UInt8(ascii: "}") && open.last == UInt8(ascii: "[")
      _ = open.popLast()
      dots = 0
    case UInt8(ascii: "="), UInt8(ascii: ","): dots = 0
    case UInt8(ascii: "."): dots += 1
    case UInt8(ascii: "0")...UInt8(ascii: "9"): lacksTime = goesOnAsDateWithoutTime
    case UInt8(ascii: "#"): while let next = rest.first, next != UInt8(ascii: "\n") { drop(next) }
    case UInt8(ascii: "\""), UInt8(ascii: "'"): passText(quotedBy: byte)
    default: break
    }
  }

  private mutating func drop(_ byte: UInt8) {
    rest.removeFirst()
    if byte == UInt8(ascii: "\n") { line += 1 }
  }

  /// Passes over a text, to its end, or to that of the line where it may not have several.
  private mutating func passText(quotedBy quote: UInt8) {
    let three = [quote, quote, quote]
    let isLong = rest.starts(with: three.dropFirst())
    if isLong { rest.removeFirst(2) }
    while let byte = rest.first {
      if !isLong, byte == UInt8(ascii: "\n") { return }
      if byte == quote, !isLong || rest.starts(with: three) {
        rest.removeFirst(isLong ? 3 : 1)
        // Up to two quotes may stand before the three that end a long text.
        while isLong, rest.first == quote { rest.removeFirst() }
        return
      }
      drop(byte)
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), let escaped = rest.first {
        drop(escaped)
      }
    }
  }
}
