/// The grain directory and the grain tables of a hosted sparse extent.
///
/// Source: VMware Virtual Disk Format 5.0, "Grain Directory" and "Grain Table", with "Stream-Optimized
/// Compressed Sparse Extents": entries of 4 bytes, little-endian, in sectors of 512 bytes; 0 is not there, and 1 is
/// zeros where the header's flags say so.
struct VMDKSparseTable: GuestTable {
  /// Bit 2 of the flags: an entry of 1 means zeros.
  private static let zeroedGrains: UInt32 = 1 << 2
  /// Bit 17: a marker of 12 bytes stands before each grain.
  private static let markers: UInt32 = 1 << 17
  /// Bytes at the start of a zlib stream, before what is deflated (RFC 1950, 2.2).
  private static let zlibHeaderLength: UInt64 = 2

  let size: UInt64
  private let header: VMDKSparseHeader
  private let grain: UInt64
  private var directory = TablePiece()
  private var tables = TablePiece()

  /// The tables of an extent that begins with a sparse header.
  init<Source: ByteSource & ~Copyable>(
    _ first: VMDKSparseHeader, _ source: borrowing Source
  ) throws(HeaderFault) {
    header = try first.current(source: source)
    try header.check(imageLength: source.byteCount)
    size = try header.virtualSize
    grain = try header.clusterSize
  }

  mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    let entries = UInt64(header.numGTEsPerGT)
    // The header's check holds the disk within what signed bytes can say, and so all that follows.
    let number = offset / grain
    let rows = (size / grain) / entries + 1
    let table = try directory.littleEndian(
      UInt32.self, number / entries, of: header.gdOffset * 512, length: rows * 4, source)
    guard table != 0 else {
      return GuestStretch(offset..<(number / entries + 1) * entries * grain, .below)
    }
    let entry = try tables.littleEndian(
      UInt32.self, number % entries, of: UInt64(table) * 512, length: entries * 4, source)
    let range = number * grain..<(number + 1) * grain
    return GuestStretch(offset..<range.upperBound, place(of: entry, range, offset))
  }

  private func place(
    of entry: UInt32, _ range: Range<UInt64>, _ offset: UInt64
  ) -> GuestStretch.Place {
    let start = UInt64(entry) * 512
    switch entry {
    case 0: return .below
    case 1 where header.flags & Self.zeroedGrains != 0: return .zeros
    case _ where header.isCompressed:
      let marker: UInt64 = header.flags & Self.markers == 0 ? 0 : 12
      // What cannot be made smaller grows by five bytes for every 16 KiB at most (RFC 1951, 3.2.4).
      return .deflated(
        file: 0, offset: start + marker + Self.zlibHeaderLength,
        count: Int(grain + grain / 1024 + 512), cluster: range)
    default: return .stored(file: 0, offset: start + (offset - range.lowerBound))
    }
  }
}
