/// The block allocation table of a VHDX, and the sector bitmaps of a differencing one.
///
/// Source: [MS-VHDX] 2.5: entries of 8 bytes, little-endian, a state in the lowest three bits and an offset in
/// mebibytes in the highest 44; after the entries of every chunk one for its bitmap, in which the first sector has
/// the lowest bit of the first byte.
struct VHDXTable: GuestTable {
  /// States of a payload block. Source: [MS-VHDX] 2.5.1.1.
  private enum State {
    static let notPresent: UInt64 = 0
    static let undefined: UInt64 = 1
    static let zero: UInt64 = 2
    static let unmapped: UInt64 = 3
    static let fullyPresent: UInt64 = 6
    static let partiallyPresent: UInt64 = 7
  }
  /// State of a block of bitmaps.
  private static let bitmapPresent: UInt64 = 6
  /// Bytes of a block of bitmaps.
  private static let bitmapLength: UInt64 = 1 << 20

  let size: UInt64
  private let region: VHDXRegionTable.Region
  private let disk: VHDXDisk
  private var table = TablePiece()
  private var bitmaps = TablePiece()

  /// - Returns: `nil` where the log has to be replayed first, or something in it must be known and is not.
  init?<Source: ByteSource & ~Copyable>(_ source: borrowing Source) throws(HeaderFault) {
    let header = try VHDXHeader.current(of: source)
    try header.check()
    guard try !header.hasLogEntry(in: source) else { return nil }
    let regions = try VHDXRegionTable.valid(of: source, beside: header.log)
    let items = try VHDXMetadataTable(in: regions.metadata, source: source)
    guard regions.unknownRequired.isEmpty, items.unknownRequired.isEmpty else { return nil }
    disk = try VHDXDisk(in: items, source: source)
    region = regions.blockAllocationTable
    try disk.check(blockAllocationTable: region)
    size = disk.virtualSize
  }

  mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    let blockSize = UInt64(disk.blockSize)
    let number = offset / blockSize
    let chunk = number / disk.blocksPerChunk
    let entry = try entry(number + chunk, source)
    let end = (number + 1) * blockSize
    let start = entry & ~(1 << 20 - 1)
    let inside = offset - number * blockSize
    // An offset of 44 bits in mebibytes may lie beyond all numbers with what is added to it.
    let (place, overflow) = start.addingReportingOverflow(inside)
    guard !overflow else { throw .contradiction(field: "BAT", reason: "leads nowhere") }
    let stored = GuestStretch.Place.stored(file: 0, offset: place)
    switch entry & 7 {
    case State.fullyPresent: return GuestStretch(offset..<end, stored)
    case State.notPresent: return GuestStretch(offset..<end, .below)
    case State.undefined, State.zero, State.unmapped: return GuestStretch(offset..<end, .zeros)
    case State.partiallyPresent where disk.hasParent:
      let (isThere, stop) = try run(from: offset, to: end, chunk, source)
      return GuestStretch(offset..<stop, isThere ? stored : .below)
    case _: throw .contradiction(field: "BAT", reason: "has a state that is not known")
    }
  }

  private mutating func entry<Source: ByteSource & ~Copyable>(
    _ index: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> UInt64 {
    try table.littleEndian(
      UInt64.self, index, of: region.fileOffset, length: UInt64(region.length), source)
  }

  /// Whether a sector is there, and where the sectors end of which the same holds.
  private mutating func run<Source: ByteSource & ~Copyable>(
    from offset: UInt64, to end: UInt64, _ chunk: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> (isThere: Bool, end: UInt64) {
    let entry = try entry(chunk * (disk.blocksPerChunk + 1) + disk.blocksPerChunk, source)
    guard entry & 7 == Self.bitmapPresent else {
      throw .contradiction(field: "BAT", reason: "has no bitmap for a block that is there in part")
    }
    let bitmap = entry & ~(1 << 20 - 1)
    let length = UInt64(disk.logicalSectorSize)
    let first = chunk * VHDXDisk.sectorsPerChunk
    let start = offset / length
    let isThere = try holds(start - first, of: bitmap, source)
    for sector in start + 1..<max(start + 1, end / length)
    where try holds(sector - first, of: bitmap, source) != isThere {
      return (isThere, sector * length)
    }
    return (isThere, end)
  }

  private mutating func holds<Source: ByteSource & ~Copyable>(
    _ sector: UInt64, of bitmap: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> Bool {
    let byte = try bitmaps.littleEndian(
      UInt8.self, sector / 8, of: bitmap, length: Self.bitmapLength, source)
    return byte >> (sector % 8) & 1 == 1
  }
}
