/// The header of a hosted sparse extent.
///
/// Source: VMware Virtual Disk Format 5.0, "Hosted Sparse Extents", `SparseExtentHeader`: 79 bytes of
/// a sector; sizes and offsets are in sectors of 512 bytes.
struct VMDKSparseHeader {
  /// Sectors: 1 GiB, more than which QEMU does not take for a grain.
  static let maxGrainSize: UInt64 = 0x20_0000
  /// Entries of a grain table; VMware has 512.
  static let maxTableEntries: UInt32 = 512
  /// Entries of the grain directory, as QEMU.
  static let maxDirectoryEntries: UInt64 = 32 << 20
  /// Sectors; what can be said in signed bytes, as QEMU.
  static let maxSectors: UInt64 = UInt64(Int64.max) / 512
  /// `gdOffset` of a stream whose directory was not known when its header was written.
  static let directoryAtEnd = UInt64.max

  let version: UInt32
  /// Bit 1: there is a redundant grain table.
  let flags: UInt32
  /// Sectors of the disk.
  let capacity: UInt64
  /// Sectors of a grain.
  let grainSize: UInt64
  /// Sectors from the start of the image; 0 where there is no descriptor.
  let descriptorOffset: UInt64
  /// Sectors.
  let descriptorSize: UInt64
  let numGTEsPerGT: UInt32
  /// Sectors from the start of the image.
  let rgdOffset: UInt64
  /// Sectors from the start of the image.
  let gdOffset: UInt64
  /// Sectors of everything that is not data.
  let overHead: UInt64
  /// 1 where grains are deflated.
  let compressAlgorithm: UInt16

  /// Reads the header that begins with its magic at the absolute `start`.
  init(parsing bytes: HeaderBytes, at start: UInt64) throws(HeaderFault) {
    version = try bytes.littleEndian(UInt32.self, at: start + 4)
    flags = try bytes.littleEndian(UInt32.self, at: start + 8)
    capacity = try bytes.littleEndian(UInt64.self, at: start + 12)
    grainSize = try bytes.littleEndian(UInt64.self, at: start + 20)
    descriptorOffset = try bytes.littleEndian(UInt64.self, at: start + 28)
    descriptorSize = try bytes.littleEndian(UInt64.self, at: start + 36)
    numGTEsPerGT = try bytes.littleEndian(UInt32.self, at: start + 44)
    rgdOffset = try bytes.littleEndian(UInt64.self, at: start + 48)
    gdOffset = try bytes.littleEndian(UInt64.self, at: start + 56)
    overHead = try bytes.littleEndian(UInt64.self, at: start + 64)
    compressAlgorithm = try bytes.littleEndian(UInt16.self, at: start + 77)
  }

  /// The header that counts: this one, or the footer where this one says that there is one.
  ///
  /// Source: VMware Virtual Disk Format 5.0, "Stream-Optimized Compressed Sparse Extents": the last three
  /// sectors are a footer marker, the footer and an end-of-stream marker. A marker has its kind in bytes
  /// 12 to 15; its size, bytes 8 to 11, is 0.
  func current<Source: ByteSource & ~Copyable>(
    source: borrowing Source
  ) throws(HeaderFault) -> VMDKSparseHeader {
    guard gdOffset == Self.directoryAtEnd else { return self }
    let end = RawContent.roundedToSectors(source.byteCount)
    guard end >= 1536 else { throw .truncated(offset: 0, needed: 1536) }
    let start = end - 1536
    let bytes = try HeaderBytes(reading: source, at: start, count: 1536)
    let isMarked = try bytes.littleEndian(UInt64.self, at: start + 8) == 3 << 32
    let isEnded =
      try bytes.slice(at: start + 1024, count: 16).allSatisfy { $0 == 0 }
    guard isMarked, isEnded, bytes.holds("KDMV", at: start + 512) else {
      throw .contradiction(
        field: "gdOffset", reason: "says that a footer has it, and the image does not end with one")
    }
    return try VMDKSparseHeader(parsing: bytes, at: start + 512)
  }

  /// The descriptor in the image, if there is any text in its place.
  ///
  /// Everybody has it in the second sector, and QEMU looks nowhere else, not for more than 20 sectors. Where
  /// that leads to no identity of a disk its place is where the header says.
  func descriptor<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> VMDKDescriptor? {
    let usual = try? descriptor(
      at: 512, length: UInt64(VMDKDescriptor.maxFrontLength), head: head, source: source)
    if let usual, usual.cid != nil, usual.parentCID != nil { return usual }
    guard descriptorOffset > 0, descriptorSize > 0 else { return nil }
    let length = min(descriptorSize, Self.maxSectors) * 512
    return try descriptor(at: try descriptorStart, length: length, head: head, source: source)
  }

  private func descriptor<Source: ByteSource & ~Copyable>(
    at offset: UInt64, length: UInt64, head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> VMDKDescriptor? {
    let text = try VMDKDescriptor.text(at: offset, length: length, head: head, source: source)
    return text.isEmpty ? nil : VMDKDescriptor(parsing: text, isEmbedded: true)
  }

  /// Bytes from the start of the image.
  var descriptorStart: UInt64 {
    get throws(HeaderFault) {
      try descriptorOffset.checked(within: 0...Self.maxSectors, field: "descriptorOffset") * 512
    }
  }

  /// Bytes of the disk.
  var virtualSize: UInt64 {
    get throws(HeaderFault) {
      try capacity.checked(within: 0...Self.maxSectors, field: "capacity") * 512
    }
  }

  /// Bytes of a grain.
  var clusterSize: UInt64 {
    get throws(HeaderFault) {
      try grainSize.checked(within: 1...Self.maxGrainSize, field: "grainSize") * 512
    }
  }

  /// Whether grains are deflated.
  var isCompressed: Bool { compressAlgorithm == 1 }

  /// Checks every field, some against the length of the image in bytes.
  /// - Throws: what QEMU refuses.
  func check(imageLength: UInt64) throws(HeaderFault) {
    _ = try version.checked(within: 0...3, field: "version")
    let entries = UInt64(
      try numGTEsPerGT.checked(within: 1...Self.maxTableEntries, field: "numGTEsPerGT"))
    let table = entries * (try clusterSize / 512)
    let room = min(Self.maxDirectoryEntries * table, Self.maxSectors)
    _ = try capacity.checked(within: 0...room, field: "capacity")
    let sectors = imageLength / 512 + (imageLength % 512 == 0 ? 0 : 1)
    _ = try overHead.checked(within: 0...sectors, field: "overHead")
    _ = try gdOffset.checked(within: 0...Self.maxSectors, field: "gdOffset")
    if flags & 2 == 2 {
      _ = try rgdOffset.checked(within: 0...Self.maxSectors, field: "rgdOffset")
    }
  }
}
