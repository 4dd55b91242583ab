public import Model

/// Words of a POSIX shell: whatever the bytes, one word, and nothing that the shell acts upon.
public enum ShellWord {
  /// A word that stands for these bytes, in printable characters only.
  ///
  /// Plain text is quoted where it must be; anything that could steer a terminal, or that is no UTF-8,
  /// is written by `printf` from octal numbers. Line feeds at the end stand behind it, because the shell
  /// takes them away from the end of what a command prints.
  public static func quoted(_ word: PathBytes) -> String {
    guard let text = word.exactText, !text.unicodeScalars.contains(where: \.steersTerminal) else {
      return printed(word.bytes)
    }
    if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return "'" + text.replacing("'", with: #"'\''"#) + "'"
  }

  /// A word that stands for a text.
  public static func quoted(_ text: String) -> String { quoted(PathBytes(text.utf8)) }

  /// Characters that no shell gives a meaning to, wherever they stand (POSIX.1-2017, Shell Command
  /// Language, 2.2): fewer than are safe.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-+,:@".utf8.contains(byte)
    }
  }

  /// `"$(bytes '\0033a')"`; the script defines `bytes` as `printf %b`.
  private static func printed(_ bytes: [UInt8]) -> String {
    let feed = UInt8(ascii: "\n")
    let ending = bytes.reversed().prefix { $0 == feed }.count
    var octal = ""
    for byte in bytes.dropLast(ending) {
      if isPlain(byte) {
        octal.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 8)
        octal += "\\0" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
    let rest = ending == 0 ? "" : "'" + String(repeating: "\n", count: ending) + "'"
    return "\"$(bytes '\(octal)')\"" + rest
  }
}
