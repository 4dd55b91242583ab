/// The dynamic disk header of a VHD.
///
/// Source: Microsoft Virtual Hard Disk Image Format Specification, "Dynamic Disk Header Format", 1024
/// bytes.
struct VPCDynamicHeader {
  /// Bytes.
  static let length = 1024
  /// Entries of 4 bytes: what QEMU reads of the table at most.
  static let maxTableEntriesLimit: UInt32 = 0x1fff_ffff
  /// Bytes of a block; a power of two, and a sector at least.
  static let blockSizes: ClosedRange<UInt32> = 512...(1 << 31)

  /// Bytes from the start of the image to the block allocation table.
  let tableOffset: UInt64
  /// Entries of the block allocation table.
  let maxTableEntries: UInt32
  /// Bytes.
  let blockSize: UInt32
  /// The parent; `nil` where all bits are zero.
  let parentUniqueID: String?
  /// Every locator that is in use, in the order of the header.
  let parentLocators: [VPCParentLocator]
  /// All bytes of the header.
  let bytes: HeaderBytes

  /// Reads the header to which `footer` points.
  /// - Throws: where there is none, or its blocks cannot be.
  init<Source: ByteSource & ~Copyable>(
    of footer: VPCFooter, head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) {
    let start = try footer.dataOffset
      .checked(within: 0...(UInt64(Int64.max) - UInt64(Self.length)), field: "Data Offset")
    var window = HeaderWindow(over: head, limit: HeaderWindow.pieceLength)
    try window.cover(start, count: Self.length, of: source)
    bytes = window.bytes
    guard bytes.holds("cxsparse", at: start) else {
      throw .contradiction(field: "Cookie", reason: "of the dynamic disk header is not 'cxsparse'")
    }
    tableOffset = try bytes.bigEndian(UInt64.self, at: start + 16)
    maxTableEntries = try bytes.bigEndian(UInt32.self, at: start + 28)
    blockSize = try bytes.bigEndian(UInt32.self, at: start + 32)
      .checked(within: Self.blockSizes, field: "Block Size")
    parentUniqueID = try bytes.uuid(at: start + 40)
    parentLocators = try VPCParentLocator.all(in: bytes, at: start + 576)
    self.start = start
  }

  private let start: UInt64

  /// Every name that is recorded of the parent, as UTF-8, the best first and none twice.
  ///
  /// The best is the one that survives a move of both images together: relative (`W2ru`), then
  /// absolute for Windows (`W2ku`), then a URL (`MacX`), then the parent's bare file name in the
  /// header itself. What cannot be read is left out.
  /// - Throws: why the best could not be read, where nothing else could either.
  func parentPaths<Source: ByteSource & ~Copyable>(
    source: borrowing Source
  ) throws(HeaderFault) -> [[UInt8]] {
    var first: HeaderFault?
    var paths: [[UInt8]] = []
    for platform in VPCParentLocator.Platform.allCases {
      for locator in parentLocators where locator.platform == platform {
        do {
          if let path = try locator.path(source: source) { paths.append(path) }
        } catch { first = first ?? error }
      }
    }
    do {
      let name = try bytes.utf8(
        fromUTF16At: start + 64, count: 512, .bigEndian, field: "Parent Unicode Name")
      if let name { paths.append(name) }
    } catch { first = first ?? error }
    if paths.isEmpty, let first { throw first }
    return paths.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Checks the fields that stand alone, the table against the disk and the image, and the checksum.
  ///
  /// QEMU does not look at the checksum; where it is wrong, the bytes are not those that were written.
  /// - Throws: what cannot be.
  func check(against footer: VPCFooter, imageLength: UInt64) throws(HeaderFault) {
    guard blockSize.nonzeroBitCount == 1 else {
      throw .contradiction(field: "Block Size", reason: "is \(blockSize), not a power of two")
    }
    let entries = UInt64(
      try maxTableEntries.checked(within: 0...Self.maxTableEntriesLimit, field: "Max Table Entries")
    )
    guard footer.virtualSize <= entries * UInt64(blockSize) else {
      throw .contradiction(
        field: "Max Table Entries",
        reason: "is \(entries), too few for a disk of \(footer.virtualSize) bytes")
    }
    let end = RawContent.roundedToSectors(imageLength)
    guard tableOffset <= end, (tableOffset + entries * 4 + 511) & ~511 <= end else {
      throw .contradiction(
        field: "Table Offset", reason: "is \(tableOffset), and the table ends behind the image")
    }
    try bytes.checkVPCSum(
      from: start, count: Self.length, checksumAt: start + 36,
      field: "Checksum of the dynamic disk header")
  }
}
