/// Why a text is not a document, and where.
enum TOMLFault: Error, Equatable {
  /// More levels than a configuration has.
  case tooDeep(line: Int)
  /// What was expected, or is wrong; line and column from 1.
  case syntax(detail: String, line: Int, column: Int)
}

/// The characters of a document, one after the other, and where they stand.
///
/// Rules are those of TOML 1.0.0 (https://toml.io/en/v1.0.0), sections Comment and String.
struct TOMLCursor {
  private var rest: ArraySlice<UInt8>
  /// The line of the next byte, from 1.
  private(set) var line = 1
  /// The column of the next byte in characters, from 1.
  private(set) var column = 1

  init(_ text: String) {
    rest = Array(text.utf8)[...]
    let mark = "\u{FEFF}".utf8
    if rest.starts(with: mark) { rest.removeFirst(mark.count) }
  }

  /// The next byte; `nil` at the end.
  var next: UInt8? { rest.first }

  func fault(_ detail: String) -> TOMLFault { .syntax(detail: detail, line: line, column: column) }

  private mutating func advance() {
    guard let byte = rest.popFirst() else { return }
    if byte == UInt8(ascii: "\n") {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1
    }
  }

  /// Goes behind a word, if it stands here.
  mutating func take(_ word: String) -> Bool {
    guard rest.starts(with: word.utf8) else { return false }
    for _ in word.utf8 { advance() }
    return true
  }

  /// Goes behind the bytes that are wanted, and returns them.
  mutating func take(while isWanted: (UInt8) -> Bool) -> String {
    let taken = rest.prefix(while: isWanted)
    for _ in taken { advance() }
    return String(decoding: taken, as: UTF8.self)
  }

  mutating func passBlanks() {
    _ = take { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  /// Blanks, ends of lines and comments, as they may stand in a list.
  mutating func passBreaks() throws(TOMLFault) {
    passBlanks()
    while next == UInt8(ascii: "#") || isAtLineEnd {
      try endLine()
      passBlanks()
    }
  }

  private var isAtLineEnd: Bool {
    rest.first == UInt8(ascii: "\n") || rest.starts(with: "\r\n".utf8)
  }

  /// Goes to the next line, or to the end: nothing but a comment may stand before it.
  mutating func endLine() throws(TOMLFault) {
    passBlanks()
    if next == UInt8(ascii: "#") { _ = take { !Self.isControl($0) } }
    guard next == nil || take("\n") || take("\r\n") else {
      throw fault("only a comment may follow on this line")
    }
  }

  private static func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F
  }

  /// Goes behind a text in quotes, which begins here, and returns what it says.
  mutating func takeText(mayHaveLines: Bool) throws(TOMLFault) -> String {
    let quote = take("'") ? "'" : "\""
    if quote == "\"" { _ = take(quote) }
    let isLong = mayHaveLines && take(quote + quote)
    let end = isLong ? quote + quote + quote : quote
    var text: [UInt8] = []
    while !take(end) {
      guard let byte = next else { throw fault("a text does not end") }
      if byte == UInt8(ascii: "\\"), quote == "\"" {
        text += try takeEscape(isLong: isLong).utf8
      } else if isLong, isAtLineEnd {
        _ = take("\r")
        text.append(UInt8(ascii: "\n"))
        advance()
      } else if Self.isControl(byte) {
        throw fault("a text does not end on its line, or holds a control character")
      } else {
        text.append(byte)
        advance()
      }
    }
    // Up to two quotes may stand before the three that end a long text.
    for _ in 0..<2 where isLong && take(quote) { text += quote.utf8 }
    return String(decoding: text, as: UTF8.self)
  }

  private static let escapes: [UInt8: String] = [
    UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "t"): "\t", UInt8(ascii: "n"): "\n",
    UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "r"): "\r", UInt8(ascii: "\""): "\"",
    UInt8(ascii: "\\"): "\\",
  ]

  private mutating func takeEscape(isLong: Bool) throws(TOMLFault) -> String {
    advance()
    if let byte = next, let meaning = Self.escapes[byte] {
      advance()
      return meaning
    }
    if take("u") { return try takeScalar(digits: 4) }
    if take("U") { return try takeScalar(digits: 8) }
    guard isLong else { throw fault("after '\\' stands none of b, t, n, f, r, \", \\, u, U") }
    passBlanks()
    guard isAtLineEnd else { throw fault("after '\\' the line does not end") }
    while isAtLineEnd {
      try endLine()
      passBlanks()
    }
    return ""
  }

  private mutating func takeScalar(digits count: Int) throws(TOMLFault) -> String {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw fault("\(count) hexadecimal digits of a character were expected") }
    for _ in digits { advance() }
    return String(Character(scalar))
  }
}
