/// What can be told of a JSON text without parsing it: where strings are, how deep it nests.
struct JSONOutline {
  /// The text with every string in double quotes.
  private(set) var strict: [UInt8] = []
  /// The strings of `strict`, quotes included, in their order; `isKey` where a colon follows.
  private(set) var strings: [(range: Range<Int>, isKey: Bool)] = []

  /// Goes through a text once.
  ///
  /// A comma before a closing bracket is refused here, and what is not ASCII outside of strings.
  /// - Throws: when it is longer than `ReferenceGrammar.maxLength`, nests deeper than
  ///   `ReferenceGrammar.maxDepth`, ends within a string, or cannot be JSON.
  init(of text: ArraySlice<UInt8>) throws(InvalidReference) {
    guard text.count <= ReferenceGrammar.maxLength else {
      throw InvalidReference("its JSON is longer than \(ReferenceGrammar.maxLength) bytes")
    }
    strict.reserveCapacity(text.count)
    var depth = 0
    var previous = UInt8(ascii: " ")
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        index = try copyString(text, from: index)
        previous = byte
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        guard depth <= ReferenceGrammar.maxDepth else {
          throw InvalidReference("its JSON nests deeper than \(ReferenceGrammar.maxDepth) levels")
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard previous != UInt8(ascii: ",") else { throw InvalidReference("it is not JSON") }
        depth -= 1
      case UInt8(ascii: ":"):
        if let last = strings.indices.last { strings[last].isKey = true }
      case 0x80...: throw InvalidReference("it is not JSON")
      default: break
      }
      if byte != 0x20, byte != 0x09, byte != 0x0d, byte != 0x0a { previous = byte }
      strict.append(byte)
      index += 1
    }
  }

  /// Copies the string that begins at `start`; gives the index behind it.
  private mutating func copyString(
    _ text: ArraySlice<UInt8>, from start: Int
  ) throws(InvalidReference) -> Int {
    let quote = text[start]
    let begin = strict.count
    strict.append(UInt8(ascii: "\""))
    var index = start + 1
    while index < text.endIndex, text[index] != quote {
      let byte = text[index]
      if byte == UInt8(ascii: "\\"), index + 1 < text.endIndex {
        index += 1
        if text[index] != UInt8(ascii: "'") { strict.append(byte) }
      } else if byte == UInt8(ascii: "\"") {
        strict.append(UInt8(ascii: "\\"))
      }
      strict.append(text[index])
      index += 1
    }
    guard index < text.endIndex else { throw InvalidReference("its JSON ends within a string") }
    strict.append(UInt8(ascii: "\""))
    strings.append((begin..<strict.count, false))
    return index + 1
  }
}
