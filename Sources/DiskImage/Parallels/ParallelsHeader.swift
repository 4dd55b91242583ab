/// The header of an expandable Parallels image.
///
/// Source: QEMU docs/interop/parallels, "Header", bytes 0 to 63; all numbers little-endian.
struct ParallelsHeader {
  /// The magic of images whose BAT counts in sectors, with 32 bits for their size.
  static let magic = "WithoutFreeSpace"
  /// The magic of images whose BAT counts in clusters.
  static let extendedMagic = "WithouFreSpacExt"
  /// Sectors of 512 bytes. QEMU refuses larger clusters.
  private static let trackRange: ClosedRange<UInt32> = 1...4_186_127
  /// Entries of 4 bytes. QEMU refuses more.
  private static let maxEntries: UInt32 = 0x1fff_ffff
  /// Sectors of 512 bytes. Source: QEMU include/block/block-common.h, `BDRV_MAX_LENGTH`.
  static let maxSectors: UInt64 = 0x003f_ffff_ffe0_0000
  /// The value of `in_use` in an image that is open.
  private static let inUse: UInt32 = 0x746f_6e59
  /// The first 8 bytes of an extension. Source: QEMU docs/interop/parallels, "Format Extension".
  private static let extensionMagic: UInt64 = 0xab23_4cef_23dc_ea87

  /// Whether the magic is `WithouFreSpacExt`.
  let isExtended: Bool
  /// Sectors of 512 bytes in a cluster.
  let tracks: UInt32
  /// Clusters of the virtual disk.
  let batEntries: UInt32
  /// Sectors of 512 bytes of the virtual disk.
  let sectors: UInt64
  /// One of three values; what is none of them says nothing.
  let inUseMark: UInt32
  /// Sectors of 512 bytes from the start of the image; 0 means that there is no extension.
  let extensionOffset: UInt64

  /// Reads the fields.
  /// - Throws: `.truncated`.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    isExtended = bytes.holds(Self.extendedMagic, at: 0)
    tracks = try bytes.littleEndian(UInt32.self, at: 28)
    batEntries = try bytes.littleEndian(UInt32.self, at: 32)
    sectors =
      isExtended
      ? try bytes.littleEndian(UInt64.self, at: 36)
      : UInt64(try bytes.littleEndian(UInt32.self, at: 36))
    inUseMark = try bytes.littleEndian(UInt32.self, at: 44)
    extensionOffset = try bytes.littleEndian(UInt64.self, at: 56)
  }

  /// Whether the image was not closed, or is open now.
  var isDirty: Bool { inUseMark == Self.inUse }

  /// Bytes that a guest sees.
  /// - Throws: where it is more than QEMU opens.
  var virtualSize: UInt64 {
    get throws(HeaderFault) {
      try sectors.checked(within: 0...Self.maxSectors, field: "nb_sectors") * 512
    }
  }

  /// Checks what QEMU checks: the cluster size, the length of the BAT, and that there is an extension
  /// where the header says so.
  /// - Throws: what QEMU refuses.
  func check<Source: ByteSource & ~Copyable>(source: borrowing Source) throws(HeaderFault) {
    _ = try tracks.checked(within: Self.trackRange, field: "tracks")
    _ = try batEntries.checked(within: 0...Self.maxEntries, field: "nb_bat_entries")
    guard extensionOffset != 0 else { return }
    let start = try extensionOffset.checked(within: 0...Self.maxSectors, field: "ext_off") * 512
    let bytes = try HeaderBytes(reading: source, at: start, count: 8)
    guard try bytes.littleEndian(UInt64.self, at: start) == Self.extensionMagic else {
      throw .contradiction(
        field: "ext_off", reason: "is \(extensionOffset), and no extension begins there")
    }
  }
}
