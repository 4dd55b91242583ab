/// The header of a qed image.
///
/// Source: QEMU docs/interop/qed_spec, "Header", bytes 0 to 63; all numbers little-endian.
struct QEDHeader {
  /// Bytes: 4 KiB to 64 MiB.
  static let clusterSizeRange: ClosedRange<UInt32> = 1 << 12...1 << 26
  /// Clusters. The specification allows one; QEMU makes such images and opens none of them, because its
  /// check of a table's place wants the last cluster of the table behind the first.
  static let tableSizeRange: ClosedRange<UInt32> = 2...16
  /// Bytes. QEMU 7.2 refuses a longer name.
  static let maxBackingNameLength: UInt32 = 4095

  /// Bytes.
  let clusterSize: UInt32
  /// Clusters of the L1 table, and of every L2 table.
  let tableSize: UInt32
  /// Clusters before the first regular one.
  let headerSize: UInt32
  let features: Features
  /// Bytes from the start of the image.
  let l1TableOffset: UInt64
  /// Bytes of the virtual disk.
  let imageSize: UInt64
  /// Bytes from the start of the image.
  let backingFilenameOffset: UInt32
  /// Bytes.
  let backingFilenameSize: UInt32

  /// Feature bits that a reader must know. Source: QEMU docs/interop/qed_spec, "Feature bits".
  struct Features: OptionSet {
    let rawValue: UInt64

    /// There is a backing file.
    static let backingFile = Self(rawValue: 1 << 0)
    /// The image was not closed cleanly.
    static let needCheck = Self(rawValue: 1 << 1)
    /// The backing file is raw, whatever it looks like.
    static let backingFormatNoProbe = Self(rawValue: 1 << 2)

    /// The names of the bits that this version does not know, in their order.
    var unknown: [String] {
      let rest = subtracting([.backingFile, .needCheck, .backingFormatNoProbe]).rawValue
      return (0..<64).filter { rest >> $0 & 1 == 1 }.map { "incompatible bit \($0)" }
    }
  }

  /// Reads the fields.
  /// - Throws: `.truncated`.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    clusterSize = try bytes.littleEndian(UInt32.self, at: 4)
    tableSize = try bytes.littleEndian(UInt32.self, at: 8)
    headerSize = try bytes.littleEndian(UInt32.self, at: 12)
    features = Features(rawValue: try bytes.littleEndian(UInt64.self, at: 16))
    l1TableOffset = try bytes.littleEndian(UInt64.self, at: 40)
    imageSize = try bytes.littleEndian(UInt64.self, at: 48)
    backingFilenameOffset = try bytes.littleEndian(UInt32.self, at: 56)
    backingFilenameSize = try bytes.littleEndian(UInt32.self, at: 60)
  }

  /// Bytes before the first regular cluster.
  private var headerLength: UInt64 { UInt64(headerSize) * UInt64(clusterSize) }
}

extension QEDHeader {
  /// The name's length in bytes, where it lies within the header.
  func checkedBackingNameLength() throws(HeaderFault) -> Int {
    let length =
      try backingFilenameSize
      .checked(within: 0...Self.maxBackingNameLength, field: "backing_filename_size")
    guard UInt64(backingFilenameOffset) + UInt64(length) <= headerLength else {
      throw .contradiction(
        field: "backing_filename_offset",
        reason: "is \(backingFilenameOffset), and the name does not end within the header")
    }
    return Int(length)
  }

  /// Checks the fields that stand alone, the size against the tables, and the L1 table's place.
  /// - Throws: what cannot be.
  func check(imageLength: UInt64) throws(HeaderFault) {
    try checkPowerOfTwo(
      clusterSize.checked(within: Self.clusterSizeRange, field: "cluster_size"), "cluster_size")
    try checkPowerOfTwo(
      tableSize.checked(within: Self.tableSizeRange, field: "table_size"), "table_size")
    try checkImageSize()
    try checkL1Table(imageLength: imageLength)
  }

  private func checkPowerOfTwo(_ value: UInt32, _ field: String) throws(HeaderFault) {
    guard value.nonzeroBitCount == 1 else {
      throw .contradiction(field: field, reason: "is \(value), not a power of two")
    }
  }

  private func checkImageSize() throws(HeaderFault) {
    guard imageSize.isMultiple(of: 512) else {
      throw .contradiction(field: "image_size", reason: "is \(imageSize), not a multiple of 512")
    }
    // At most 2^27 entries: their square fits.
    let entries = UInt64(tableSize) * UInt64(clusterSize) / 8
    let (most, overflows) = (entries * entries).multipliedReportingOverflow(by: UInt64(clusterSize))
    if overflows { return }
    _ = try imageSize.checked(within: 0...most, field: "image_size")
  }

  private func checkL1Table(imageLength: UInt64) throws(HeaderFault) {
    guard l1TableOffset.isMultiple(of: UInt64(clusterSize)) else {
      throw .contradiction(
        field: "l1_table_offset", reason: "is \(l1TableOffset), not a multiple of the cluster size")
    }
    _ = try l1TableOffset.checked(within: headerLength...UInt64.max, field: "l1_table_offset")
    let length = UInt64(tableSize) * UInt64(clusterSize)
    let imageLength = RawContent.roundedToSectors(imageLength)
    guard l1TableOffset <= imageLength, length <= imageLength - l1TableOffset else {
      throw .truncated(offset: l1TableOffset, needed: Int(clamping: length))
    }
  }
}
