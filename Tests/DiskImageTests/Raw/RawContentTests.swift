import DiskImage
import Testing

@Suite struct RawContentTests {
  @Test(arguments: [(0, 0), (1, 512), (512, 512), (513, 1024)] as [(Int, UInt64)])
  func `the size is in whole sectors`(byteCount: Int, virtualSize: UInt64) throws {
    let facts = try ImageFacts.reading([UInt8](repeating: 0, count: byteCount))
    #expect(facts.format == .raw)
    #expect(facts.virtualSize == virtualSize)
    #expect(facts.clusterSize == nil && facts.formatSpecific == nil && facts.fault == nil)
  }

  @Test func `nothing known is no content`() throws {
    let facts = try RawBytes().facts()
    #expect(facts.content == nil)
    #expect(!facts.looksLikeDisk)
  }

  @Test func `text is no disk`() throws {
    #expect(try ImageFacts.reading(Array("# notes\n".utf8)).content == nil)
  }

  private static let marks: [(String, [UInt8], Int)] = [
    ("squashfs", Array("hsqs".utf8), 0),
    ("xfs", Array("XFSB".utf8), 0),
    ("cow", Array("OOOM".utf8) + [0, 0, 0, 2], 0),
    ("luks2", [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe, 0, 2], 0),
    ("swap", Array("SWAPSPACE2".utf8), 4086),
    ("btrfs", Array("_BHRfS_M".utf8), 65_600),
    ("iso9660", Array("CD001".utf8), 32_769),
    ("ext2", [0x53, 0xef], 1080),
  ]

  @Test(arguments: marks)
  func `a magic at its place`(content: String, magic: [UInt8], offset: Int) throws {
    let image = RawBytes().with(magic, at: offset)
    #expect(try image.facts().content == content)
    #expect(try image.facts().looksLikeDisk)
    #expect(try RawBytes().with(magic, at: offset + 1).facts().content == nil)
    #expect(try image.with([0], at: offset).facts().content == nil)
  }

  @Test func `UDF is a sequence of descriptors`() throws {
    let begun = RawBytes().with(Array("BEA01".utf8), at: 32_769)
    #expect(try begun.facts().content == nil)
    #expect(try begun.with(Array("NSR02".utf8), at: 34_817).facts().content == "udf")
    #expect(try begun.with(Array("NSR03".utf8), at: 36_865).facts().content == "udf")
    #expect(try begun.with(Array("NSR03".utf8), at: 36_866).facts().content == nil)
  }

  @Test func `ext3 has a journal and ext4 what neither had`() throws {
    let ext2 = RawBytes().with([0x53, 0xef], at: 1080).with([2], at: 1120).with([3], at: 1124)
    #expect(try ext2.facts().content == "ext2")
    #expect(try ext2.with([4], at: 1116).facts().content == "ext3")
    #expect(try ext2.with([4], at: 1116).with([0x42], at: 1120).facts().content == "ext4")
    #expect(try ext2.with([0x08], at: 1124).facts().content == "ext4")
  }

  @Test(arguments: [0, 512, 1024, 1536])
  func `an LVM2 label in one of four sectors`(offset: Int) throws {
    let label = RawBytes().with(Array("LABELONE".utf8), at: offset)
    #expect(try label.facts().content == nil)
    #expect(try label.with(Array("LVM2 001".utf8), at: offset + 24).facts().content == "lvm2")
  }

  @Test func `an old fixed VHD has a footer of 511 bytes`() throws {
    let footer = Array("conectix".utf8)
    var image = [UInt8](repeating: 0, count: 4096 + 511)
    image.replaceSubrange(4096..<4104, with: footer)
    image[4096 + 63] = 2
    #expect(try ImageFacts.reading(image).content == "vpc-fixed")
    #expect(try ImageFacts.reading(image + [0]).content == "vpc-fixed")
    #expect(try ImageFacts.reading(Array(image.dropLast())).content == nil)
  }

  @Test func `a fixed VHD has its footer at the end`() throws {
    let footer = Array("conectix".utf8)
    let image = RawBytes().with(footer, at: 130_560).with([0, 0, 0, 2], at: 130_620)
    #expect(try image.facts().content == "vpc-fixed")
    #expect(try image.with([0, 0, 0, 3], at: 130_620).facts().content == nil)
    #expect(try RawBytes().with(footer, at: 130_048).facts().content == nil)
  }

  @Test func `a refused read is a fault`() throws {
    let facts = try ImageFacts.reading(
      ReadTally([UInt8](repeating: 0, count: 65_536), refusesFrom: 4096))
    #expect(facts.fault == .unreadable(ReadFault(code: 5)))
    #expect(facts.virtualSize == 65_536)
  }

  @Test func `a raw image costs three small reads at most besides its head`() throws {
    let source = ReadTally([UInt8](repeating: 0, count: 131_072))
    _ = try ImageFacts.reading(source)
    #expect(
      source.reads == [
        .init(offset: 0, count: 4096), .init(offset: 130_560, count: 512),
        .init(offset: 32_768, count: 8192), .init(offset: 65_600, count: 8),
      ])
  }
}

/// The bytes of a raw image of 128 KiB.
struct RawBytes {
  private var bytes = [UInt8](repeating: 0, count: 131_072)

  /// The same image with `content` at `offset`.
  func with(_ content: [UInt8], at offset: Int) -> RawBytes {
    var copy = self
    copy.bytes.replaceSubrange(offset..<(offset + content.count), with: content)
    return copy
  }

  /// What the reader says of the bytes.
  func facts() throws -> ImageFacts { try ImageFacts.reading(bytes) }
}
