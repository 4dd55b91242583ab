/// The metadata table of a VHDX: which items there are, and where.
///
/// Source: [MS-VHDX] 2.6.1: a header of 32 bytes, entries of 32.
struct VHDXMetadataTable {
  /// The items that are known. Source: [MS-VHDX] 2.6.2.
  enum Item: String {
    case fileParameters = "caa16737-fa36-4d43-b3b6-33f0aa44e76b"
    case virtualDiskSize = "2fa54224-cd1b-4876-b211-5dbed83bf4b8"
    case virtualDiskID = "beca12ab-b2e6-4523-93ef-c309e000c746"
    case logicalSectorSize = "8141bf1d-a96f-4709-ba47-f233a8faab5f"
    case physicalSectorSize = "cda348c7-445d-4471-9cc9-e9885251c556"
    case parentLocator = "a8d35f2d-b30b-454d-abf7-d3d84834ab0c"
  }

  /// Bytes; items begin behind them.
  static let length = 65_536
  /// Bytes that have room for all entries but where somebody has items of his own.
  private static let usualLength = 4096
  /// Entries.
  static let maxEntries: UInt16 = 2047
  /// Bytes of one item.
  static let maxItemLength: UInt32 = 1 << 20

  /// Items that a reader must know and this one does not, in the order of the table.
  private(set) var unknownRequired: [String] = []
  private var places: [Item: (offset: UInt32, length: UInt32)] = [:]
  private let region: VHDXRegionTable.Region

  /// Reads the table at the start of `region`.
  init<Source: ByteSource & ~Copyable>(
    in region: VHDXRegionTable.Region, source: borrowing Source
  ) throws(HeaderFault) {
    self.region = region
    let start = region.fileOffset
    var bytes = try HeaderBytes(reading: source, at: start, count: Self.usualLength)
    guard try bytes.slice(at: start, count: 8).elementsEqual("metadata".utf8) else {
      throw .contradiction(field: "Signature", reason: "of the metadata table is not 'metadata'")
    }
    let count = UInt64(
      try bytes.littleEndian(UInt16.self, at: start + 10)
        .checked(within: 0...Self.maxEntries, field: "EntryCount"))
    if 32 + count * 32 > UInt64(Self.usualLength) {
      bytes = try HeaderBytes(reading: source, at: start, count: Self.length)
    }
    for index in 0..<count { try note(bytes, at: start + 32 + index * 32) }
  }

  private mutating func note(_ bytes: HeaderBytes, at entry: UInt64) throws(HeaderFault) {
    let guid = try bytes.guid(at: entry) ?? ""
    guard let item = Item(rawValue: guid) else {
      // Bit 2 of the flags: IsRequired.
      let isRequired = try bytes.littleEndian(UInt32.self, at: entry + 24) & 4 == 4
      if isRequired { unknownRequired.append("metadata \(guid)") }
      return
    }
    let place = (
      offset: try bytes.littleEndian(UInt32.self, at: entry + 16),
      length: try bytes.littleEndian(UInt32.self, at: entry + 20)
    )
    guard places.updateValue(place, forKey: item) == nil else {
      throw .contradiction(field: "ItemId", reason: "\(guid) is that of two items")
    }
  }

  /// The absolute offset of an item, and the length in bytes that its entry states.
  ///
  /// Of an item whose length its kind says, QEMU does not look at what the entry states.
  /// - Throws: where it is missing.
  func place(
    of item: Item, field: String
  ) throws(HeaderFault) -> (offset: UInt64, length: UInt32) {
    guard let place = places[item] else {
      throw .contradiction(field: field, reason: "is missing")
    }
    return (region.fileOffset + UInt64(place.offset), place.length)
  }

  /// Whether the item has an entry.
  func contains(_ item: Item) -> Bool { places[item] != nil }
}
