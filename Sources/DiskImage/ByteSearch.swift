extension Collection<UInt8> where Index == Int, SubSequence == ArraySlice<UInt8> {
  /// The first place of an ASCII text; `nil` where it stands nowhere.
  ///
  /// The standard library's `firstRange(of:)` is made for any collection, and takes many times as long.
  func firstPlace(of text: String) -> Range<Int>? {
    guard let first = text.utf8.first else { return startIndex..<startIndex }
    let count = text.utf8.count
    var index = startIndex
    while count <= endIndex - index {
      if self[index] == first, self[index...].begins(with: text) { return index..<(index + count) }
      index += 1
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  /// Whether it is this text, byte for byte.
  func isText(_ text: String) -> Bool { count == text.utf8.count && begins(with: text) }

  /// Whether this text stands at its front.
  func begins(with text: String) -> Bool { span.begins(with: text) }

  /// Whether this text stands at its end.
  func ends(with text: String) -> Bool { suffix(text.utf8.count).isText(text) }
}

extension Span<UInt8> {
  /// Whether this text stands at its front.
  func begins(with text: String) -> Bool {
    let pattern = text.utf8.span
    guard pattern.count <= count else { return false }
    for index in pattern.indices where pattern[index] != self[index] { return false }
    return true
  }
}
