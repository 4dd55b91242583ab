/// Reads Parallels disks: expandable images, and the descriptor (`DiskDescriptor.xml`) of a bundle.
///
/// Source: QEMU docs/interop/parallels, "Header", and docs/interop/prl-xml. What is refused of images is
/// what QEMU 7.2 refuses to open as far as the header and the extension's magic show it. `dirty-flag` is
/// the header's `in_use`; `qemu-img info` prints none, and no cluster size.
///
/// Of an image the first 64 bytes of the head are looked at, and 8 bytes are read where an extension is to
/// begin; nothing else. A descriptor costs at most one read more, of not more than 262,144 bytes. QEMU takes a descriptor for raw; here it is a
/// `parallels` disk whose image files are its extents, which are never opened.
enum ParallelsReader: ImageFormatReader {
  static let format = ImageFormat.parallels

  static func recognises(_ head: HeaderBytes) -> Bool {
    isImage(head) || ParallelsDescriptor.begins(head)
  }

  private static func isImage(_ head: HeaderBytes) -> Bool {
    (head.holds(ParallelsHeader.magic, at: 0) || head.holds(ParallelsHeader.extendedMagic, at: 0))
      && head.holds([2, 0, 0, 0], at: 16)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    guard isImage(head) else { return try described(head: head, source: source) }
    let header = try ParallelsHeader(parsing: head)
    var facts = ImageFacts(format: format)
    facts.isDirty = header.isDirty
    do {
      facts.virtualSize = try header.virtualSize
      try header.check(source: source)
    } catch {
      facts.fault = error
    }
    return facts
  }

  /// Facts of a disk that is put together from the image files of a descriptor.
  private static func described<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    var facts = ImageFacts(format: format)
    var descriptor = ParallelsDescriptor()
    do throws(HeaderFault) {
      try descriptor.read(try ParallelsDescriptor.text(head: head, source: source))
    } catch {
      facts.fault = error
    }
    facts.references = descriptor.images.map(\.reference)
    do {
      facts.virtualSize = try descriptor.virtualSize
      try descriptor.check()
    } catch {
      facts.fault = facts.fault ?? error
    }
    return facts
  }
}
