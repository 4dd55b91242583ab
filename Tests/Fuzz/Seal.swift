/// Puts the checksums right in what is read of a made-up image, so that changes get past them.
///
/// Of a VHDX the headers and region tables, which are read alone; of a VHD the footer at its start and the
/// dynamic disk header behind it. Written a second time here, so that the readers' own are tested.
enum Seal {
  /// `window` with right checksums, where it begins with a structure that has one.
  static func sealed(_ window: [UInt8]) -> [UInt8] {
    if window.starts(with: "head".utf8) || window.starts(with: "regi".utf8) {
      return sealedVHDX(window)
    }
    guard window.starts(with: "conectix".utf8) else {
      return window.starts(with: "cxsparse".utf8)
        ? sealedVPC(window, from: 0, count: 1024, checksumAt: 36) : window
    }
    let footer = sealedVPC(window, from: 0, count: 512, checksumAt: 64)
    return window.dropFirst(512).starts(with: "cxsparse".utf8)
      ? sealedVPC(footer, from: 512, count: 1024, checksumAt: 36) : footer
  }

  /// Source: [MS-VHDX] 2.2.2: CRC-32C over everything, with zeros for the bytes 4 to 7, little-endian.
  private static func sealedVHDX(_ window: [UInt8]) -> [UInt8] {
    guard window.count >= 8 else { return window }
    var bytes = window
    bytes.replaceSubrange(4..<8, with: [0, 0, 0, 0])
    var rest = UInt32.max
    for byte in bytes {
      rest ^= UInt32(byte)
      for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ 0x82f6_3b78 : rest >> 1 }
    }
    bytes.replaceSubrange(4..<8, with: (0..<4).map { UInt8(truncatingIfNeeded: ~rest >> (8 * $0)) })
    return bytes
  }

  /// Source: Virtual Hard Disk Image Format Specification, "Checksum": the complement of the sum of all
  /// other bytes, big-endian.
  private static func sealedVPC(
    _ window: [UInt8], from start: Int, count: Int, checksumAt offset: Int
  ) -> [UInt8] {
    guard window.count >= start + count else { return window }
    var bytes = window
    let place = (start + offset)..<(start + offset + 4)
    bytes.replaceSubrange(place, with: [0, 0, 0, 0])
    let sum = bytes[start..<(start + count)].reduce(0 as UInt32) { $0 + UInt32($1) }
    bytes.replaceSubrange(
      place, with: (0..<4).map { UInt8(truncatingIfNeeded: ~sum >> (24 - 8 * $0)) })
    return bytes
  }
}
