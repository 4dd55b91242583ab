/// Counts the attributes of every tag without parsing, before the parser sees the document.
///
/// libxml2 2.9 compares each attribute of an element with each other one, and each prefix with
/// each declared one: 4 MB of attributes in one tag cost it half a minute. This looks at every
/// byte once or twice.
struct XMLTagScan {
  private let bytes: [UInt8]

  /// A scan of a whole document in UTF-8.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether any tag has more attributes than `limit`, or the document more namespaces.
  ///
  /// Where the markup is broken the answer may be wrong; the parser stops there in any case.
  func exceeds(attributes limit: Int) -> Bool {
    var rest = bytes[...]
    var namespaces = 0
    while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
      rest = bytes[(open + 1)...]
      if let skipped = afterUnparsedSection(rest) {
        rest = skipped
        continue
      }
      let tag = wholeTag(rest)
      rest = bytes[tag.bytes.endIndex...]
      namespaces += tag.bytes.ranges(of: Array("xmlns".utf8)).count
      guard tag.attributes <= limit, namespaces <= limit else { return true }
    }
    return false
  }

  /// The tag that `rest` begins with, up to its `>` or to where no tag can go on, and how many
  /// values it holds.
  private func wholeTag(
    _ rest: ArraySlice<UInt8>
  ) -> (bytes: ArraySlice<UInt8>, attributes: Int) {
    var quote: UInt8?
    var attributes = 0
    var index = rest.startIndex
    while index < rest.endIndex {
      let byte = rest[index]
      if byte == UInt8(ascii: "<") || (byte == UInt8(ascii: ">") && quote == nil) { break }
      if byte == quote {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
        attributes += 1
      }
      index += 1
    }
    return (rest[..<index], attributes)
  }

  /// What follows a comment, a CDATA section or a processing instruction; `nil` where none begins.
  private func afterUnparsedSection(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "?") else { return nil }
    let sections = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")]
    for (start, end) in sections where rest.starts(with: start.utf8) {
      let body = rest.dropFirst(start.utf8.count)
      guard let close = body.firstRange(of: Array(end.utf8)) else { return [] }
      return bytes[close.upperBound...]
    }
    return nil
  }
}
