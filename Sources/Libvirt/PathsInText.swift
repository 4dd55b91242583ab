/// Absolute paths in a text of which nobody here knows the grammar: a description, an attribute of another program's,
/// an option of a program's.
///
/// Where a path ends nobody can tell, so each beginning gives several: what is no known image hurts nobody.
package enum PathsInText {
  /// Beginnings in one text that are looked at.
  private static let limit = 100

  private static let slash = UInt8(ascii: "/")
  private static let colon = UInt8(ascii: ":")
  /// What may stand before a slash within a path.
  private static let within = Set("._-+%~@/".utf8)
  /// What ends a path in whatever is quoted or marked up.
  private static let hard = Set("\"'<>`".utf8)
  /// What may end one, and may be a part of it.
  private static let soft = Set(",;:=|)]}".utf8)
  /// What ends a sentence.
  private static let closing = Set(".!?".utf8)

  /// The paths that a text may name, the text as a whole among them; each once.
  package static func all(in text: some Sequence<UInt8>) -> [[UInt8]] {
    let text = Array(text)
    guard !text.contains(0) else { return [] }
    let bytes = trimmed(text[...])
    var found: [[UInt8]] = []
    var seen: Set<[UInt8]> = []
    func add(_ path: ArraySlice<UInt8>) {
      let path = Array(path)
      guard DomainFacts.mayBeStorage(path) else { return }
      if seen.insert(path).inserted { found.append(path) }
    }
    add(bytes)
    for start in beginnings(bytes) {
      let rest = bytes[start...]
      let word = rest.prefix { $0 > 0x20 && !hard.contains($0) }
      add(word)
      let inner = word.prefix { !soft.contains($0) }
      add(inner)
      if let last = inner.last, closing.contains(last) { add(inner.dropLast()) }
    }
    return found
  }

  /// The path that a value is, or else the paths in it: where a value ends is known.
  package static func all(inValue value: some Sequence<UInt8>) -> [[UInt8]] {
    let value = Array(value)
    guard value.first == slash else { return all(in: value) }
    return DomainFacts.mayBeStorage(value) && !value.contains(0) ? [value] : []
  }

  /// Where a path may begin: at a slash that is not within another path, and past the `//` of a URL without a host.
  private static func beginnings(_ bytes: ArraySlice<UInt8>) -> [Int] {
    var found: [Int] = []
    for index in bytes.indices where bytes[index] == slash && found.count < limit {
      guard index > bytes.startIndex else {
        found.append(index)
        continue
      }
      let before = bytes[bytes.index(before: index)]
      let isURL = bytes[..<index].suffix(3).elementsEqual([colon, slash, slash])
      if isURL || !isWithin(before) && !bytes[index...].starts(with: [slash, slash]) {
        found.append(index)
      }
    }
    return found
  }

  private static func isWithin(_ byte: UInt8) -> Bool {
    within.contains(byte) || byte >= 0x80 || (0x30...0x39).contains(byte)
      || (0x41...0x5a).contains(byte & 0xdf)
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = bytes.drop { $0 <= 0x20 }
    guard let end = start.lastIndex(where: { $0 > 0x20 }) else { return [] }
    return start[...end]
  }
}
