/// Reads VHDX.
///
/// Source: [MS-VHDX] version 4.0 and later, section 2; numbers and GUIDs are little-endian. What is
/// refused is what QEMU 7.2 refuses to open as far as the headers alone show it, and beyond it a size that
/// is no multiple of a sector; a differencing image and one with sectors of 4096 bytes, neither of which
/// QEMU can open, are sound. A log that has to be replayed makes the image dirty: QEMU then refuses to
/// open it for reading only.
///
/// Nothing of interest is in the head. Read are: both headers (4096 bytes each, at 64 and 128 KiB), a
/// region table (64 KiB at 192 KiB; the second, at 256 KiB, only where the first is broken), the
/// metadata table (64 KiB), four metadata items, which cost one read of 16 KiB where they stand together
/// and four where they do not, and a parent locator of at most 1 MiB. The log and the block allocation
/// table are never read.
enum VHDXReader: ImageFormatReader {
  static let format = ImageFormat.vhdx

  static func recognises(_ head: HeaderBytes) -> Bool { head.holds("vhdxfile", at: 0) }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let header = try VHDXHeader.current(of: source)
    var facts = ImageFacts(format: format)
    facts.isDirty = header.logGUID != nil
    if let own = header.dataWriteGUID { facts.identifiers.append(ImageIdentifier(.own, own)) }
    do {
      try header.check()
      let regions = try VHDXRegionTable.valid(of: source)
      facts.unknownFeatures = regions.unknownRequired
      let table = try VHDXMetadataTable(in: regions.metadata, source: source)
      facts.unknownFeatures += table.unknownRequired
      try fill(&facts, from: table, regions, source: source)
    } catch {
      facts.fault = error
    }
    return facts
  }

  private static func fill<Source: ByteSource & ~Copyable>(
    _ facts: inout ImageFacts, from table: VHDXMetadataTable, _ regions: VHDXRegionTable,
    source: borrowing Source
  ) throws(HeaderFault) {
    let disk = try VHDXDisk(in: table, source: source)
    facts.virtualSize = disk.virtualDiskSize
    facts.clusterSize = UInt64(disk.blockSize)
    if disk.hasParent {
      let locator = try VHDXParentLocator(in: table, source: source)
      if let path = locator.path {
        facts.references.append(StoredReference(role: .backing, stored: path))
      }
      if let parent = locator.parentLinkage {
        facts.identifiers.append(ImageIdentifier(.parent, parent))
      }
    }
    try disk.check(blockAllocationTable: regions.blockAllocationTable)
  }
}
