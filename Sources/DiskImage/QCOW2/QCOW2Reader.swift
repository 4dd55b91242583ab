/// Reads qcow2, versions 2 and 3.
///
/// Source: QEMU docs/interop/qcow2; what is refused is what QEMU 7.2 refuses to open, and what is
/// printed is what its `qemu-img info` prints. The usual image is read from its head alone. Beyond it
/// are read at most: 64 KiB of header extensions, 16 KiB for the backing name, 1 MiB each of the
/// snapshot table and the bitmap directory, and 592 bytes of a LUKS header.
enum QCOW2Reader: ImageFormatReader {
  static let format = ImageFormat.qcow2

  static func recognises(_ head: HeaderBytes) -> Bool {
    guard let magic = try? head.bigEndian(UInt32.self, at: 0), magic == QCOW2Header.magic,
      let version = try? head.bigEndian(UInt32.self, at: 4)
    else { return false }
    return version >= 2
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let header = try QCOW2Header(parsing: head)
    var facts = ImageFacts(format: format)
    var data = QCOW2FormatSpecific(header: header)
    facts.note(header)
    do {
      try fill(&facts, &data, from: header, head: head, source: source)
    } catch {
      facts.fault = error
    }
    facts.formatSpecific = data.facts
    return facts
  }

  /// Reads everything that the fixed header points to, what matters most first. What was read before
  /// a fault stays; the fault of a table that stands alone does not keep the next from being read.
  private static func fill<Source: ByteSource & ~Copyable>(
    _ facts: inout ImageFacts, _ data: inout QCOW2FormatSpecific, from header: QCOW2Header,
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) {
    try header.checkLayout()
    var first: HeaderFault?
    var extensions = QCOW2Extensions(header: header)
    do {
      try extensions.read(of: header, head: head, source: source)
    } catch { first = error }
    facts.unknownFeatures = extensions.unknownFeatures
    data.dataFileName = extensions.dataFileName
    do {
      try facts.noteBacking(of: header, extensions, head: head, source: source)
    } catch { first = first ?? error }
    facts.noteDataFile(of: header, extensions)
    if let first { throw first }
    try header.checkCompression()
    // What an unknown feature changes is unknown: neither the checks nor the tables need hold.
    guard facts.unknownFeatures.isEmpty else { return }
    try header.checkFields()
    try header.checkTables()
    try fillTables(&facts, &data, from: header, extensions, source: source)
    try header.checkDataFile()
  }

  private static func fillTables<Source: ByteSource & ~Copyable>(
    _ facts: inout ImageFacts, _ data: inout QCOW2FormatSpecific, from header: QCOW2Header,
    _ extensions: QCOW2Extensions, source: borrowing Source
  ) throws(HeaderFault) {
    var first: HeaderFault?
    do {
      data.encryption = try encryption(of: header, extensions, source: source)
    } catch { first = error }
    do {
      try header.checkSnapshots()
      try QCOW2SnapshotTable.read(of: header, into: &facts.snapshots, source: source)
    } catch { first = first ?? error }
    // QEMU reads the table, and supports no snapshots of an image whose data is elsewhere.
    if header.incompatibleFeatures.contains(.externalDataFile) { facts.snapshots = [] }
    do {
      data.bitmaps = try extensions.bitmaps?.facts(of: header, source: source) ?? []
    } catch { first = first ?? error }
    if let first { throw first }
  }

  /// What `qemu-img info` prints under `encrypt`; `nil` where nothing is encrypted.
  private static func encryption<Source: ByteSource & ~Copyable>(
    of header: QCOW2Header, _ extensions: QCOW2Extensions, source: borrowing Source
  ) throws(HeaderFault) -> FactValue? {
    guard header.cryptMethod == 2 else {
      return header.cryptMethod == 0 ? nil : .object([FactField("format", .text("aes"))])
    }
    guard let pointer = extensions.encryptionHeader else {
      throw .contradiction(
        field: "crypt_method", reason: "is LUKS, and there is no full disk encryption header")
    }
    let header = try LUKSHeader(
      at: pointer.offset, writtenLength: pointer.length, source: source)
    return .object([FactField("format", .text("luks"))] + header.facts)
  }
}

extension ImageFacts {
  fileprivate mutating func note(_ header: QCOW2Header) {
    virtualSize = header.virtualSize
    clusterSize = header.clusterSize
    isEncrypted = header.cryptMethod != 0
    isDirty = header.incompatibleFeatures.contains(.dirty)
    isCorrupt = header.incompatibleFeatures.contains(.corrupt)
  }

  /// Notes the backing file, whose name has to lie within the first cluster.
  fileprivate mutating func noteBacking<Source: ByteSource & ~Copyable>(
    of header: QCOW2Header, _ extensions: QCOW2Extensions, head: HeaderBytes,
    source: borrowing Source
  ) throws(HeaderFault) {
    let offset = header.backingFileOffset
    guard offset != 0 else { return }
    let room = min(QCOW2Header.maxBackingNameLength, header.clusterSize - offset)
    let length = try UInt64(header.backingFileSize)
      .checked(within: 0...room, field: "backing_file_size")
    var window = HeaderWindow(over: head, limit: HeaderWindow.pieceLength)
    try window.cover(offset, count: Int(length), of: source)
    guard let name = try window.bytes.text(at: offset, count: Int(length)) else {
      incompleteness = StoredReference.namelessBase
      return
    }
    references.append(
      StoredReference(role: .backing, stored: name, recordedFormat: extensions.backingFormat))
  }

  /// Notes the external data file, if the image uses one and names it. It is always raw.
  fileprivate mutating func noteDataFile(of header: QCOW2Header, _ extensions: QCOW2Extensions) {
    guard header.incompatibleFeatures.contains(.externalDataFile) else { return }
    guard let name = extensions.dataFileName, !name.isEmpty else {
      incompleteness = "the guest's data is in another file, which it does not name"
      return
    }
    references.append(
      StoredReference(role: .dataFile, stored: name, recordedFormat: Array("raw".utf8)))
  }
}
