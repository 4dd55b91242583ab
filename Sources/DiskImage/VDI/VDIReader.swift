/// Reads VDI 1.1, the format of VirtualBox.
///
/// Source: VirtualBox src/VBox/Storage/VDICore.h, `VDIPREHEADER` and `VDIHEADER1`; numbers and GUIDs
/// are little-endian. What is refused is what QEMU 7.2 refuses to open, with two exceptions: block
/// sizes that only VirtualBox knows, and differencing images, are sound. Their parent is known by
/// its UUID alone. `cbHeader` is not looked at, no more than by QEMU: the UUIDs say whether there is a
/// parent, and `u32Type` (1 dynamic, 2 static, 3 undo, 4 differencing) whether one is missing. The first 456 bytes of the head are
/// looked at; nothing else is read.
enum VDIReader: ImageFormatReader {
  static let format = ImageFormat.vdi

  static func recognises(_ head: HeaderBytes) -> Bool {
    // `VDI_IMAGE_SIGNATURE`, 0xbeda107f.
    head.holds([0x7f, 0x10, 0xda, 0xbe], at: 64)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let header = try VDIHeader(parsing: head)
    var facts = ImageFacts(format: format)
    facts.clusterSize = UInt64(header.cbBlock)
    facts.noteIdentities(of: header)
    if header.isPart, facts.references.isEmpty {
      facts.incompleteness = StoredReference.namelessBase
    }
    do {
      facts.virtualSize = try header.virtualSize
      try header.check()
    } catch {
      facts.fault = error
    }
    return facts
  }
}

extension ImageFacts {
  fileprivate mutating func noteIdentities(of header: VDIHeader) {
    if let parent = header.uuidLinkage {
      references.append(StoredReference(role: .parent, stored: Array(parent.utf8)))
    }
    let identities: [(ImageIdentifier.Subject, String?)] = [
      (.own, header.uuidCreate), (.ownModification, header.uuidModify),
      (.parent, header.uuidLinkage), (.parentModification, header.uuidParentModify),
    ]
    for case (let subject, let value?) in identities {
      identifiers.append(ImageIdentifier(subject, value))
    }
  }
}
