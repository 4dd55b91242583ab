/// Reads qed.
///
/// Source: QEMU docs/interop/qed_spec, "Header". What is refused is what QEMU 7.2 refuses to open.
/// `dirty-flag` is the header's bit, also where `qemu-img info`, which forgets it on the way, says no. The
/// first 64 bytes of the head are looked at; at most one read more, of not more than 4095 bytes, for a
/// backing name that is not in the head. Of formats, a backing file's can only be recorded as raw.
enum QEDReader: ImageFormatReader {
  static let format = ImageFormat.qed

  static func recognises(_ head: HeaderBytes) -> Bool {
    // `QED` and NUL.
    head.holds([0x51, 0x45, 0x44, 0], at: 0)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let header = try QEDHeader(parsing: head)
    var facts = ImageFacts(format: format)
    facts.virtualSize = header.imageSize
    facts.clusterSize = UInt64(header.clusterSize)
    facts.isDirty = header.features.contains(.needCheck)
    facts.unknownFeatures = header.features.unknown
    do {
      try facts.noteBacking(of: header, head: head, source: source)
    } catch { facts.fault = error }
    // What an unknown feature changes is unknown: the rest need not hold.
    guard facts.unknownFeatures.isEmpty else { return facts }
    do {
      try header.check(imageLength: source.byteCount)
    } catch { facts.fault = facts.fault ?? error }
    return facts
  }
}

extension ImageFacts {
  fileprivate mutating func noteBacking<Source: ByteSource & ~Copyable>(
    of header: QEDHeader, head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) {
    guard header.features.contains(.backingFile) else { return }
    let length = try header.checkedBackingNameLength()
    let offset = UInt64(header.backingFilenameOffset)
    let area = try source.area(at: offset, count: length, head: head)
    guard let name = try area.text(at: offset, count: length) else {
      incompleteness = StoredReference.namelessBase
      return
    }
    let isRaw = header.features.contains(.backingFormatNoProbe)
    references.append(
      StoredReference(
        role: .backing, stored: name, recordedFormat: isRaw ? Array("raw".utf8) : nil))
  }
}
