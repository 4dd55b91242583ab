/// The constant header of a SESPARSE extent, the delta of a disk on VMFS 6.
///
/// Source: QEMU block/vmdk.c, `VMDKSESparseConstHeader`, 512 bytes; VMware has not published the format.
/// All numbers have 64 bits; sizes and offsets are in sectors of 512 bytes.
struct VMDKSESparseHeader {
  /// 0x00000000cafebabe as it stands in the image.
  static let magic: [UInt8] = [0xbe, 0xba, 0xfe, 0xca, 0, 0, 0, 0]
  /// 2.1, the only one known.
  static let version: UInt64 = 0x2_0000_0001
  /// Sectors of the grain directory: 32 Mi entries of 8 bytes, as QEMU.
  static let maxDirectorySize: UInt64 = VMDKSparseHeader.maxDirectoryEntries / 64

  /// Sectors of the disk.
  let capacity: UInt64
  /// Sectors of a grain.
  let grainSize: UInt64
  /// Sectors from the start of the image.
  let volatileHeaderOffset: UInt64
  private let bytes: HeaderBytes

  /// Reads the fields, and refuses only what leaves the rest without a meaning.
  /// - Throws: `.truncated`, and `.outOfRange` for `version`.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    _ = try bytes.slice(at: 0, count: 512)
    _ = try bytes.littleEndian(UInt64.self, at: 8)
      .checked(within: Self.version...Self.version, field: "version")
    capacity = try bytes.littleEndian(UInt64.self, at: 16)
    grainSize = try bytes.littleEndian(UInt64.self, at: 24)
    volatileHeaderOffset = try bytes.littleEndian(UInt64.self, at: 80)
    self.bytes = bytes
  }

  /// What the headers say of the extent; a journal that has to be replayed makes it dirty.
  func facts<Source: ByteSource & ~Copyable>(source: borrowing Source) -> ImageFacts {
    var facts = ImageFacts(format: .vmdk)
    do {
      facts.virtualSize =
        try capacity.checked(within: 0...VMDKSparseHeader.maxSectors, field: "capacity") * 512
      facts.clusterSize = try grainSize.checked(within: 8...8, field: "grain_size") * 512
      try check()
      facts.isDirty = try hasJournal(source: source)
    } catch {
      facts.fault = error
    }
    return facts
  }

  private func check() throws(HeaderFault) {
    _ = try bytes.littleEndian(UInt64.self, at: 32).checked(
      within: 64...64, field: "grain_table_size")
    let mustBeZero: [(UInt64, String)] = [
      (40, "flags"), (48, "reserved1"), (56, "reserved2"), (64, "reserved3"), (72, "reserved4"),
    ]
    for (offset, field) in mustBeZero {
      _ = try bytes.littleEndian(UInt64.self, at: offset).checked(within: 0...0, field: field)
    }
    _ = try bytes.littleEndian(UInt64.self, at: 128)
      .checked(within: 0...VMDKSparseHeader.maxSectors, field: "grain_dir_offset")
    _ = try bytes.littleEndian(UInt64.self, at: 136)
      .checked(within: 0...Self.maxDirectorySize, field: "grain_dir_size")
    guard try bytes.slice(at: 208, count: 304).allSatisfy({ $0 == 0 }) else {
      throw .contradiction(field: "pad", reason: "of the constant header is not zero")
    }
  }

  /// Whether the volatile header (512 bytes: magic, `free_gt_number`, `next_txn_seq_number`,
  /// `replay_journal`, zeros) says that the journal has to be replayed.
  private func hasJournal<Source: ByteSource & ~Copyable>(
    source: borrowing Source
  ) throws(HeaderFault) -> Bool {
    let start =
      try volatileHeaderOffset
      .checked(within: 0...VMDKSparseHeader.maxSectors, field: "volatile_header_offset") * 512
    let bytes = try HeaderBytes(reading: source, at: start, count: 512)
    _ = try bytes.littleEndian(UInt64.self, at: start)
      .checked(within: 0xcafe_cafe...0xcafe_cafe, field: "magic of the volatile header")
    guard try bytes.slice(at: start + 32, count: 480).allSatisfy({ $0 == 0 }) else {
      throw .contradiction(field: "pad", reason: "of the volatile header is not zero")
    }
    return try bytes.littleEndian(UInt64.self, at: start + 24) != 0
  }
}
