import DiskImage
import Testing

@Suite struct StandaloneTests {
  private static func reason(of bytes: [UInt8]) throws -> String? {
    try ImageFacts.reading(bytes).reasonNotStandalone
  }

  private static let whole: [(String, [UInt8])] = [
    ("raw", [UInt8](repeating: 0, count: 4096)), ("qcow2", QCOW2Bytes().bytes),
    ("vhd", VPCBytes.dynamic.bytes), ("vhdx", VHDXBytes.dynamic.bytes),
    ("vdi", HeaderDraft.vdi.bytes), ("dmg", HeaderDraft.dmg.bytes),
    ("vmdk", HeaderDraft.vmdk(embedded("RW 2048 SPARSE \"disk.vmdk\"")).bytes),
    (
      "streamOptimized",
      HeaderDraft.vmdk(
        embedded("RDONLY 2048 SPARSE \"call-me-stream.vmdk\"", kind: "streamOptimized")
      ).bytes
    ),
  ]

  @Test(arguments: whole)
  func `an image in one file stands alone`(format: String, bytes: [UInt8]) throws {
    #expect(try Self.reason(of: bytes) == nil, "\(format)")
  }

  /// A descriptor inside a sparse image of 2048 sectors.
  private static func embedded(
    _ extent: String, kind: String = "monolithicSparse", parent: String = "ffffffff"
  ) -> String {
    "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=\(parent)\ncreateType=\"\(kind)\"\n\(extent)\n"
  }

