/// Where the names end that QEMU looks for in a descriptor, each in its first place, wherever that is.
struct VMDKNames {
  private(set) var cid: Int?
  private(set) var parentCID: Int?
  private(set) var parentFileNameHint: Int?
  private(set) var createType: Int?

  /// Goes through the text once; of names that link parent and child, as far as the index `front`.
  init(in text: ArraySlice<UInt8>, front: Int) {
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "C") where cid == nil:
        cid = Self.end(of: "CID", at: index, in: text[..<front])
      case UInt8(ascii: "p") where parentCID == nil || parentFileNameHint == nil:
        if parentCID == nil { parentCID = Self.end(of: "parentCID", at: index, in: text[..<front]) }
        guard parentFileNameHint == nil else { continue }
        parentFileNameHint = Self.end(of: "parentFileNameHint", at: index, in: text[..<front])
      case UInt8(ascii: "c") where createType == nil:
        createType = Self.end(of: "createType", at: index, in: text)
      case _: continue
      }
    }
  }

  /// Where a name ends that begins at an index; `nil` where it does not.
  private static func end(of name: String, at index: Int, in text: ArraySlice<UInt8>) -> Int? {
    guard index < text.endIndex, text[index...].begins(with: name) else { return nil }
    return index + name.utf8.count
  }
}
