public import Model

/// Text between the tags, and in the quoted attributes, of HTML and of XML.
public enum HTMLText {
  /// A text as it stands between tags or in an attribute's quotes.
  ///
  /// `&`, `<`, `>` and both quotes become references; control and bidirectional characters are shown
  /// as `\xNN` and `\u{NNNN}`, and so are U+FFFE and U+FFFF, which XML 1.0, section 2.2, forbids.
  public static func escaped(_ text: String) -> String { referenced(TerminalText.escaped(text)) }

  /// A path, as `TerminalText` shows it, between tags or in an attribute's quotes.
  public static func escaped(_ path: PathBytes) -> String { referenced(TerminalText.escaped(path)) }

  private static func referenced(_ text: String) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): result += "&amp;".utf8
      case UInt8(ascii: "<"): result += "&lt;".utf8
      case UInt8(ascii: ">"): result += "&gt;".utf8
      case UInt8(ascii: "\""): result += "&quot;".utf8
      case UInt8(ascii: "'"): result += "&#39;".utf8
      default: result.append(byte)
      }
    }
    let shown = String(decoding: result, as: UTF8.self)
    guard shown.unicodeScalars.contains(where: isForbidden) else { return shown }
    return String(
      shown.unicodeScalars.map { isForbidden($0) ? "\\u{\($0.hexadecimal(digits: 4))}" : "\($0)" }
        .joined())
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0xfffe || scalar.value == 0xffff
  }
}

/// JSON in a `<script type="application/json">` of a page.
public enum ScriptJSON {
  /// A text as a JSON string, with its quotes, in which nothing ends the script or opens a comment:
  /// `<`, `>` and `&` are written as `\u00NN`, and so are U+2028 and U+2029.
  ///
  /// Source: HTML Standard, "Restrictions for contents of script elements".
  public static func string(_ text: String) -> String {
    let escaped = JSONText.escaped(text)
    guard escaped.unicodeScalars.contains(where: isMeaningful) else { return "\"\(escaped)\"" }
    let safe = escaped.unicodeScalars.map {
      isMeaningful($0) ? "\\u" + $0.hexadecimal(digits: 4) : String($0)
    }
    return "\"\(safe.joined())\""
  }

  /// A number, or `null`.
  static func number(_ value: (some BinaryInteger)?) -> String { value?.description ?? "null" }

  private static func isMeaningful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "<", ">", "&", "\u{2028}", "\u{2029}": true
    default: false
    }
  }
}
