/// The part of a table, or of one of many tables of a kind, that is in memory: read when it is asked for.
struct TablePiece: Sendable {
  /// Bytes that are read at a time, of tables that have so many.
  private static let length: UInt64 = 16_384
  /// Bytes that are read: the tables of a qcow2 of 1 TiB with clusters of 64 KiB.
  private static let mostBytes: UInt64 = 128 << 20
  /// Entries that are looked at. Tables may share bytes, so the bytes are no limit.
  private static let mostEntries = 1 << 26

  private var bytes = HeaderBytes([])
  private var bytesLeft = Self.mostBytes
  private var entriesLeft = Self.mostEntries

  /// An entry of the table of `length` bytes that begins at an offset of the image; big-endian.
  /// - Throws: where the table has no such entry, the image ends before it, or too much was read.
  mutating func bigEndian<
    Field: FixedWidthInteger & UnsignedInteger, Source: ByteSource & ~Copyable
  >(
    _: Field.Type, _ index: UInt64, of table: UInt64, length: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> Field {
    let width = Field.bitWidth / 8
    let (end, overflow) = table.addingReportingOverflow(length)
    guard !overflow, index < length / UInt64(width) else {
      throw .contradiction(field: "tables", reason: "have no entry for a part of the disk")
    }
    guard entriesLeft > 0 else { throw Self.tooMuch }
    entriesLeft -= 1
    let place = table + index * UInt64(width)
    if (try? bytes.slice(at: place, count: width)) == nil {
      try read(from: place & ~511, to: end, source)
    }
    return try bytes.bigEndian(Field.self, at: place)
  }

  /// The same, of a table whose numbers are little-endian.
  mutating func littleEndian<
    Field: FixedWidthInteger & UnsignedInteger, Source: ByteSource & ~Copyable
  >(
    _: Field.Type, _ index: UInt64, of table: UInt64, length: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> Field {
    try bigEndian(Field.self, index, of: table, length: length, source).byteSwapped
  }

  private mutating func read<Source: ByteSource & ~Copyable>(
    from start: UInt64, to end: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) {
    let count = min(Self.length, end - start)
    guard count <= bytesLeft else { throw Self.tooMuch }
    bytesLeft -= count
    bytes = try HeaderBytes(reading: source, at: start, count: Int(count))
  }

  private static var tooMuch: HeaderFault {
    .contradiction(field: "tables", reason: "are larger than what is read of them")
  }
}
