/// Reads dynamic and differencing VHD, which QEMU calls `vpc`.
///
/// Source: Microsoft Virtual Hard Disk Image Format Specification, version 1.0; all numbers and UUIDs
/// are big-endian. What is refused is what QEMU 7.2 refuses to open as far as the headers alone show
/// it, and beyond it a wrong checksum of the dynamic disk header. A fixed VHD has nothing at its start and
/// is not read here.
///
/// The image begins with a copy of the footer (512 bytes), which says where the dynamic disk header is
/// (1024 bytes, nearly always byte 512 and so in the head; else they cost one read). A differencing
/// image costs at most eight reads more, of at most 65,536 bytes each, for its parent locators. The
/// block allocation table is never read.
enum VPCReader: ImageFormatReader {
  static let format = ImageFormat.vpc

  static func recognises(_ head: HeaderBytes) -> Bool { head.holds("conectix", at: 0) }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let footer = try VPCFooter(parsing: head)
    var facts = ImageFacts(format: format)
    facts.virtualSize = footer.virtualSize
    if let own = footer.uniqueID { facts.identifiers.append(ImageIdentifier(.own, own)) }
    do {
      try footer.check()
      let header = try VPCDynamicHeader(of: footer, head: head, source: source)
      if !footer.isFixed { facts.clusterSize = UInt64(header.blockSize) }
      if footer.isDifferencing { try facts.noteParent(of: header, source: source) }
      if !footer.isWhole, facts.references.isEmpty {
        facts.incompleteness = StoredReference.namelessBase
      }
      try header.check(against: footer, imageLength: source.byteCount)
    } catch {
      facts.fault = error
    }
    return facts
  }
}

extension ImageFacts {
  fileprivate mutating func noteParent<Source: ByteSource & ~Copyable>(
    of header: VPCDynamicHeader, source: borrowing Source
  ) throws(HeaderFault) {
    if let parent = header.parentUniqueID {
      identifiers.append(ImageIdentifier(.parent, parent))
    }
    note(parents: try header.parentPaths(source: source))
  }
}
