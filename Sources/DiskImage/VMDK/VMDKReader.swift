/// Reads VMDK: sparse and stream-optimised images, text descriptors, and the extents that only a
/// descriptor makes a disk of (`COWD`, SESPARSE).
///
/// Source: VMware Virtual Disk Format 5.0 technical note, and for SESPARSE QEMU block/vmdk.c; numbers are
/// little-endian. What is refused is what QEMU 7.2 refuses to open as far as the image alone shows it,
/// with these exceptions: an extent without a descriptor of its own, kinds of disks that only VMware
/// opens, and a SESPARSE extent with a journal to replay, which is dirty, are sound. `uncleanShutdown`
/// of a sparse extent is not looked at, no more than by QEMU.
///
/// Most sparse images are read from their head alone. Beyond it are read at most: 1 MiB of descriptor in
/// one read, before that 10,239 bytes where the second sector begins a text that the head does not end,
/// 1536 bytes at the end (a stream-optimised image whose directory is there), and 512 bytes of a SESPARSE
/// volatile header. Grain directories are never read, extents never opened.
enum VMDKReader: ImageFormatReader {
  static let format = ImageFormat.vmdk

  static func recognises(_ head: HeaderBytes) -> Bool {
    head.holds("KDMV", at: 0) || head.holds("COWD", at: 0)
      || head.holds(VMDKSESparseHeader.magic, at: 0) || VMDKDescriptor.begins(head)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    if head.holds("KDMV", at: 0) { return try sparse(head: head, source: source) }
    if head.holds("COWD", at: 0) { return try VMDKCOWDHeader(parsing: head).facts.asExtent }
    if head.holds(VMDKSESparseHeader.magic, at: 0) {
      return try VMDKSESparseHeader(parsing: head).facts(source: source).asExtent
    }
    return try described(at: 0, head: head, source: source)
  }

  /// Facts of a disk that is put together from the extents of the descriptor at `offset`.
  ///
  /// The descriptor may stand in a sparse extent without a size, as in QEMU. A kind of disk that is one
  /// sparse extent has no other then: `qemu-img create` makes such an image when asked for no bytes at all.
  private static func described<Source: ByteSource & ~Copyable>(
    at offset: UInt64, head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let text = try VMDKDescriptor.text(at: offset, length: .max, head: head, source: source)
    let descriptor = VMDKDescriptor(parsing: text)
    var facts = ImageFacts(format: format)
    facts.note(descriptor)
    facts.formatSpecific = descriptor.formatSpecific
    if !facts.references.contains(where: { $0.role == .extent }) {
      facts.incompleteness = "its descriptor names no file that the guest's data is in"
    }
    do throws(HeaderFault) {
      facts.virtualSize = try descriptor.virtualSize
      try descriptor.check()
      let kind = try descriptor.required(descriptor.createType, "createType")
      guard offset == 0 || !VMDKDescriptor.isOneSparseExtent(kind) else {
        throw .contradiction(field: "capacity", reason: "is 0, and the disk has no other extent")
      }
      guard text.count < VMDKDescriptor.maxLength else {
        throw .contradiction(
          field: "descriptor", reason: "is longer than any that QEMU reads")
      }
    } catch {
      facts.fault = error
    }
    return facts
  }

  /// Facts of a sparse extent, which is a whole disk where it has a descriptor in it.
  private static func sparse<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let first = try VMDKSparseHeader(parsing: head, at: 0)
    if first.capacity == 0, first.descriptorOffset > 0 {
      return try described(at: try first.descriptorStart, head: head, source: source)
    }
    var facts = ImageFacts(format: format)
    var descriptor: VMDKDescriptor?
    do {
      descriptor = try first.descriptor(head: head, source: source)
    } catch { facts.fault = error }
    if let descriptor { facts.note(descriptor) } else { facts = facts.asExtent }
    do {
      let header = try facts.noteSizes(from: first, source: source)
      facts.formatSpecific = descriptor?.formatSpecific(embeddedIn: header)
      try header.check(imageLength: source.byteCount)
      try descriptor?.check()
    } catch { facts.fault = facts.fault ?? error }
    return facts
  }
}

extension ImageFacts {
  /// Notes the sizes of the header that counts, and gives it; where there is none, those of the first.
  fileprivate mutating func noteSizes<Source: ByteSource & ~Copyable>(
    from first: VMDKSparseHeader, source: borrowing Source
  ) throws(HeaderFault) -> VMDKSparseHeader {
    do throws(HeaderFault) {
      let header = try first.current(source: source)
      try noteSizes(of: header)
      return header
    } catch {
      try noteSizes(of: first)
      throw error
    }
  }

  private mutating func noteSizes(of header: VMDKSparseHeader) throws(HeaderFault) {
    virtualSize = try header.virtualSize
    clusterSize = try header.clusterSize
  }

  /// The same, of an extent without a descriptor: only that says what the disk is made of, and upon what.
  fileprivate var asExtent: ImageFacts {
    var facts = self
    facts.incompleteness = "it is an extent of a disk whose descriptor is elsewhere"
    return facts
  }

  /// Notes what a descriptor links the image to.
  ///
  /// The one sparse extent of an embedded descriptor is the image itself, whatever its name was when it
  /// was made, and no reference. The parent's format is not recorded: it can only be VMDK.
  fileprivate mutating func note(_ descriptor: VMDKDescriptor) {
    if let own = descriptor.cid { identifiers.append(ImageIdentifier(.own, own.asCID)) }
    if let parent = descriptor.parentCID, descriptor.hasParentCID {
      identifiers.append(ImageIdentifier(.parent, parent.asCID))
    }
    let identities: [(ImageIdentifier.Subject, VMDKDescriptor.DatabaseUUID)] = [
      (.ownUUID, .image), (.ownModification, .modification), (.parentUUID, .parent),
      (.parentModification, .parentModification),
    ]
    for (subject, key) in identities {
      if let uuid = descriptor.uuids[key] { identifiers.append(ImageIdentifier(subject, uuid)) }
    }
    if let hint = descriptor.parentFileNameHint {
      references.append(StoredReference(role: .backing, stored: hint))
    } else if let parent = descriptor.uuids[.parent] {
      references.append(StoredReference(role: .parent, stored: Array(parent.utf8)))
    }
    if descriptor.hasParent, references.isEmpty {
      incompleteness = StoredReference.namelessBase
    } else if descriptor.isEmbedded {
      incompleteness = descriptor.doubtOfBeingWhole
    }
    if !descriptor.describesItself {
      for case let name? in descriptor.extents.map(\.fileName) {
        references.append(StoredReference(role: .extent, stored: name))
      }
    }
    if let path = descriptor.changeTrackPath {
      references.append(StoredReference(role: .changeTracking, stored: path))
    }
  }
}

extension UInt32 {
  /// Eight hexadecimal digits in lower case.
  fileprivate var asCID: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
