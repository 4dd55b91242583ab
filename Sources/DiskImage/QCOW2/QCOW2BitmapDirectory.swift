/// Where the persistent bitmaps of an image are listed.
///
/// Source: QEMU docs/interop/qcow2, "Bitmaps extension" and "Bitmap directory". At most 1 MiB of the
/// directory is read (QEMU: 64 MiB), enough for 10,000 bitmaps.
struct QCOW2BitmapDirectory {
  /// QEMU's limit.
  static let maxBitmaps: UInt32 = 65_535
  /// Bytes that QEMU allows for the directory.
  static let maxLength: UInt64 = 1024 * 65_535
  /// Bytes that are read at most.
  static let readLimit = 1 << 20

  let nbBitmaps: UInt32
  /// Bytes.
  let length: UInt64
  let offset: UInt64

  /// Reads the 24 bytes of the extension at `offset`.
  /// - Throws: what QEMU refuses.
  init(parsing bytes: HeaderBytes, at offset: UInt64, header: QCOW2Header) throws(HeaderFault) {
    nbBitmaps = try bytes.bigEndian(UInt32.self, at: offset)
      .checked(within: 1...Self.maxBitmaps, field: "nb_bitmaps")
    _ = try bytes.bigEndian(UInt32.self, at: offset + 4)
      .checked(within: 0...0, field: "bitmaps extension reserved")
    length = try bytes.bigEndian(UInt64.self, at: offset + 8)
      .checked(within: 1...Self.maxLength, field: "bitmap_directory_size")
    self.offset = try bytes.bigEndian(UInt64.self, at: offset + 16)
    try header.checkPlace(self.offset, length: length, field: "bitmap_directory_offset")
  }

  /// The bitmaps as `qemu-img info` lists them, in the order of the directory.
  /// - Throws: what QEMU refuses, and `.truncated` where the directory ends before its entries do.
  func facts<Source: ByteSource & ~Copyable>(
    of header: QCOW2Header, source: borrowing Source
  ) throws(HeaderFault) -> [FactValue] {
    var window = HeaderWindow(over: HeaderBytes([]), limit: Self.readLimit)
    var bitmaps: [FactValue] = []
    var place = offset
    let end = offset + length
    for _ in 0..<nbBitmaps {
      guard end - place >= 24 else { throw .truncated(offset: place, needed: 24) }
      try window.cover(place, count: 24, of: source)
      let entry = try QCOW2Bitmap(parsing: window.bytes, at: place, header: header)
      let entryLength = (24 + UInt64(entry.nameLength) + 7) / 8 * 8
      guard end - place >= entryLength else {
        throw .truncated(offset: place, needed: Int(entryLength))
      }
      try window.cover(place, count: 24 + Int(entry.nameLength), of: source)
      bitmaps.append(try entry.facts(in: window.bytes, at: place))
      place += entryLength
    }
    guard place == end else {
      throw .contradiction(
        field: "bitmap_directory_size", reason: "is \(length), and nb_bitmaps entries are shorter")
    }
    return bitmaps
  }
}

/// One entry of the bitmap directory: 24 bytes, then the name.
struct QCOW2Bitmap {
  /// Bytes.
  let nameLength: UInt16
  private let flags: UInt32
  private let granularityBits: UInt8

  /// Bytes. QEMU's limit for the data of one bitmap.
  private static let maxDataLength: UInt64 = 0x2000_0000

  /// Reads the fixed part of the entry at `offset`.
  /// - Throws: what QEMU refuses.
  init(parsing bytes: HeaderBytes, at offset: UInt64, header: QCOW2Header) throws(HeaderFault) {
    let table = try bytes.bigEndian(UInt64.self, at: offset)
      .checked(within: 1...UInt64.max, field: "bitmap_table_offset")
    try header.checkPlace(table, length: 0, field: "bitmap_table_offset")
    let clusters = try UInt64(bytes.bigEndian(UInt32.self, at: offset + 8)).checked(
      within: 1...(Self.maxDataLength / header.clusterSize), field: "bitmap_table_size")
    flags = try bytes.bigEndian(UInt32.self, at: offset + 12)
      .checked(within: 0...3, field: "bitmap flags")
    _ = try bytes.bigEndian(UInt8.self, at: offset + 16).checked(
      within: 1...1, field: "bitmap type")
    granularityBits = try bytes.bigEndian(UInt8.self, at: offset + 17)
      .checked(within: 9...31, field: "granularity_bits")
    nameLength = try bytes.bigEndian(UInt16.self, at: offset + 18)
      .checked(within: 0...1023, field: "bitmap name_size")
    _ = try bytes.bigEndian(UInt32.self, at: offset + 20)
      .checked(within: 0...0, field: "bitmap extra_data_size")
    let needed = neededClusters(in: header)
    guard isInUse || clusters == needed else {
      throw .contradiction(
        field: "bitmap_table_size", reason: "is \(clusters), and the virtual disk needs \(needed)")
    }
  }

  /// Clusters of bits: one bit for each piece of the granularity, in words of 64 bits, as QEMU.
  private func neededClusters(in header: QCOW2Header) -> UInt64 {
    let piece: UInt64 = 1 << UInt64(granularityBits)
    let bits = header.virtualSize / piece + (header.virtualSize % piece == 0 ? 0 : 1)
    let length = (bits / 64 + (bits % 64 == 0 ? 0 : 1)) * 8
    return length / header.clusterSize + (length % header.clusterSize == 0 ? 0 : 1)
  }

  private var isInUse: Bool { flags & 1 != 0 }

  /// The entry as an object of `qemu-img info`.
  func facts(in bytes: HeaderBytes, at offset: UInt64) throws(HeaderFault) -> FactValue {
    let name = try bytes.text(at: offset + 24, count: Int(nameLength)) ?? []
    var named: [FactValue] = isInUse ? [.text("in-use")] : []
    if flags & 2 != 0 { named.append(.text("auto")) }
    return .object([
      FactField("flags", .list(named)),
      FactField("name", .text(String(decoding: name, as: UTF8.self))),
      FactField("granularity", .number(1 << UInt64(granularityBits))),
    ])
  }
}
