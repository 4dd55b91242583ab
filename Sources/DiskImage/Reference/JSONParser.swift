internal import FoundationEssentials

/// Goes through a JSON text once; how deep it may nest, `JSONOutline` has checked.
///
/// Source: RFC 8259. It takes and refuses what Foundation's parser does, which needs some twenty times as long: that
/// makes for a decoder, a container and an attempt at every type for every value.
struct JSONParser {
  /// Whether a key stands twice in an object; the last counts.
  private(set) var hasKeyTwice = false
  private let bytes: [UInt8]
  private var position = 0

  /// A parser of a text in which all strings are in double quotes.
  init(_ text: [UInt8]) { bytes = text }

  /// The value that is the whole text; `nil` where it is not JSON.
  mutating func document() -> JSONText? {
    guard let value = value() else { return nil }
    skipSpace()
    return position == bytes.count ? value : nil
  }

  private mutating func value() -> JSONText? {
    skipSpace()
    guard position < bytes.count else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "{"): return object()
    case UInt8(ascii: "["): return list()
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return take("true") ? .boolean(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .boolean(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    case _: return number()
    }
  }

  private mutating func object() -> JSONText? {
    position += 1
    var members: [String: JSONText] = [:]
    if takeMark(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), let key = string(),
        takeMark(UInt8(ascii: ":")), let value = value()
      else { return nil }
      if members.updateValue(value, forKey: key) != nil { hasKeyTwice = true }
    } while takeMark(UInt8(ascii: ","))
    return takeMark(UInt8(ascii: "}")) ? .object(members) : nil
  }

  private mutating func list() -> JSONText? {
    position += 1
    var values: [JSONText] = []
    if takeMark(UInt8(ascii: "]")) { return .list(values) }
    repeat {
      guard let value = value() else { return nil }
      values.append(value)
    } while takeMark(UInt8(ascii: ","))
    return takeMark(UInt8(ascii: "]")) ? .list(values) : nil
  }

  /// A number in decimal; whole ones of so many digits stand as they are.
  private mutating func number() -> JSONText? {
    let token = bytes[position...].prefix {
      (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+")
        || $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
    }
    position = token.endIndex
    let digits = token.first == UInt8(ascii: "-") ? token.dropFirst() : token
    guard (1...18).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.first != 0x30 || token.count == 1
    else { return UnusualNumber(parsing: token).map { .number($0.text) } }
    return .number(String(decoding: token, as: UTF8.self))
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      case _: return
      }
    }
  }

  /// Takes this byte, and space before it; tells whether it stood there.
  private mutating func takeMark(_ mark: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == mark else { return false }
    position += 1
    return true
  }

  /// Takes this word; tells whether it stood there.
  private mutating func take(_ word: String) -> Bool {
    guard bytes[position...].begins(with: word) else { return false }
    position += word.utf8.count
    return true
  }
}

extension JSONParser {
  /// Takes the string that begins here; `nil` where it cannot be one.
  private mutating func string() -> String? {
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return String(validating: bytes[start..<position - 1], as: UTF8.self)
      case UInt8(ascii: "\\"): return string(beginning: bytes[start..<position])
      case 0..<0x20: return nil
      case _: position += 1
      }
    }
    return nil
  }

  /// Takes the rest of a string, from its first backslash on.
  private mutating func string(beginning: ArraySlice<UInt8>) -> String? {
    var text = Array(beginning)
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escaped() else { return nil }
        text += String(scalar).utf8
      case 0..<0x20: return nil
      case _: text.append(byte)
      }
    }
    return nil
  }

  /// Takes what stands behind a backslash.
  private mutating func escaped() -> Unicode.Scalar? {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return fourDigits().flatMap { scalar(beginning: $0) }
    case _: return nil
    }
  }

  /// The scalar of a unit of UTF-16; where it is the first of two, the second has to follow.
  private mutating func scalar(beginning first: UInt16) -> Unicode.Scalar? {
    guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
    guard take("\\u"), let second = fourDigits(), UTF16.isTrailSurrogate(second) else { return nil }
    return Unicode.Scalar(0x10000 + (UInt32(first & 0x3ff) << 10 | UInt32(second & 0x3ff)))
  }

  private mutating func fourDigits() -> UInt16? {
    guard bytes.count - position >= 4 else { return nil }
    var number: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = ReferenceText.hexadecimal(byte) else { return nil }
      number = number << 4 | UInt16(digit)
    }
    position += 4
    return number
  }
}

/// A number with a fraction, an exponent or many digits, or what is none, as Foundation has it.
private struct UnusualNumber: Decodable {
  let text: String

  /// A text without anything but a number; `nil` where it is none.
  init?(parsing text: ArraySlice<UInt8>) {
    guard let number = try? JSONDecoder().decode(Self.self, from: Data(text)) else { return nil }
    self = number
  }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(UInt64.self) {
      text = String(number)
    } else if let number = try? value.decode(Int64.self) {
      text = String(number)
    } else {
      text = "\(try value.decode(Decimal.self))"
    }
  }
}
