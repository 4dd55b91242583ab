/// The metadata items that say what disk a VHDX holds. Source: [MS-VHDX] 2.6.2.1 to 2.6.2.5.
struct VHDXDisk {
  /// Bytes of a payload block; a power of two.
  static let blockSizes: ClosedRange<UInt32> = (1 << 20)...(256 << 20)
  /// Bytes: 64 TiB.
  static let maxVirtualDiskSize: UInt64 = 64 << 40
  /// Sectors that one block of the sector bitmap describes.
  static let sectorsPerChunk: UInt64 = 1 << 23

  /// Bytes.
  let blockSize: UInt32
  /// Whether the image has a parent.
  let hasParent: Bool
  /// Bytes.
  let virtualDiskSize: UInt64
  /// Bytes: 512 or 4096.
  let logicalSectorSize: UInt32

  /// Reads the items that `table` places.
  /// - Throws: where one that every image has is missing, or cannot be read.
  init<Source: ByteSource & ~Copyable>(
    in table: VHDXMetadataTable, source: borrowing Source
  ) throws(HeaderFault) {
    let parameters = try table.place(of: .fileParameters, field: "File Parameters")
    let size = try table.place(of: .virtualDiskSize, field: "Virtual Disk Size")
    let logical = try table.place(of: .logicalSectorSize, field: "Logical Sector Size")
    _ = try table.place(of: .physicalSectorSize, field: "Physical Sector Size")
    _ = try table.place(of: .virtualDiskID, field: "Virtual Disk ID")
    var window = HeaderWindow(over: HeaderBytes([]), limit: 3 * HeaderWindow.pieceLength)
    try window.cover(parameters.offset, count: 8, of: source)
    blockSize = try window.bytes.littleEndian(UInt32.self, at: parameters.offset)
    // Bit 1 of the flags: HasParent.
    hasParent =
      try window.bytes.littleEndian(UInt32.self, at: parameters.offset + 4) & 2 == 2
    try window.cover(size.offset, count: 8, of: source)
    virtualDiskSize = try window.bytes.littleEndian(UInt64.self, at: size.offset)
    try window.cover(logical.offset, count: 4, of: source)
    logicalSectorSize = try window.bytes.littleEndian(UInt32.self, at: logical.offset)
  }

  /// Bytes that a guest sees: whole sectors of 512, the rest cut off, as QEMU.
  var virtualSize: UInt64 { virtualDiskSize & ~511 }

  /// Checks the items, and that the block allocation table has room for all blocks.
  /// - Throws: what cannot be.
  func check(blockAllocationTable table: VHDXRegionTable.Region) throws(HeaderFault) {
    _ = try blockSize.checked(within: Self.blockSizes, field: "BlockSize")
    guard blockSize.nonzeroBitCount == 1 else {
      throw .contradiction(field: "BlockSize", reason: "is \(blockSize), not a power of two")
    }
    guard logicalSectorSize == 512 || logicalSectorSize == 4096 else {
      throw .contradiction(
        field: "LogicalSectorSize", reason: "is \(logicalSectorSize), neither 512 nor 4096")
    }
    _ =
      try virtualDiskSize
      .checked(within: 0...Self.maxVirtualDiskSize, field: "VirtualDiskSize")
    guard tableEntries <= UInt64(table.length / 8) else {
      throw .contradiction(
        field: "Length", reason: "of the BAT region leaves no room for \(tableEntries) entries")
    }
  }

  /// Blocks that share a block of the sector bitmap. Source: [MS-VHDX] 2.5, "Chunk Ratio".
  var blocksPerChunk: UInt64 {
    Self.sectorsPerChunk * UInt64(logicalSectorSize) / UInt64(blockSize)
  }

  /// Entries of 8 bytes: one for every block, and one after every chunk of them for its bitmap.
  /// Source: [MS-VHDX] 2.5.
  private var tableEntries: UInt64 {
    let ratio = blocksPerChunk
    let blocks = (virtualDiskSize + UInt64(blockSize) - 1) / UInt64(blockSize)
    if hasParent { return (blocks + ratio - 1) / ratio * (ratio + 1) }
    // QEMU counts blocks in 32 bits, and wants as many bitmaps for none as for 2^32.
    return blocks == 0 ? UInt64(UInt32.max) / ratio : blocks + (blocks - 1) / ratio
  }
}
