/// The block map of a VDI image.
///
/// Source: VirtualBox src/VBox/Storage/VDICore.h: entries of 4 bytes, little-endian; `VDI_IMAGE_BLOCK_FREE` is
/// not there, `VDI_IMAGE_BLOCK_ZERO` is zeros.
struct VDITable: GuestTable {
  private static let free: UInt32 = 0xffff_ffff
  private static let zero: UInt32 = 0xffff_fffe

  let size: UInt64
  private let header: VDIHeader
  private var map = TablePiece()

  /// - Returns: `nil` where something stands before the data of each block.
  init?(_ head: HeaderBytes) throws(HeaderFault) {
    header = try VDIHeader(parsing: head)
    guard header.cbBlockExtra == 0 else { return nil }
    try header.check()
    size = try header.virtualSize
  }

  mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    let block = UInt64(header.cbBlock)
    let number = offset / block
    let entry = try map.littleEndian(
      UInt32.self, number, of: UInt64(header.offBlocks), length: UInt64(header.cBlocks) * 4,
      source)
    let end = (number + 1) * block
    switch entry {
    case Self.free: return GuestStretch(offset..<end, .below)
    case Self.zero: return GuestStretch(offset..<end, .zeros)
    default:
      let start = UInt64(header.offData) + UInt64(entry) * block
      return GuestStretch(
        offset..<end, .stored(file: 0, offset: start + (offset - number * block)))
    }
  }
}
