/// The L1 and L2 tables of a qcow2 image.
///
/// Source: QEMU docs/interop/qcow2, "Cluster mapping", with extended L2 entries, external data files and
/// clusters that zlib compressed. Encrypted clusters are given as they lie. Only the table of the image itself is
/// read, never that of a snapshot.
struct QCOW2Table: GuestTable {
  /// Bits 9 to 55 of an entry: where a table or a cluster begins.
  private static let place: UInt64 = 0x00ff_ffff_ffff_fe00
  /// Entries that are looked at to make a stretch longer.
  private static let mostMerged = 4096

  let size: UInt64
  private let clusterBits: UInt64
  private let l1Offset: UInt64
  private let l1Size: UInt64
  private let hasSubclusters: Bool
  private let hasDataFile: Bool
  private let hasZeros: Bool
  private var l1 = TablePiece()
  private var l2 = TablePiece()

  /// - Returns: `nil` where clusters are compressed in a way that is not read, or a feature is not known.
  init?(_ head: HeaderBytes) throws(HeaderFault) {
    let header = try QCOW2Header(parsing: head)
    let known: QCOW2IncompatibleFeatures = [
      .dirty, .corrupt, .externalDataFile, .compressionType, .extendedL2,
    ]
    guard header.incompatibleFeatures.isSubset(of: known), header.compressionType == 0 else {
      return nil
    }
    try header.checkFields()
    try header.checkTables()
    size = header.virtualSize
    clusterBits = UInt64(header.clusterBits)
    l1Offset = header.l1TableOffset
    l1Size = UInt64(header.l1Size)
    hasSubclusters = header.incompatibleFeatures.contains(.extendedL2)
    hasDataFile = header.incompatibleFeatures.contains(.externalDataFile)
    hasZeros = header.version > 2
  }

  private var clusterSize: UInt64 { 1 << clusterBits }
  /// Bits of the number of entries in an L2 table.
  private var l2Bits: UInt64 { clusterBits - (hasSubclusters ? 4 : 3) }
  /// Bytes of the disk that one L2 table maps.
  private var span: UInt64 { 1 << (clusterBits + l2Bits) }

  mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    var number = offset >> (clusterBits + l2Bits)
    guard number < l1Size else { return GuestStretch(offset..<size, .below) }
    var table = try l2Offset(number, source)
    if table != 0 { return try stretch(from: offset, in: table, source) }
    for _ in 0..<Self.mostMerged where table == 0 {
      number += 1
      guard number < l1Size else { return GuestStretch(offset..<size, .below) }
      table = try l2Offset(number, source)
    }
    return GuestStretch(offset..<max(offset, number << (clusterBits + l2Bits)), .below)
  }

  private mutating func l2Offset<Source: ByteSource & ~Copyable>(
    _ number: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> UInt64 {
    try l1.bigEndian(UInt64.self, number, of: l1Offset, length: l1Size * 8, source) & Self.place
  }

  /// The stretch from `offset` on, by one L2 table; neighbours that go on where it ends are part of it.
  private mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, in table: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    let first = try piece(at: offset, in: table, source)
    guard case .deflated = first.place else {
      let limit = min(size, (offset / span + 1) * span)
      var end = first.range.upperBound
      for _ in 0..<Self.mostMerged {
        guard end < limit else { break }
        let next = try piece(at: end, in: table, source)
        guard next.place == first.place.going(on: end - offset) else { break }
        end = next.range.upperBound
      }
      return GuestStretch(offset..<end, first.place)
    }
    return first
  }

  /// What one entry says from `offset` on: of a cluster, or of one of its subclusters.
  private mutating func piece<Source: ByteSource & ~Copyable>(
    at offset: UInt64, in table: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    let index = (offset >> clusterBits) & ((1 << l2Bits) - 1)
    let words: UInt64 = hasSubclusters ? 2 : 1
    let entry = try l2.bigEndian(
      UInt64.self, index * words, of: table, length: clusterSize, source)
    let start = offset & ~(clusterSize - 1)
    let cluster = start..<(start + clusterSize)
    if entry >> 62 & 1 == 1 { return deflated(entry, cluster, from: offset) }
    let host = entry & Self.place
    let (inside, overflow) = host.addingReportingOverflow(offset - start)
    guard !overflow else { throw .contradiction(field: "L2 table", reason: "leads nowhere") }
    let stored = GuestStretch.Place.stored(file: hasDataFile ? 1 : 0, offset: inside)
    // The first cluster of a data file is at its beginning: whether it is in use another bit says.
    let isThere = host != 0 || (hasDataFile && entry >> 63 == 1)
    guard hasSubclusters else {
      let place: GuestStretch.Place =
        hasZeros && entry & 1 == 1 ? .zeros : isThere ? stored : .below
      return GuestStretch(offset..<cluster.upperBound, place)
    }
    let bits = try l2.bigEndian(
      UInt64.self, index * words + 1, of: table, length: clusterSize, source)
    let length = clusterSize / 32
    let number = (offset - start) / length
    let end = start + (number + 1) * length
    let place: GuestStretch.Place =
      bits >> (32 + number) & 1 == 1 ? .zeros : bits >> number & 1 == 1 ? stored : .below
    return GuestStretch(offset..<end, place)
  }

  private func deflated(
    _ entry: UInt64, _ cluster: Range<UInt64>, from offset: UInt64
  ) -> GuestStretch {
    let shift = 62 - (clusterBits - 8)
    let start = entry & ((1 << shift) - 1)
    let sectors = (entry & ((1 << 62) - 1)) >> shift + 1
    let count = sectors * 512 - (start & 511)
    return GuestStretch(
      offset..<cluster.upperBound,
      .deflated(file: 0, offset: start, count: Int(count), cluster: cluster))
  }
}
