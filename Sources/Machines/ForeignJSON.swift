internal import FoundationEssentials

/// JSON of other products. Of a key that stands twice in an object Foundation takes the first value, and Python and
/// JavaScript, which these products are written in, take the last: such a text says nothing for certain.
enum ForeignJSON {
  /// A key stands twice in an object, or the text is not in UTF-8.
  struct Ambiguous: Error {}

  /// Decodes a text in which every key of an object stands once.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: ArraySlice<UInt8>
  ) throws -> Value {
    let value = try JSONDecoder().decode(type, from: Data(bytes))
    guard !hasRepeatedKey(bytes) else { throw Ambiguous() }
    return value
  }

  /// Whether a key stands twice in an object of valid JSON. UTF-16, which holds NUL bytes, counts as that.
  private static func hasRepeatedKey(_ text: ArraySlice<UInt8>) -> Bool {
    // Of each object and list around the current place; a list has no keys.
    var keys: [Set<[UInt8]>?] = []
    var isKeyNext = false
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case 0: return true
      case UInt8(ascii: "{"):
        keys.append([])
        isKeyNext = true
      case UInt8(ascii: "["):
        keys.append(nil)
        isKeyNext = false
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        _ = keys.popLast()
        isKeyNext = false
      case UInt8(ascii: ","): isKeyNext = keys.last.map { $0 != nil } ?? false
      case UInt8(ascii: "\""):
        let string = popString(&rest, of: text)
        guard isKeyNext, !keys.isEmpty else { continue }
        isKeyNext = false
        if keys[keys.count - 1]?.insert(string).inserted == false { return true }
      default: break
      }
    }
    return false
  }

  /// Takes what is left of a string; escapes of keys are read.
  private static func popString(
    _ rest: inout ArraySlice<UInt8>, of text: ArraySlice<UInt8>
  ) -> [UInt8] {
    let start = rest.startIndex
    var hasEscape = false
    while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
      guard byte == UInt8(ascii: "\\") else { continue }
      hasEscape = true
      _ = rest.popFirst()
    }
    let raw = Array(text[start..<rest.startIndex].dropLast())
    guard hasEscape else { return raw }
    let quoted = Data([UInt8(ascii: "\"")] + raw + [UInt8(ascii: "\"")])
    do { return Array(try JSONDecoder().decode(String.self, from: quoted).utf8) } catch {
      return raw
    }
  }
}
