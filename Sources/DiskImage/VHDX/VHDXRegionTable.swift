/// A region table of a VHDX. Source: [MS-VHDX] 2.2.3: a header of 16 bytes, entries of 32.
struct VHDXRegionTable {
  /// A part of the image.
  struct Region {
    /// Bytes from the start of the image.
    let fileOffset: UInt64
    /// Bytes.
    let length: UInt32

    /// Whether a byte belongs to both; where a region of no length lies within the other as well, as in
    /// QEMU.
    func overlaps(_ other: Region) -> Bool {
      let (end, isEndBeyond) = fileOffset.addingReportingOverflow(UInt64(length))
      let (otherEnd, isOtherBeyond) = other.fileOffset
        .addingReportingOverflow(UInt64(other.length))
      return (isOtherBeyond || fileOffset < otherEnd) && (isEndBeyond || end > other.fileOffset)
    }
  }

  /// Bytes, all of which the checksum covers.
  static let length = 65_536
  /// Bytes from the start of the image to each of the two copies.
  static let places: [UInt64] = [192 << 10, 256 << 10]
  /// Entries.
  static let maxEntries: UInt32 = 2047

  /// Where the block allocation table is.
  let blockAllocationTable: Region
  /// Where the metadata is.
  let metadata: Region
  /// Regions that a reader must know and this one does not, in the order of the table.
  let unknownRequired: [String]

  /// What QEMU refuses, though the regions are known: that the first copy is not valid, where this is the
  /// second, which QEMU never reads; or that a region lies where another or the log does.
  private(set) var fault: HeaderFault?

  /// The first copy, or the second where the first is not valid.
  /// - Throws: why the first is not valid, where neither is.
  static func valid<Source: ByteSource & ~Copyable>(
    of source: borrowing Source, beside log: Region
  ) throws(HeaderFault) -> VHDXRegionTable {
    var first: HeaderFault?
    for place in places {
      do {
        let bytes = try HeaderBytes(reading: source, at: place, count: length)
        var table = try VHDXRegionTable(parsing: bytes, at: place, beside: log)
        table.fault = first ?? table.fault
        return table
      } catch { first = first ?? error }
    }
    throw first ?? .truncated(offset: places[0], needed: length)
  }

  private init(
    parsing bytes: HeaderBytes, at start: UInt64, beside log: Region
  ) throws(HeaderFault) {
    try bytes.checkSealed(from: start, count: Self.length, signature: "regi", of: "region table")
    let count = UInt64(
      try bytes.littleEndian(UInt32.self, at: start + 8)
        .checked(within: 0...Self.maxEntries, field: "EntryCount"))
    var known: [String: Region] = [:]
    var unknown: [String] = []
    var taken = [log]
    var overlap: HeaderFault?
    for index in 0..<count {
      let entry = start + 16 + index * 32
      let guid = try bytes.guid(at: entry) ?? ""
      let region = try Self.region(in: bytes, at: entry)
      if taken.contains(where: region.overlaps) {
        overlap = .contradiction(
          field: "FileOffset", reason: "is \(region.fileOffset), where the log or a region is")
      }
      taken.append(region)
      guard guid == Self.blockAllocationTableGUID || guid == Self.metadataGUID else {
        let isRequired = try bytes.littleEndian(UInt32.self, at: entry + 28) & 1 == 1
        if isRequired { unknown.append("region \(guid)") }
        continue
      }
      guard known.updateValue(region, forKey: guid) == nil else {
        throw .contradiction(field: "Guid", reason: "\(guid) is that of two regions")
      }
    }
    blockAllocationTable = try Self.required(known[Self.blockAllocationTableGUID], "BAT")
    metadata = try Self.required(known[Self.metadataGUID], "Metadata")
    unknownRequired = unknown
    fault = overlap
  }

  private static let blockAllocationTableGUID = "2dc27766-f623-4200-9d64-115e9bfd4a08"
  private static let metadataGUID = "8b7ca206-4790-4b9a-b8fe-575f050f886e"
  /// Bytes: any region that begins here ends within what QEMU can address.
  private static let lastOffset = UInt64(Int64.max) - UInt64(UInt32.max)

  private static func region(
    in bytes: HeaderBytes, at entry: UInt64
  ) throws(HeaderFault) -> Region {
    Region(
      fileOffset: try bytes.littleEndian(UInt64.self, at: entry + 16)
        .checked(within: 0...lastOffset, field: "FileOffset"),
      length: try bytes.littleEndian(UInt32.self, at: entry + 24))
  }

  private static func required(_ region: Region?, _ name: String) throws(HeaderFault) -> Region {
    guard let region else { throw .contradiction(field: "\(name) region", reason: "is missing") }
    return region
  }
}
