/// One parent locator entry of a differencing VHD: where a name of the parent stands.
///
/// Source: Microsoft Virtual Hard Disk Image Format Specification, "Dynamic Disk Header Format",
/// "Parent Locator Entries"; eight of 24 bytes each.
struct VPCParentLocator {
  /// The platforms whose locators mean something here, the best first.
  enum Platform: UInt32, CaseIterable {
    /// `W2ru`: a path for Windows, relative to the image, in UTF-16.
    case windowsRelative = 0x5732_7275
    /// `W2ku`: an absolute path for Windows, in UTF-16.
    case windowsAbsolute = 0x5732_6b75
    /// `MacX`: a file URL, in UTF-8.
    case url = 0x4d61_6358
  }

  /// Bytes: the longest path of Windows, 32,768 units of UTF-16.
  static let maxLength: UInt32 = 65_536

  /// Whose path it is.
  let platform: Platform
  /// Bytes of the path.
  let platformDataLength: UInt32
  /// Bytes from the start of the image.
  let platformDataOffset: UInt64

  /// The locators of a known platform in the eight entries at the absolute `offset`.
  static func all(in bytes: HeaderBytes, at offset: UInt64) throws(HeaderFault) -> [Self] {
    var locators: [Self] = []
    for index in 0..<8 as Range<UInt64> {
      let entry = offset + index * 24
      let code = try bytes.bigEndian(UInt32.self, at: entry)
      guard let platform = Platform(rawValue: code) else { continue }
      locators.append(
        Self(
          platform: platform,
          platformDataLength: try bytes.bigEndian(UInt32.self, at: entry + 8),
          platformDataOffset: try bytes.bigEndian(UInt64.self, at: entry + 16)))
    }
    return locators
  }

  /// The path as UTF-8; `nil` where it is empty.
  ///
  /// The specification leaves the byte order of the two Windows paths open; all writers known (Virtual
  /// PC, Hyper-V, VirtualBox, XenServer) have little-endian units there, unlike in the header's own
  /// Parent Unicode Name.
  /// - Throws: where it is not there, too long to be a path, or no text.
  func path<Source: ByteSource & ~Copyable>(
    source: borrowing Source
  ) throws(HeaderFault) -> [UInt8]? {
    let length = Int(
      try platformDataLength.checked(within: 0...Self.maxLength, field: "Platform Data Length"))
    let offset =
      try platformDataOffset
      .checked(within: 0...UInt64(Int64.max), field: "Platform Data Offset")
    guard length > 0 else { return nil }
    let bytes = try HeaderBytes(reading: source, at: offset, count: length)
    switch platform {
    case .windowsRelative, .windowsAbsolute:
      return try bytes.utf8(
        fromUTF16At: offset, count: length, .littleEndian, field: "Parent Locator")
    case .url:
      let text = try bytes.slice(at: offset, count: length).prefix { $0 != 0 }
      return text.isEmpty ? nil : Array(text)
    }
  }
}
