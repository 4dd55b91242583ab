extension Unicode.Scalar {
  /// Columns that a terminal gives the character: 0, 1 or 2.
  ///
  /// Source: Unicode Standard Annex #11, "East Asian Width", wide and full-width ranges; marks and
  /// format characters take no column.
  var displayWidth: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if properties.isEmojiPresentation { return 2 }
    return Self.wideRanges.contains { $0.contains(value) } ? 2 : 1
  }

  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115f,  // Hangul initial consonants
    0x2e80...0x303e, 0x3041...0x33ff,  // CJK radicals, punctuation, kana, compatibility
    0x3400...0x4dbf, 0x4e00...0x9fff,  // CJK ideographs
    0xa000...0xa4cf,  // Yi
    0xa960...0xa97f, 0xac00...0xd7a3,  // Hangul
    0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f,  // CJK compatibility forms
    0xff00...0xff60, 0xffe0...0xffe6,  // full-width forms
    0x1b000...0x1b2ff, 0x1f200...0x1f2ff, 0x20000...0x3fffd,  // kana, squares, rarer ideographs
  ]
}

extension Character {
  /// Columns that a terminal gives the character and the marks on it.
  var displayWidth: Int { min(2, unicodeScalars.reduce(0) { $0 + $1.displayWidth }) }
}

extension String {
  /// Columns that a terminal gives the text, which must not hold control characters.
  var displayWidth: Int {
    utf8.span.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.displayWidth }
  }

  /// The text padded with spaces to a width.
  func padded(to width: Int, onTheLeft: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(0, width - displayWidth))
    return onTheLeft ? padding + self : self + padding
  }

  /// The text cut in its middle, where the least is lost of a path, so that it fits `width` columns.
  ///
  /// The end keeps more than the beginning: it is the file's name. At least one character is left of
  /// both, however small the width.
  func cutInTheMiddle(to width: Int, mark: String) -> String {
    guard displayWidth > width else { return self }
    let room = max(2, width - mark.displayWidth)
    let head = prefix(columns: max(1, room * 2 / 5))
    let tail = String(reversed()).prefix(columns: room - max(1, room * 2 / 5))
    return head + mark + String(tail.reversed())
  }

  private func prefix(columns: Int) -> String {
    var left = columns
    return String(
      prefix { character in
        left -= character.displayWidth
        return left >= 0
      })
  }

  /// The text in lines of at most `width` columns, broken at spaces; a longer word stays whole, and so does a command,
  /// which is copied.
  func wrapped(to width: Int?) -> [String] {
    guard let width, displayWidth > width else { return [self] }
    var lines: [String] = []
    for word in unbreakable {
      if let last = lines.last, last.displayWidth + 1 + String(word).displayWidth <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// The words of the text, a command as one of them: in apostrophes up to the last of them, else, of the program's own,
  /// up to the end of its part of the sentence.
  private var unbreakable: [String] {
    var words: [String] = []
    var command: (text: String, isQuoted: Bool)?
    for word in split(separator: " ") {
      if let begun = command {
        command?.text += " " + word
        if Self.ends(word, begun.isQuoted) {
          words.append(begun.text + " " + word)
          command = nil
        }
        continue
      }
      let isQuoted = word.first == "'"
      let name = isQuoted ? word.dropFirst() : word
      guard name == "backstory" || isQuoted && name == "qemu-img" else {
        words.append(String(word))
        continue
      }
      command = (String(word), isQuoted)
    }
    return words + [command?.text].compactMap { $0 }
  }

  private static func ends(_ word: Substring, _ isQuoted: Bool) -> Bool {
    isQuoted
      ? word.reversed().drop { ",;:.)".contains($0) }.first == "'" : ",;".contains(word.last ?? " ")
  }
}
