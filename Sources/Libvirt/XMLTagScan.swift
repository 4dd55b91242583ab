/// Counts the attributes of every tag without parsing, before the parser sees the document.
///
/// libxml2 2.9 compares each attribute of an element with each other one, and each prefix with
/// each declared one: 4 MB of attributes in one tag cost it half a minute. This looks at every
/// byte a fixed number of times.
struct XMLTagScan {
  private static let namespace = Array("xmlns".utf8)
  /// How comments, CDATA sections and processing instructions go on after `<`, and end.
  private static let unparsedSections = [
    (opening: Array("!--".utf8), closing: Array("-->".utf8)),
    (opening: Array("![CDATA[".utf8), closing: Array("]]>".utf8)),
    (opening: Array("?".utf8), closing: Array("?>".utf8)),
  ]

  private let bytes: [UInt8]

  /// A scan of a whole document in UTF-8.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether any tag has more attributes than `limit`, or the document more namespaces.
  ///
  /// Where the markup is broken the answer may be wrong; the parser stops there in any case.
  func exceeds(attributes limit: Int) -> Bool {
    var index = 0
    var namespaces = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        index += 1
        continue
      }
      index += 1
      if let end = endOfUnparsedSection(at: index) {
        index = end
        continue
      }
      let tag = tag(at: index)
      index = tag.end
      namespaces += tag.namespaces
      guard tag.attributes <= limit, namespaces <= limit else { return true }
    }
    return false
  }

  /// The tag whose name begins at `start`, up to its `>` or to where no tag can go on.
  private func tag(at start: Int) -> (end: Int, attributes: Int, namespaces: Int) {
    var quote: UInt8 = 0
    var attributes = 0
    var namespaces = 0
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "<") || (byte == UInt8(ascii: ">") && quote == 0) { break }
      if byte == quote {
        quote = 0
      } else if quote == 0, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
        attributes += 1
      } else if quote == 0, byte == UInt8(ascii: "x"), holds(Self.namespace, at: index) {
        namespaces += 1
      }
      index += 1
    }
    return (index, attributes, namespaces)
  }

  /// What follows a comment, a CDATA section or a processing instruction whose `<` stands before
  /// `start`; `nil` where none begins.
  private func endOfUnparsedSection(at start: Int) -> Int? {
    for section in Self.unparsedSections where holds(section.opening, at: start) {
      var index = start + section.opening.count
      while index < bytes.count {
        if holds(section.closing, at: index) { return index + section.closing.count }
        index += 1
      }
      return bytes.count
    }
    return nil
  }

  /// Whether the text stands at `index`.
  private func holds(_ text: [UInt8], at index: Int) -> Bool {
    guard index <= bytes.count - text.count, bytes[index] == text[0] else { return false }
    for offset in text.indices where bytes[index + offset] != text[offset] { return false }
    return true
  }
}
