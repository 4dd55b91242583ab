/// Reads qcow, version 1.
///
/// Source: QEMU block/qcow.c, `QCowHeader`. What is refused is what QEMU 7.2 refuses to open: an L1 table
/// behind the end of the image reads as zeros, and so does what is missing of a backing name. The first 48
/// bytes of the head are looked at; at most one read more, of not more than 1023 bytes, for a backing name
/// that is not in the head. The format has no place for the format of its backing file.
enum QCOWReader: ImageFormatReader {
  static let format = ImageFormat.qcow

  static func recognises(_ head: HeaderBytes) -> Bool {
    // `QFI\xfb`, version 1.
    head.holds([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 1], at: 0)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let header = try QCOWHeader(parsing: head)
    var facts = ImageFacts(format: format)
    facts.virtualSize = header.virtualSize
    facts.isEncrypted = header.cryptMethod != 0
    do {
      try facts.noteBacking(of: header, head: head, source: source)
    } catch { facts.fault = error }
    do {
      facts.clusterSize = try header.clusterSize
      try header.check()
    } catch { facts.fault = facts.fault ?? error }
    return facts
  }
}

extension ImageFacts {
  fileprivate mutating func noteBacking<Source: ByteSource & ~Copyable>(
    of header: QCOWHeader, head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) {
    guard header.backingFileOffset != 0 else { return }
    let length = try header.backingFileSize
      .checked(within: 0...QCOWHeader.maxBackingNameLength, field: "backing_file_size")
    let offset = try header.backingFileOffset.checked(
      within: 0...(QCOWHeader.maxOffset - UInt64(length)), field: "backing_file_offset")
    let there = offset < source.byteCount ? min(UInt64(length), source.byteCount - offset) : 0
    let area = try source.area(at: offset, count: Int(there), head: head)
    guard let name = try area.text(at: offset, count: Int(there)) else {
      incompleteness = StoredReference.namelessBase
      return
    }
    references.append(StoredReference(role: .backing, stored: name))
  }
}