  @Test func `a qcow2 whose data is in a file without a name does not`() throws {
    var image = QCOW2Bytes()
    image.put(4 as UInt64, at: 72)
    #expect(
      try Self.reason(of: image.bytes)
        == "the guest's data is in another file, which it does not name")
  }

  @Test func `a qcow2 with a feature that nobody knows does not`() throws {
    var image = QCOW2Bytes()
    image.put(1 << 40 as UInt64, at: 72)
    #expect(
      try Self.reason(of: image.bytes)
        == "it has a feature that this version does not know: incompatible bit 40")
  }

  @Test func `a qcow2 that has a base without a name does not`() throws {
    var image = QCOW2Bytes()
    image.addBackingName([])
    #expect(try Self.reason(of: image.bytes) == "it has a base, which it does not name")
  }

  @Test func `a name is told by its role`() throws {
    #expect(
      try Self.reason(of: QCOW2Bytes.overlay.bytes) == "it refers to something else (backing)")
  }

  @Test(arguments: [0, 4, 5, 6] as [UInt32])
  func `a VHD that is neither fixed nor dynamic does not`(type: UInt32) throws {
    let image = VPCBytes.dynamic.changed { $0.put(big: type, at: 60) }
    #expect(try Self.reason(of: image.bytes) == "it has a base, which it does not name")
  }

  @Test func `a VHDX whose parent has no path does not`() throws {
    let image = VHDXBytes.child(of: [
      ("parent_linkage", "{03020100-0504-0706-0809-0A0B0C0D0E0F}")
    ])
    #expect(try Self.reason(of: image.bytes) == "it has a base, which it does not name")
  }

  @Test(arguments: [3, 4] as [UInt32])
  func `a VDI that is a part of a disk and names no parent does not`(type: UInt32) throws {
    var image = HeaderDraft.vdi
    image.put(little: type, at: 76)
    #expect(try Self.reason(of: image.bytes) == "it has a base, which it does not name")
  }

  @Test func `a segment of an Apple disk image does not`() throws {
    var image = HeaderDraft.dmg
    image.put(big: 2 as UInt32, at: 1536 + 60)
    #expect(try Self.reason(of: image.bytes) == "it is one of several segments")
  }

  private static let extents: [[UInt8]] = [
    HeaderDraft.cowd.bytes, HeaderDraft.seSparse.bytes, HeaderDraft.vmdkExtent.bytes,
  ]

  @Test(arguments: extents)
  func `an extent of a VMDK without its descriptor does not`(bytes: [UInt8]) throws {
    #expect(
      try Self.reason(of: bytes) == "it is an extent of a disk whose descriptor is elsewhere")
  }

  @Test(arguments: [
    "RW 0x8 FLAT \"/etc/passwd\" 0", "RW 2048 ZERO", "rw 2048 FLAT \"a-flat.vmdk\" 0", "",
  ])
  func `a descriptor without an extent that can be read does not`(line: String) throws {
    let text = Self.embedded(line, kind: "monolithicFlat")
    #expect(
      try Self.reason(of: Array(text.utf8))
        == "its descriptor names no file that the guest's data is in")
  }

  @Test(arguments: [
    ("RW 2048 SPARSE \"disk.vmdk\"", "monolithicSparse", "0badc0de"),
    ("RW 2048 SPARSE \"/etc/passwd\"", "monolithicSparse", "ffffffff"),
    ("RW 2048 SPARSE \"..\\other.vmdk\"", "monolithicSparse", "ffffffff"),
    ("RW 0x8 SPARSE \"disk.vmdk\"", "monolithicSparse", "ffffffff"),
    ("RW 2048 SPARSE \"disk-s001.vmdk\"", "twoGbMaxExtentSparse", "ffffffff"),
  ])
  func `a VMDK does not whose own descriptor leaves open where its disk is`(
    extent: String, kind: String, parent: String
  ) throws {
    let image = HeaderDraft.vmdk(Self.embedded(extent, kind: kind, parent: parent))
    #expect(try Self.reason(of: image.bytes) != nil)
    #expect(try image.facts().references.isEmpty)
  }

  private static let packed: [(String, [UInt8])] = [
    ("gzip", [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]), ("xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]),
    ("bzip2", Array("BZh91AY&SY".utf8)), ("zstd", [0x28, 0xb5, 0x2f, 0xfd, 4]),
    ("lz4", [0x04, 0x22, 0x4d, 0x18]), ("zip", Array("PK".utf8) + [3, 4, 20, 0]),
    ("zip", Array("PK".utf8) + [5, 6]), ("7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]),
    ("rar", Array("Rar!".utf8) + [0x1a, 7, 1, 0]), ("vma", Array("VMA".utf8) + [0, 0, 0, 0, 1]),
    ("tar", tar("disk.img")), ("tar", tar("disk.img", magic: "")), ("ova", tar("Appliance.ovf")),
    ("ova", tar("ova.xml", magic: "")),
  ]

  /// The first block of a tar with its checksum; without a magic the way it was before POSIX.
  private static func tar(_ name: String, magic: String = "ustar") -> [UInt8] {
    var block = HeaderDraft(count: 10_240)
    block.put(name, at: 0)
    block.put("0000644", at: 100)
    block.put("        ", at: 148)
    block.put(magic, at: 257)
    let sum = String(block.bytes.prefix(512).reduce(0) { $0 + Int($1) }, radix: 8)
    block.put(String(repeating: "0", count: 6 - sum.count) + sum, at: 148)
    return block.bytes
  }

  @Test(arguments: packed)
  func `an archive is no disk, is called what it is, and does not`(
    content: String, bytes: [UInt8]
  ) throws {
    let facts = try ImageFacts.reading(bytes)
    #expect(facts.content == content)
    #expect(!facts.looksLikeDisk)
    #expect(facts.reasonNotStandalone == "it is no disk, but \(content): unpack it first")
  }

  @Test(arguments: [3, 4] as [UInt8])
  func `the end of a VHD without its start does not`(type: UInt8) throws {
    let image = RawBytes().with(Array("conectix".utf8), at: 130_560)
    let reason = try image.with([0, 0, 0, type], at: 130_620).facts().reasonNotStandalone
    #expect(reason == "it ends as a VHD whose start is missing")
    #expect(try image.with([0, 0, 0, 2], at: 130_620).facts().reasonNotStandalone == nil)
  }

  @Test func `text that begins like an archive is none`() throws {
    #expect(try ImageFacts.reading(Array("BZh, he said".utf8)).content == nil)
    #expect(try ImageFacts.reading(Array("PK".utf8)).content == nil)
    #expect(try ImageFacts.reading([UInt8](repeating: 0x20, count: 1024)).content == nil)
  }
}
