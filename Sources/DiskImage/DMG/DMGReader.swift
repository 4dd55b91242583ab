/// Reads Apple disk images: what QEMU calls `dmg`.
///
/// They have no magic at their start, and QEMU knows them by the end of their name. Here they are known by
/// their trailer, the last 512 bytes (UDIF, `UDIFResourceFile`; QEMU block/dmg.c); numbers are
/// big-endian. Its version and its own length are part of what is recognised: a guest reaches the last
/// sector of a raw disk as well. Of faults those are told that the trailer alone shows; the size is the
/// trailer's, as in QEMU. The tables of blocks, an XML property list of any length, are never read.
///
/// Nothing is read but the trailer, which every image that is of no other format has read anyway.
enum DMGReader: ImageTrailerReader {
  static let format = ImageFormat.dmg
  /// Sectors of 512 bytes. Source: QEMU include/block/block-common.h, `BDRV_MAX_LENGTH`.
  private static let maxSectors: UInt64 = 0x003f_ffff_ffe0_0000
  /// Bytes of a property list. QEMU refuses more.
  private static let maxListLength: UInt64 = 16 << 20

  static func recognises(_ trailer: HeaderBytes) -> Bool {
    // `koly`, version 4, 512 bytes.
    trailer.holds([0x6b, 0x6f, 0x6c, 0x79, 0, 0, 0, 4, 0, 0, 2, 0], at: trailer.start)
  }

  static func facts(trailer: HeaderBytes) throws(HeaderFault) -> ImageFacts {
    var facts = ImageFacts(format: format)
    do throws(HeaderFault) {
      let sectors = try trailer.bigEndian(UInt64.self, at: trailer.start + 492)
        .checked(within: 0...maxSectors, field: "SectorCount")
      facts.virtualSize = sectors * 512
      if try trailer.bigEndian(UInt32.self, at: trailer.start + 60) > 1 {
        facts.incompleteness = "it is one of several segments"
      }
      try check(trailer)
    } catch {
      facts.fault = error
    }
    return facts
  }

  /// Checks that what the trailer points to lies before it, and that there are tables of blocks.
  private static func check(_ trailer: HeaderBytes) throws(HeaderFault) {
    let end = trailer.start
    _ = try trailer.bigEndian(UInt64.self, at: end + 24)
      .checked(within: 0...end, field: "DataForkOffset")
    let fork = try area(in: trailer, at: 40, ("RsrcForkOffset", "RsrcForkLength"))
    let list = try area(in: trailer, at: 216, ("XMLOffset", "XMLLength"))
    guard fork != 0 || list != 0 else {
      throw .contradiction(field: "XMLLength", reason: "is 0, and there is no resource fork")
    }
    if fork == 0 { _ = try list.checked(within: 1...maxListLength, field: "XMLLength") }
  }

  /// The length in bytes of the area that the trailer's bytes from `offset` on name.
  private static func area(
    in trailer: HeaderBytes, at offset: UInt64, _ fields: (start: String, length: String)
  ) throws(HeaderFault) -> UInt64 {
    let end = trailer.start
    guard end > 0 else { throw .truncated(offset: 0, needed: 1) }
    let start = try trailer.bigEndian(UInt64.self, at: end + offset)
      .checked(within: 0...(end - 1), field: fields.start)
    return try trailer.bigEndian(UInt64.self, at: end + offset + 8)
      .checked(within: 0...(end - start), field: fields.length)
  }
}
