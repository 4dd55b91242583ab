extension PathBytes {
  /// The bytes as one word of a command that stands in a sentence, between apostrophes: what a shell gives
  /// a meaning to has a backslash before it, so that the command works as it is printed.
  ///
  /// `nil` where that cannot be: what is no UTF-8, or steers a terminal, would not arrive as it is.
  public var wordOfCommand: String? {
    guard let text = exactText, !text.isEmpty else { return nil }
    // Hardly ever anything else; what Unicode says of a character is slow to ask.
    if text.unicodeScalars.allSatisfy(Self.isPlain) { return text }
    var word = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
        .privateUse:
        return nil
      default: break
      }
      if scalar.isASCII, !Self.isPlain(scalar) { word.append("\\") }
      word.unicodeScalars.append(scalar)
    }
    return word
  }

  /// Characters that no shell gives a meaning to, wherever they stand: fewer than are safe.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "+", ",", ":", "@": true
    default: false
    }
  }
}
