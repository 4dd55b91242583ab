public import Model

/// Text that people read on a terminal: nothing in it can steer the terminal.
public enum TerminalText {
  /// A text with every control and bidirectional character shown: as `\xNN` where it is one byte in
  /// UTF-8, else as `\u{NNNN}`, so that it is not taken for a byte that is no UTF-8.
  public static func escaped(_ text: String) -> String {
    guard !isPlain(text), text.unicodeScalars.contains(where: \.steersTerminal) else { return text }
    var result = ""
    for scalar in text.unicodeScalars { show(scalar, in: &result) }
    return result
  }

  /// A path as it is shown; bytes that are not UTF-8 appear as `\xNN` too.
  ///
  /// Where anything had to be escaped, real backslashes are doubled, so that `--escaped` takes back
  /// what is shown; where nothing had to be, the path is shown exactly as it is.
  public static func escaped(_ path: PathBytes) -> String {
    guard let exact = path.exactText else { return escaped(path.escapedText) }
    guard !isPlain(exact), exact.unicodeScalars.contains(where: \.steersTerminal) else {
      return exact
    }
    return escaped(path.escapedText)
  }

  /// Whether `escaped(_:)` shows something else than the path itself.
  static func differs(_ path: PathBytes) -> Bool {
    path.exactText?.unicodeScalars.contains(where: \.steersTerminal) ?? true
  }

  /// Whether there are only printable characters of ASCII: nearly always, and quickly seen.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.span.allSatisfy { (0x20...0x7e).contains($0) }
  }

  private static func show(_ scalar: Unicode.Scalar, in result: inout String) {
    if !scalar.steersTerminal {
      result.unicodeScalars.append(scalar)
    } else if scalar.value < 0x80 {
      result += "\\x" + scalar.hexadecimal(digits: 2)
    } else {
      result += "\\u{" + scalar.hexadecimal(digits: 4) + "}"
    }
  }
}
