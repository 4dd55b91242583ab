/// The header of a VDI image, version 1.1.
///
/// Source: VirtualBox src/VBox/Storage/VDICore.h: `VDIPREHEADER` is bytes 0 to 71, `VDIHEADER1` bytes
/// 72 to 455.
struct VDIHeader {
  /// Version 1.1, the major number in the upper half.
  static let version: UInt32 = 0x0001_0001
  /// Bytes of a block: a sector at least; VirtualBox demands a power of two, and usually has 1 MiB.
  static let blockSizes: ClosedRange<UInt32> = 512...(1 << 31)
  /// Entries of 4 bytes: what QEMU reads of the block map at most, 2 GiB less a sector. Source: QEMU 7.2
  /// block/vdi.c, `VDI_BLOCKS_IN_IMAGE_MAX`.
  static let maxBlocks: UInt32 = 0x1fff_ff80
  /// Bytes: that many blocks of 1 MiB.
  static let maxDiskSize: UInt64 = UInt64(maxBlocks) << 20

  /// Whether the image has only what was written since: undo or differencing.
  let isPart: Bool
  /// Bytes from the start of the image to the block map.
  let offBlocks: UInt32
  /// Bytes from the start of the image to the first block.
  let offData: UInt32
  /// Bytes of a sector.
  let cbSector: UInt32
  /// Bytes of the virtual disk.
  let cbDisk: UInt64
  /// Bytes of a block.
  let cbBlock: UInt32
  /// Bytes that stand before the data of each block.
  let cbBlockExtra: UInt32
  /// Blocks of the virtual disk.
  let cBlocks: UInt32
  /// The image itself; like the others `nil` where all bits are zero.
  let uuidCreate: String?
  /// The last modification of the image.
  let uuidModify: String?
  /// The parent, if there is one.
  let uuidLinkage: String?
  /// The last modification of the parent, as it was when the child was made.
  let uuidParentModify: String?

  /// Reads the fields, and refuses only what leaves the rest without a meaning.
  /// - Throws: `.truncated`, and `.outOfRange` for `u32Version`.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    _ = try bytes.littleEndian(UInt32.self, at: 68)
      .checked(within: Self.version...Self.version, field: "u32Version")
    isPart = (3...4).contains(try bytes.littleEndian(UInt32.self, at: 76))
    offBlocks = try bytes.littleEndian(UInt32.self, at: 340)
    offData = try bytes.littleEndian(UInt32.self, at: 344)
    cbSector = try bytes.littleEndian(UInt32.self, at: 360)
    cbDisk = try bytes.littleEndian(UInt64.self, at: 368)
    cbBlock = try bytes.littleEndian(UInt32.self, at: 376)
    cbBlockExtra = try bytes.littleEndian(UInt32.self, at: 380)
    cBlocks = try bytes.littleEndian(UInt32.self, at: 384)
    uuidCreate = try bytes.guid(at: 392)
    uuidModify = try bytes.guid(at: 408)
    uuidLinkage = try bytes.guid(at: 424)
    uuidParentModify = try bytes.guid(at: 440)
  }

  /// Bytes that a guest sees: `cbDisk`, rounded up to whole sectors of 512 bytes, as QEMU.
  /// - Throws: where `cbDisk` is more than QEMU opens.
  var virtualSize: UInt64 {
    get throws(HeaderFault) {
      (try cbDisk.checked(within: 0...Self.maxDiskSize, field: "cbDisk") + 511) & ~511
    }
  }

  /// Checks every field that stands alone, and the disk against its blocks.
  /// - Throws: what cannot be.
  func check() throws(HeaderFault) {
    try checkStart(offBlocks, field: "offBlocks")
    try checkStart(offData, field: "offData")
    _ = try cbSector.checked(within: 512...512, field: "cbSector")
    _ = try cbBlock.checked(within: Self.blockSizes, field: "cbBlock")
    guard cbBlock.nonzeroBitCount == 1 else {
      throw .contradiction(field: "cbBlock", reason: "is \(cbBlock), not a power of two")
    }
    let blocks = try cBlocks.checked(within: 0...Self.maxBlocks, field: "cBlocks")
    let size = try virtualSize
    guard size <= UInt64(blocks) * UInt64(cbBlock) else {
      throw .contradiction(
        field: "cbDisk", reason: "is \(cbDisk), and \(blocks) blocks do not hold that much")
    }
  }

  private func checkStart(_ offset: UInt32, field: String) throws(HeaderFault) {
    guard offset.isMultiple(of: 512) else {
      throw .contradiction(field: field, reason: "is \(offset), not a multiple of 512")
    }
  }
}
