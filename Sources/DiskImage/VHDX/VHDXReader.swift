/// Reads VHDX.
///
/// Source: [MS-VHDX] version 4.0 and later, section 2; numbers and GUIDs are little-endian. What is
/// refused is what QEMU 7.2 refuses to open as far as the headers alone show it, and beyond it a disk of
/// more than 64 TiB; a differencing image and one with sectors of 4096 bytes, neither of which QEMU can
/// open, are sound. A log with an entry that may have to be replayed makes the image dirty: QEMU then
/// refuses to open it for reading only.
///
/// Nothing of interest is in the head. Read are: both headers (4096 bytes each, at 64 and 128 KiB), a
/// region table (64 KiB at 192 KiB; the second, at 256 KiB, only where the first is broken), the first 4096
/// bytes of the metadata table (the whole 64 KiB where it has more than 127 entries), three metadata items,
/// which cost one read of 16 KiB where they stand together and three where they do not, and a parent locator
/// of at most 1 MiB. Of the log the first 1 MiB is read, in one piece, where the header says that there may be
/// something in it; a longer one counts as not empty. The block allocation table is never read.
enum VHDXReader: ImageFormatReader {
  static let format = ImageFormat.vhdx

  static func recognises(_ head: HeaderBytes) -> Bool { head.holds("vhdxfile", at: 0) }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let header = try VHDXHeader.current(of: source)
    var facts = ImageFacts(format: format)
    if let own = header.dataWriteGUID { facts.identifiers.append(ImageIdentifier(.own, own)) }
    facts.isDirty = header.logGUID != nil
    do {
      try header.check()
      facts.isDirty = try header.hasLogEntry(in: source)
      // What the log writes may be anything, another parent as well.
      if facts.isDirty { facts.incompleteness = "its log has to be replayed first" }
    } catch { facts.fault = error }
    do {
      let regions = try VHDXRegionTable.valid(of: source, beside: header.log)
      facts.unknownFeatures = regions.unknownRequired
      let table = try VHDXMetadataTable(in: regions.metadata, source: source)
      facts.unknownFeatures += table.unknownRequired
      try fill(&facts, from: table, regions, source: source)
      facts.fault = facts.fault ?? regions.fault
    } catch {
      facts.fault = facts.fault ?? error
    }
    return facts
  }

  private static func fill<Source: ByteSource & ~Copyable>(
    _ facts: inout ImageFacts, from table: VHDXMetadataTable, _ regions: VHDXRegionTable,
    source: borrowing Source
  ) throws(HeaderFault) {
    let disk = try VHDXDisk(in: table, source: source)
    facts.virtualSize = disk.virtualSize
    facts.clusterSize = UInt64(disk.blockSize)
    if disk.hasParent {
      let locator = try VHDXParentLocator(in: table, source: source)
      facts.note(parents: locator.paths)
      if locator.paths.isEmpty { facts.incompleteness = StoredReference.namelessBase }
      for parent in locator.parentLinkages {
        facts.identifiers.append(ImageIdentifier(.parent, parent))
      }
    }
    try disk.check(blockAllocationTable: regions.blockAllocationTable)
  }
}
