/// Escapes text for XML 1.0: the only such function of the program.
public enum XMLText {
  /// Text that may stand between tags or in a quoted attribute and is read back unchanged.
  ///
  /// Tabs and line breaks become character references, which an attribute would else lose.
  /// - Throws: `.notXMLCharacter` for a character that XML 1.0 cannot hold in any form.
  public static func escaped(_ text: String) throws(XMLTextFault) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      guard isXMLCharacter(scalar) else { throw .notXMLCharacter(scalar.value) }
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&apos;"
      case "\t", "\n", "\r": result += "&#\(scalar.value);"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The same for bytes, such as those of a path.
  /// - Throws: `.notUTF8` where they are none.
  public static func escaped(_ bytes: [UInt8]) throws(XMLTextFault) -> String {
    try escaped(text(bytes))
  }

  /// Bytes as text, unescaped.
  package static func text(_ bytes: [UInt8]) throws(XMLTextFault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    return text
  }

  /// XML 1.0, section 2.2, production `Char`.
  private static func isXMLCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
    default: false
    }
  }
}

/// Why some text cannot be written in XML at all.
public enum XMLTextFault: Error, Hashable, Sendable {
  /// Bytes that are not UTF-8.
  case notUTF8
  /// A control character or a noncharacter, by its code point.
  case notXMLCharacter(UInt32)
}

extension XMLTextFault {
  /// The fault in words: lower case, no full stop.
  public var reason: String {
    switch self {
    case .notUTF8: "it is not UTF-8, and XML can say nothing else"
    case .notXMLCharacter(let value):
      "it holds the character U+\(String(value, radix: 16, uppercase: true)), which XML 1.0 cannot"
    }
  }
}
