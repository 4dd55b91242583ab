/// The L1 and L2 tables of a qed image.
///
/// Source: QEMU docs/interop/qed_spec, "Tables": entries of 8 bytes, little-endian; 0 is not there, of an L2 table
/// 1 is zeros, every other is the place of a table or a cluster in the image.
struct QEDTable: GuestTable {
  let size: UInt64
  private let clusterSize: UInt64
  private let l1Offset: UInt64
  /// Entries of a table.
  private let entries: UInt64
  private var l1 = TablePiece()
  private var l2 = TablePiece()

  /// - Returns: `nil` where a feature is not known.
  init?(_ head: HeaderBytes, imageLength: UInt64) throws(HeaderFault) {
    let header = try QEDHeader(parsing: head)
    guard header.features.unknown.isEmpty else { return nil }
    try header.check(imageLength: imageLength)
    size = header.imageSize
    clusterSize = UInt64(header.clusterSize)
    l1Offset = header.l1TableOffset
    entries = UInt64(header.tableSize) * clusterSize / 8
  }

  mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    let cluster = offset / clusterSize
    let table = try l1.littleEndian(
      UInt64.self, cluster / entries, of: l1Offset, length: entries * 8, source)
    guard table != 0 else {
      // At most 2^27 entries to a table, of clusters of 2^26 bytes: the disk's end may lie before theirs.
      let (end, overflow) = (cluster / entries + 1)
        .multipliedReportingOverflow(by: entries * clusterSize)
      return GuestStretch(offset..<(overflow ? size : max(offset, end)), .below)
    }
    let entry = try l2.littleEndian(
      UInt64.self, cluster % entries, of: table, length: entries * 8, source)
    let range = offset..<max(offset, (cluster &+ 1) &* clusterSize)
    switch entry {
    case 0: return GuestStretch(range, .below)
    case 1: return GuestStretch(range, .zeros)
    default:
      return GuestStretch(
        range, .stored(file: 0, offset: entry &+ (offset - cluster * clusterSize)))
    }
  }
}
