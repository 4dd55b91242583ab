extension HeaderBytes {
  /// The order of the two bytes of a UTF-16 unit.
  enum ByteOrder { case bigEndian, littleEndian }

  /// The UTF-16 text in `count` bytes from the absolute `offset`, as UTF-8, up to its first NUL;
  /// `nil` where there is none.
  /// - Throws: where the bytes are not there, are an odd number, or are no UTF-16 text; nothing is
  ///   repaired.
  func utf8(
    fromUTF16At offset: UInt64, count: Int, _ order: ByteOrder, field: String
  ) throws(HeaderFault) -> [UInt8]? {
    guard count.isMultiple(of: 2) else {
      throw .contradiction(field: field, reason: "is UTF-16 in an odd number of bytes, \(count)")
    }
    let bytes = Array(try slice(at: offset, count: count))
    var units: [UInt16] = []
    units.reserveCapacity(count / 2)
    for index in stride(from: 0, to: bytes.count, by: 2) {
      let unit = UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
      guard unit != 0 else { break }
      units.append(order == .bigEndian ? unit : unit.byteSwapped)
    }
    guard !units.isEmpty else { return nil }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw .contradiction(field: field, reason: "is not valid UTF-16")
    }
    return Array(text.utf8)
  }
}
