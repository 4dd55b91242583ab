/// Small pieces of the grammar that more than one kind of reference has.
enum ReferenceText {
  /// Characters of a foreign word that a reason repeats.
  static let maxQuotedLength = 40

  /// `word` in quotes for a reason: printable ASCII, anything else as `?`, cut when it is long.
  static func quoted(_ word: String) -> String {
    let printable = word.unicodeScalars.prefix(maxQuotedLength).map { scalar -> Character in
      (0x20..<0x7f).contains(scalar.value) ? Character(scalar) : "?"
    }
    return "'\(String(printable))\(word.unicodeScalars.count > maxQuotedLength ? "…" : "")'"
  }

  /// UTF-8 bytes as text.
  static func text(_ bytes: some Collection<UInt8>) throws(InvalidReference) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InvalidReference("it is not UTF-8")
    }
    return text
  }

  /// A TCP port; `nil` for 0, which libvirt takes for "none given".
  static func port(_ bytes: some Collection<UInt8>) throws(InvalidReference) -> UInt16? {
    guard bytes.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(String(decoding: bytes, as: UTF8.self))
    else { throw InvalidReference("a port is not a number from 0 to 65535") }
    return port == 0 ? nil : port
  }

  /// `bytes` with `%41` as `A`; a percent sign without two digits stays.
  static func percentDecoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "%")) else { return Array(bytes) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.endIndex,
        let high = hexadecimal(bytes[index + 1]), let low = hexadecimal(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return decoded
  }

  /// The value of a hexadecimal digit.
  static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension ArraySlice<UInt8> {
  /// What stands before and behind the first `separator`; `nil` behind where there is none.
  func cut(at separator: Unicode.Scalar) -> (head: ArraySlice<UInt8>, tail: ArraySlice<UInt8>?) {
    guard let index = firstIndex(of: UInt8(ascii: separator)) else { return (self, nil) }
    return (self[..<index], self[(index + 1)...])
  }
}
