/// Reads growing Bochs images, versions 1 and 2: what QEMU calls `bochs`.
///
/// Source: Bochs iodev/hdimage/hdimage.h, `redolog_header_t`; QEMU block/bochs.c, `bochs_header`; numbers
/// are little-endian. What is refused is what QEMU 7.2 refuses to open: a catalog behind the end of the
/// image reads as zeros. Undoable and volatile ones are raw to QEMU, and so are other versions. The first
/// 96 bytes of the head are looked at; nothing else is read.
enum BochsReader: ImageFormatReader {
  static let format = ImageFormat.bochs
  /// Entries of 4 bytes. QEMU refuses more.
  private static let maxCatalog: UInt32 = 0x10_0000
  /// Bytes.
  private static let extentSizes: ClosedRange<UInt32> = 512...0x80_0000
  /// Bytes. Source: QEMU include/block/block-common.h, `BDRV_MAX_LENGTH`.
  private static let maxDiskSize: UInt64 = 0x7fff_ffff_c000_0000

  static func recognises(_ head: HeaderBytes) -> Bool {
    head.holds("Bochs Virtual HD Image\0", at: 0) && head.holds("Redolog\0", at: 32)
      && head.holds("Growing\0", at: 48) && isKnownVersion(head)
  }

  private static func isKnownVersion(_ head: HeaderBytes) -> Bool {
    head.holds([0, 0, 1, 0], at: 64) || head.holds([0, 0, 2, 0], at: 64)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    var facts = ImageFacts(format: format)
    let isFirstVersion = head.holds([0, 0, 1, 0], at: 64)
    let disk = try head.littleEndian(UInt64.self, at: isFirstVersion ? 84 : 88)
    do throws(HeaderFault) {
      facts.virtualSize = try disk.checked(within: 0...maxDiskSize, field: "disk") & ~511
      try check(head, disk: disk & ~511)
    } catch {
      facts.fault = error
    }
    return facts
  }

  /// Checks the catalog and the extents against each other and the disk.
  private static func check(_ head: HeaderBytes, disk: UInt64) throws(HeaderFault) {
    let catalog = try head.littleEndian(UInt32.self, at: 72)
      .checked(within: 0...maxCatalog, field: "catalog")
    let extent = try head.littleEndian(UInt32.self, at: 80)
      .checked(within: extentSizes, field: "extent")
    guard extent.nonzeroBitCount == 1 else {
      throw .contradiction(field: "extent", reason: "is \(extent), not a power of two")
    }
    guard UInt64(catalog) * UInt64(extent) >= disk else {
      throw .contradiction(
        field: "catalog", reason: "has \(catalog) extents, and the disk needs more")
    }
  }
}
