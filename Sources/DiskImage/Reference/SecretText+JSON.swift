extension SecretText {
  /// A JSON text without its secrets; byte for byte the same where it has none.
  static func redactedJSON(_ text: ArraySlice<UInt8>, depth: Int) -> [UInt8] {
    guard let outline = try? JSONOutline(of: text), (try? JSONText(parsing: text)) != nil else {
      return mentionsSecret(text) ? mask : Array(text)
    }
    var result: [UInt8] = []
    var copied = 0
    func replace(_ range: Range<Int>, by replacement: [UInt8]) {
      guard range.lowerBound >= copied else { return }  // Within a value that has gone already.
      result += outline.strict[copied..<range.lowerBound]
      result += replacement
      copied = range.upperBound
    }
    var isQuery = false
    for (range, isKey) in outline.strings {
      guard case .string(let string)? = try? JSONText(parsing: outline.strict[range]) else {
        return mask
      }
      let plain =
        isKey
        ? []
        : isQuery
          ? Array(redactedQuery(string).utf8) : redacted(Array(string.utf8), depth: depth + 1)
      // The parameters of a URI, without the rest of it.
      isQuery = isKey && string == "query"
      if isKey, isSecret(string[...]) {
        replace(value(in: outline.strict, behind: range.upperBound), by: quoted(mask))
      } else if !isKey, !plain.elementsEqual(string.utf8) {
        replace(range, by: quoted(plain))
      }
    }
    return copied == 0 ? Array(text) : result + outline.strict[copied...]
  }

  /// Whether a text that cannot be parsed may have a secret in it.
  private static func mentionsSecret(_ text: ArraySlice<UInt8>) -> Bool {
    let lower = String(decoding: text, as: UTF8.self).lowercased()
    return lower.contains("@") || lower.contains("\\u") || lower.contains("key")
      || lower.contains("pass") || lower.contains("auth") || names.contains { lower.contains($0) }
  }

  /// The whole value behind a key of valid JSON, whatever kind it is.
  private static func value(in text: [UInt8], behind key: Int) -> Range<Int> {
    let start = text[key...].firstIndex { !": \t\r\n".utf8.contains($0) } ?? text.count
    var depth = 0
    var isInString = false
    var index = start
    while index < text.count {
      let byte = text[index]
      if isInString {
        if byte == UInt8(ascii: "\\") { index += 1 }
        if byte == UInt8(ascii: "\"") { isInString = false }
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if "{[".utf8.contains(byte) {
        depth += 1
      } else if depth == 0, ",}] \t\r\n".utf8.contains(byte) {
        return start..<index
      } else if "}]".utf8.contains(byte) {
        depth -= 1
      }
      index += 1
    }
    return start..<text.count
  }

  /// `text` as a JSON string.
  private static func quoted(_ text: [UInt8]) -> [UInt8] {
    var result = [UInt8(ascii: "\"")]
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        result += Array("\\u00\(digits.utf8.count < 2 ? "0" : "")\(digits)".utf8)
      default: result.append(byte)
      }
    }
    return result + [UInt8(ascii: "\"")]
  }
}
