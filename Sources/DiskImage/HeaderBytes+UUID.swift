extension HeaderBytes {
  /// The UUID at the absolute `offset`, in lower case with dashes; `nil` where all bits are zero.
  ///
  /// The bytes stand as they are printed. Source: RFC 4122, 4.1.2.
  func uuid(at offset: UInt64) throws(HeaderFault) -> String? {
    Self.text(Array(try slice(at: offset, count: 16)))
  }

  /// The GUID at the absolute `offset`, in lower case with dashes; `nil` where all bits are zero.
  ///
  /// The first three groups are little-endian numbers, of 4, 2 and 2 bytes; the rest stands as it is
  /// printed. Source: [MS-DTYP] 2.3.4.2, `GUID`.
  func guid(at offset: UInt64) throws(HeaderFault) -> String? {
    let bytes = Array(try slice(at: offset, count: 16))
    let numbers = bytes[0..<4].reversed() + bytes[4..<6].reversed() + bytes[6..<8].reversed()
    return Self.text(numbers + bytes[8...])
  }

  private static func text(_ bytes: [UInt8]) -> String? {
    guard bytes.contains(where: { $0 != 0 }) else { return nil }
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      text += byte < 16 ? "0" : ""
      text += String(byte, radix: 16)
    }
    return text
  }
}
