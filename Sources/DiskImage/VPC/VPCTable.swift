/// The block allocation table of a dynamic or differencing VHD, and the bitmaps before its blocks.
///
/// Source: Microsoft Virtual Hard Disk Image Format Specification, "Block Allocation Table and Data Blocks": entries
/// of 4 bytes, big-endian, in sectors; all bits set is not there. The bitmap of a block of a differencing image
/// says which of its sectors are there, the first in the highest bit; of a dynamic one it is not looked at, no more
/// than by QEMU.
struct VPCTable: GuestTable {
  private static let free = UInt32.max

  let size: UInt64
  private let tableOffset: UInt64
  private let entries: UInt64
  private let blockSize: UInt64
  private let isDifferencing: Bool
  private var table = TablePiece()
  private var bitmaps = TablePiece()

  /// - Returns: `nil` for one that says that it is fixed, or is of a type that was given up.
  init?<Source: ByteSource & ~Copyable>(
    _ head: HeaderBytes, _ source: borrowing Source
  ) throws(HeaderFault) {
    let footer = try VPCFooter(parsing: head)
    guard footer.isDynamic || footer.isDifferencing else { return nil }
    try footer.check()
    let header = try VPCDynamicHeader(of: footer, head: head, source: source)
    try header.check(against: footer, imageLength: source.byteCount)
    size = footer.virtualSize
    tableOffset = header.tableOffset
    entries = UInt64(header.maxTableEntries)
    blockSize = UInt64(header.blockSize)
    isDifferencing = footer.isDifferencing
  }

  /// Bytes: whole sectors of bits, one for each sector of a block.
  private var bitmapLength: UInt64 { (blockSize / 512 / 8 + 511) & ~511 }

  mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    let number = offset / blockSize
    let entry = try table.bigEndian(
      UInt32.self, number, of: tableOffset, length: entries * 4, source)
    let range = offset..<(number + 1) * blockSize
    guard entry != Self.free else { return GuestStretch(range, .below) }
    let bitmap = UInt64(entry) * 512
    let inside = offset - number * blockSize
    let stored = GuestStretch.Place.stored(file: 0, offset: bitmap + bitmapLength + inside)
    guard isDifferencing else { return GuestStretch(range, stored) }
    let start = inside / 512
    let isThere = try holds(start, of: bitmap, source)
    for sector in start + 1..<max(start + 1, blockSize / 512)
    where try holds(sector, of: bitmap, source) != isThere {
      return GuestStretch(
        offset..<number * blockSize + sector * 512, isThere ? stored : .below)
    }
    return GuestStretch(range, isThere ? stored : .below)
  }

  private mutating func holds<Source: ByteSource & ~Copyable>(
    _ sector: UInt64, of bitmap: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> Bool {
    let byte = try bitmaps.bigEndian(
      UInt8.self, sector / 8, of: bitmap, length: bitmapLength, source)
    return byte >> (7 - sector % 8) & 1 == 1
  }
}
