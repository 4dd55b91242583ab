/// The metadata item that says where the parent of a differencing VHDX is.
///
/// Source: [MS-VHDX] 2.6.2.6: a header of 20 bytes, entries of 12, and behind them keys and values in
/// UTF-16, little-endian, without a terminator.
struct VHDXParentLocator {
  /// The only type of locator that the specification has: a parent that is a VHDX.
  static let type = "b04aefb7-d19e-4a81-b789-25b8e9445913"

  /// Where the parent is, as UTF-8; none twice.
  ///
  /// In the order in which the specification has them tried: the path relative to the image, the one
  /// through the volume's GUID, the absolute one.
  let paths: [[UInt8]]
  /// The data write GUIDs by which the parent may be known, in lower case with dashes; no GUID twice.
  ///
  /// First `parent_linkage`, then `parent_linkage2`: the parent has to have one of the two. Zeros, which
  /// Hyper-V writes where there is no second, are none. Source: [MS-VHDX] 2.6.2.6.3.
  let parentLinkages: [String]

  /// Reads the item that `table` places.
  /// - Throws: where it is missing, or not what the specification says.
  init<Source: ByteSource & ~Copyable>(
    in table: VHDXMetadataTable, source: borrowing Source
  ) throws(HeaderFault) {
    let place = try table.place(of: .parentLocator, field: "Parent Locator")
    let start = place.offset
    let length = Int(
      try place.length.checked(
        within: 20...VHDXMetadataTable.maxItemLength, field: "Length of Parent Locator"))
    let bytes = try HeaderBytes(reading: source, at: start, count: length)
    guard try bytes.guid(at: start) == Self.type else {
      throw .contradiction(field: "LocatorType", reason: "is not that of a VHDX parent")
    }
    let entries = try Entries(in: bytes, at: start, length: length)
    var linkages: [String] = []
    for key in ["parent_linkage", "parent_linkage2"] {
      guard let text = try entries.value(of: key) else { continue }
      guard let linkage = try Self.linkage(text, key), !linkages.contains(linkage) else { continue }
      linkages.append(linkage)
    }
    parentLinkages = linkages
    var paths: [[UInt8]] = []
    for key in ["relative_path", "volume_path", "absolute_win32_path"] {
      if let path = try entries.value(of: key), !paths.contains(path) { paths.append(path) }
    }
    self.paths = paths
  }

  /// The GUID in the text `{…}`, in lower case and without the braces; `nil` where all bits are zero.
  private static func linkage(_ text: [UInt8], _ key: String) throws(HeaderFault) -> String? {
    let parts = text.dropFirst().dropLast().split(
      separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let digits = parts.joined().allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    guard text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}"), digits,
      parts.map(\.count) == [8, 4, 4, 4, 12]
    else { throw .contradiction(field: key, reason: "is not a GUID in braces") }
    guard parts.joined().contains(where: { $0 != UInt8(ascii: "0") }) else { return nil }
    return String(decoding: text.dropFirst().dropLast(), as: UTF8.self).lowercased()
  }
}

extension VHDXParentLocator {
  /// The key-value pairs of a locator.
  private struct Entries {
    private let bytes: HeaderBytes
    private let start: UInt64
    private let length: Int
    private let count: UInt64

    /// The entries of the item of `length` bytes at the absolute `start`.
    init(in bytes: HeaderBytes, at start: UInt64, length: Int) throws(HeaderFault) {
      let room = UInt16(clamping: (length - 20) / 12)
      self.bytes = bytes
      self.start = start
      self.length = length
      count = UInt64(
        try bytes.littleEndian(UInt16.self, at: start + 18)
          .checked(within: 0...room, field: "KeyValueCount"))
    }

    /// The value of the first entry with the key, as UTF-8; `nil` where there is none.
    func value(of key: String) throws(HeaderFault) -> [UInt8]? {
      let pattern = key.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      for index in 0..<count {
        let entry = start + 20 + index * 12
        let keyOffset = try bytes.littleEndian(UInt32.self, at: entry)
        let keyLength = try bytes.littleEndian(UInt16.self, at: entry + 8)
        guard Int(keyLength) == pattern.count, bytes.holds(pattern, at: start + UInt64(keyOffset))
        else { continue }
        let valueOffset = try bytes.littleEndian(UInt32.self, at: entry + 4)
        let valueLength = try bytes.littleEndian(UInt16.self, at: entry + 10)
        return try bytes.utf8(
          fromUTF16At: start + UInt64(valueOffset), count: Int(valueLength), .littleEndian,
          field: key)
      }
      return nil
    }
  }
}
