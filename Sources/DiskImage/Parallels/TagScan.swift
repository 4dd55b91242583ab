/// Finds the elements of a small text in XML, each where it ends, without a parser of XML.
///
/// Attributes are passed over. Declarations (`<!DOCTYPE`, `<![CDATA[`) are refused, and so are references
/// to other entities than the five that XML itself has. Not more than one pass over the text.
/// Source: W3C Extensible Markup Language 1.0, 2.4, 2.5, 2.6, 3.1 and 4.6.
struct TagScan {
  /// Elements within each other; the descriptor of a disk has five.
  private static let maxDepth = 16
  /// Bytes of a name.
  private static let maxNameLength = 64
  private static let entities: [String: UInt8] = [
    "lt": UInt8(ascii: "<"), "gt": UInt8(ascii: ">"), "amp": UInt8(ascii: "&"),
    "quot": UInt8(ascii: "\""), "apos": UInt8(ascii: "'"),
  ]

  /// An element that has ended.
  struct Element {
    /// The names of the elements around it, outermost first, and its own.
    let path: [ArraySlice<UInt8>]
    /// The text since its last tag within, without blanks around it.
    let text: ArraySlice<UInt8>

    /// Whether it stands there: names in ASCII, outermost first.
    func stands(at names: String...) -> Bool {
      path.count == names.count
        && path.indices.reversed().allSatisfy { path[$0].isText(names[$0]) }
    }
  }

  private let bytes: [UInt8]
  private var position = 0
  private var path: [ArraySlice<UInt8>] = []

  /// A scan of the whole of `bytes`.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The element that ends next; `nil` at the end of the text.
  /// - Throws: what this scan does not read.
  mutating func nextElement() throws(HeaderFault) -> Element? {
    while true {
      let text = bytes[position...].prefix { $0 != UInt8(ascii: "<") }
      position = text.endIndex
      guard position < bytes.count else {
        guard path.isEmpty else { throw wrong("ends within an element") }
        return nil
      }
      if holds("<!--") {
        try skip(past: "-->")
      } else if holds("<?") {
        try skip(past: "?>")
      } else if holds("<!") {
        throw wrong("has a declaration, and needs none")
      } else if let element = try readTag(after: text) {
        return element
      }
    }
  }

  /// Reads a tag; gives the element where the tag ends one.
  private mutating func readTag(after text: ArraySlice<UInt8>) throws(HeaderFault) -> Element? {
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")) else {
      throw wrong("ends within a tag")
    }
    position = end + 1
    let tag = bytes[start..<end]
    guard tag.first != UInt8(ascii: "/") else {
      guard let open = path.last, try Self.areSame(name(tag.dropFirst()), open) else {
        throw wrong("has a tag that ends no element")
      }
      return try close(text)
    }
    guard path.count < Self.maxDepth else { throw wrong("has elements too deep in each other") }
    path.append(try name(tag))
    return tag.last == UInt8(ascii: "/") ? try close([]) : nil
  }

  private mutating func close(_ text: ArraySlice<UInt8>) throws(HeaderFault) -> Element {
    let element = Element(path: path, text: try plain(text))
    path.removeLast()
    return element
  }

  private func name(_ tag: ArraySlice<UInt8>) throws(HeaderFault) -> ArraySlice<UInt8> {
    let name = tag.prefix { !Self.isBlank($0) && $0 != UInt8(ascii: "/") }
    guard (1...Self.maxNameLength).contains(name.count) else {
      throw wrong("has an element without a sensible name")
    }
    return name
  }

  /// Whether two names are the same to a reader, who does not see which bytes stand for an accent.
  private static func areSame(_ name: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
    name.elementsEqual(other)
      || String(decoding: name, as: UTF8.self) == String(decoding: other, as: UTF8.self)
  }

  /// The text that `raw` stands for.
  private func plain(_ raw: ArraySlice<UInt8>) throws(HeaderFault) -> ArraySlice<UInt8> {
    var rest = raw.drop(while: Self.isBlank)
    while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
    guard rest.contains(UInt8(ascii: "&")) else { return rest }
    var text: ArraySlice<UInt8> = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "&") else {
        text.append(byte)
        continue
      }
      let name = rest.prefix { $0 != UInt8(ascii: ";") }
      guard name.count <= Self.maxNameLength, name.endIndex < rest.endIndex else {
        throw wrong("has an & that begins no reference")
      }
      text += try character(String(decoding: name, as: UTF8.self))
      rest = rest[(name.endIndex + 1)...]
    }
    return text
  }

  /// What `&name;` stands for, in UTF-8.
  private func character(_ name: String) throws(HeaderFault) -> [UInt8] {
    if let known = Self.entities[name] { return [known] }
    let number =
      name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
    guard name.hasPrefix("#"), let number, number != 0, let scalar = Unicode.Scalar(number) else {
      throw wrong("refers to an entity that XML does not have")
    }
    return Array(String(scalar).utf8)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  private func holds(_ text: String) -> Bool { bytes[position...].begins(with: text) }

  private mutating func skip(past end: String) throws(HeaderFault) {
    guard let place = bytes[position...].firstPlace(of: end) else {
      throw wrong("ends within a comment or an instruction")
    }
    position = place.upperBound
  }

  private func wrong(_ reason: String) -> HeaderFault {
    .contradiction(field: "Parallels_disk_image", reason: reason)
  }
}
