/// What a file holds that is of no image format: a partition table, a file system, an archive, or nothing
/// known.
///
/// Beyond the head and the trailer of 512 bytes at most 8,208 bytes are read, in at most three reads, each
/// only where the image is long enough: 8 at 4096 (GPT with sectors of 4 KiB, after a protective MBR),
/// 8192 at 32768 (ISO 9660 and UDF), 8 at 65,600 (btrfs).
enum RawContent {
  /// Facts of a raw image; `trailer` has its last 512 bytes, where it has more.
  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, trailer: HeaderBytes?, source: borrowing Source
  ) -> ImageFacts {
    var facts = facts(of: source)
    if let trailer, isEndOfCutVHD(trailer) {
      facts.incompleteness = "it ends as a VHD whose start is missing"
    }
    do {
      facts.content = try content(head: head, trailer: trailer, source: source)
      if facts.content == "luks2" { facts.noteUUID(of: head) }
    } catch {
      facts.fault = error
    }
    return facts
  }

  /// Facts of a raw image of which nothing but the length is known.
  static func facts<Source: ByteSource & ~Copyable>(of source: borrowing Source) -> ImageFacts {
    var facts = ImageFacts(format: .raw)
    facts.virtualSize = roundedToSectors(source.byteCount)
    return facts
  }

  /// The length in whole sectors of 512 bytes, the way QEMU sees a raw file.
  static func roundedToSectors(_ byteCount: UInt64) -> UInt64 {
    byteCount > UInt64.max - 511 ? byteCount & ~511 : (byteCount + 511) & ~511
  }

  /// What decides is, in this order: what the whole file is (a fixed VHD, an optical disc, which may
  /// carry a partition table besides), what the boot sector says, and what stands further inside.
  private static func content<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, trailer: HeaderBytes?, source: borrowing Source
  ) throws(HeaderFault) -> String? {
    if let trailer, isFixedVHD(trailer) { return "vpc-fixed" }
    if let first = FirstBytes.content(of: head) { return first }
    let disc = try opticalDisc(source)
    if disc == "iso9660" { return disc }
    if let boot = try bootSectorContent(head: head, source: source) { return boot }
    if let archive = Archive.content(of: head) { return archive }
    if let superblock = Superblock.content(of: head) { return superblock }
    if let disc { return disc }
    return try window(source, at: 65_600, count: 8)?.holds("_BHRfS_M", at: 65_600) == true
      ? "btrfs" : nil
  }

  /// A partition table or a file system that begins with a boot sector.
  private static func bootSectorContent<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> String? {
    guard let sector = BootSector(head) else { return nil }
    if let fileSystem = sector.fileSystem { return fileSystem }
    guard sector.holdsPartitions(ofDiskWith: source.byteCount) else { return nil }
    guard sector.isProtective else { return "mbr" }
    if head.holds("EFI PART", at: 512) { return "gpt" }
    return try window(source, at: 4096, count: 8)?.holds("EFI PART", at: 4096) == true
      ? "gpt" : "mbr"
  }

  /// Whether the last 512 bytes are the footer of a fixed VHD, which QEMU probes as raw.
  ///
  /// Source: Microsoft Virtual Hard Disk Image Format Specification, "Hard Disk Footer Format"; what was
  /// made before Virtual PC 2004 has a footer of 511 bytes.
  private static func isFixedVHD(_ trailer: HeaderBytes) -> Bool {
    isFooter(trailer, ofType: 2)
  }

  /// Whether the last 512 bytes are the footer of a dynamic or differencing VHD: one that was read by its start
  /// never gets here.
  private static func isEndOfCutVHD(_ trailer: HeaderBytes) -> Bool {
    isFooter(trailer, ofType: 3) || isFooter(trailer, ofType: 4)
  }

  private static func isFooter(_ trailer: HeaderBytes, ofType type: UInt8) -> Bool {
    let start = trailer.start + (trailer.start % 512 == 511 ? 1 : 0)
    return trailer.holds("conectix", at: start) && trailer.holds([0, 0, 0, type], at: start + 60)
  }

  /// `iso9660`, or `udf` where there is nothing else.
  ///
  /// Source: ECMA-119, 8.1 and ECMA-167, 2/8.3.1: a sequence of descriptors of 2048 bytes from byte
  /// 32768, each with an identifier at its byte 1. The first four are looked at.
  private static func opticalDisc<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source
  ) throws(HeaderFault) -> String? {
    guard let area = try window(source, at: 32_768, count: 8192) else { return nil }
    if area.holds("CD001", at: 32_769) { return "iso9660" }
    guard area.holds("BEA01", at: 32_769) else { return nil }
    for offset in stride(from: 34_817 as UInt64, to: 40_960, by: 2048)
    where area.holds("NSR02", at: offset) || area.holds("NSR03", at: offset) {
      return "udf"
    }
    return nil
  }

  /// Up to `count` bytes at `offset`; `nil` where the image ends before.
  private static func window<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, at offset: UInt64, count: Int
  ) throws(HeaderFault) -> HeaderBytes? {
    guard source.byteCount > offset else { return nil }
    return try HeaderBytes(reading: source, at: offset, count: count)
  }
}

extension ImageFacts {
  /// Whether the bytes show a disk: an image format, or something known in a raw one.
  ///
  /// A disk that is still empty, or encrypted as a whole without a header, shows nothing; an archive is none.
  public var looksLikeDisk: Bool {
    format != .raw || content.map { !Archive.contents.contains($0) } ?? false
  }
}
