/// The header of an expandable Parallels image.
///
/// Source: QEMU docs/interop/parallels, "Header", bytes 0 to 63; all numbers little-endian.
struct ParallelsHeader {
  /// The magic of images whose BAT counts in sectors, with 32 bits for their size.
  static let magic: StaticString = "WithoutFreeSpace"
  /// The magic of images whose BAT counts in clusters.
  static let extendedMagic: StaticString = "WithouFreSpacExt"
  /// Bytes.
  static let length: UInt64 = 64
  /// Sectors of 512 bytes. QEMU refuses larger clusters.
  private static let trackRange: ClosedRange<UInt32> = 1...4_186_127
  /// Entries of 4 bytes. QEMU refuses more.
  private static let maxEntries: UInt32 = 0x1fff_ffff
  /// Sectors of 512 bytes. Source: QEMU include/block/block-common.h, `BDRV_MAX_LENGTH`.
  static let maxSectors: UInt64 = 0x003f_ffff_ffe0_0000
  /// Values of `in_use`: opened, closed, and closed by software that does not know the field.
  private static let inUse: UInt32 = 0x746f_6e59
  private static let closed: Set<UInt32> = [0x312e_3276, 0]

  /// Whether the magic is `WithouFreSpacExt`.
  let isExtended: Bool
  /// Sectors of 512 bytes in a cluster.
  let tracks: UInt32
  /// Clusters of the virtual disk.
  let batEntries: UInt32
  /// Sectors of 512 bytes of the virtual disk.
  let sectors: UInt64
  /// One of three values.
  let inUseMark: UInt32
  /// Sectors of 512 bytes from the start of the image; 0 means right behind the BAT.
  let dataOffset: UInt32
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
    dataOffset = try bytes.littleEndian(UInt32.self, at: 48)
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

  /// Checks every field, and that the image has room for the BAT.
  /// - Throws: what cannot be.
  func check<Source: ByteSource & ~Copyable>(source: borrowing Source) throws(HeaderFault) {
    let tracks = UInt64(try tracks.checked(within: Self.trackRange, field: "tracks"))
    let entries = UInt64(
      try batEntries.checked(within: 0...Self.maxEntries, field: "nb_bat_entries"))
    guard sectors <= entries * tracks else {
      throw .contradiction(
        field: "nb_sectors", reason: "is \(sectors), and \(entries) clusters do not hold that much")
    }
    guard isDirty || Self.closed.contains(inUseMark) else {
      throw .contradiction(field: "in_use", reason: "says neither opened nor closed")
    }
    try checkDataOffset(behind: Self.length + entries * 4)
    try source.checkArea(at: Self.length, count: entries * 4)
    guard extensionOffset != 0 else { return }
    let start = try extensionOffset.checked(within: 0...Self.maxSectors, field: "ext_off") * 512
    try source.checkArea(at: start, count: 24)
  }

  private func checkDataOffset(behind table: UInt64) throws(HeaderFault) {
    if dataOffset == 0, !isExtended { return }
    guard UInt64(dataOffset) * 512 >= table else {
      throw .contradiction(field: "data_off", reason: "is \(dataOffset), and the BAT is there")
    }
    guard !isExtended || dataOffset.isMultiple(of: tracks) else {
      throw .contradiction(
        field: "data_off", reason: "is \(dataOffset), not a multiple of the cluster size")
    }
  }
}
