import DiskImage
import Testing

@Suite struct BootSectorTests {
  private static let signed = RawBytes().with([0x55, 0xaa], at: 510)
  /// One partition of 200 sectors from sector 16 on, of type 0x83.
  private static let partition: [UInt8] = [
    0x80, 0, 0, 0, 0x83, 0, 0, 0, 16, 0, 0, 0, 200, 0, 0, 0,
  ]
  private static let mbr = signed.with(partition, at: 446)
  private static let fat = signed.with(
    [0xeb, 0x3c, 0x90] + Array("mkfs.fat".utf8)
      + [0, 2, 4, 1, 0, 2, 0, 2, 0, 1, 0xf8, 1, 0, 32, 0, 2, 0], at: 0
  ).with(Array("FAT12   ".utf8), at: 54)

  @Test func `a signature and a partition are an MBR`() throws {
    #expect(try Self.mbr.facts().content == "mbr")
    #expect(try Self.mbr.with([0], at: 510).facts().content == nil)
    #expect(try Self.signed.facts().content == nil)
  }

  @Test(arguments: [446, 462, 478, 494])
  func `any of the four entries will do`(offset: Int) throws {
    #expect(try Self.signed.with(Self.partition, at: offset).facts().content == "mbr")
  }

  @Test(
    arguments: [
      ("a status that is neither 0 nor 0x80", 0, [0x74]),
      ("a type of 0", 4, [0]),
      ("a start of 0", 8, [0]),
      ("a length of 0", 12, [0]),
      ("a start behind the disk", 8, [0, 1]),
      ("a second entry that makes no sense", 16, [0x72]),
    ] as [(String, Int, [UInt8])])
  func `no partition table has`(what: String, place: Int, bytes: [UInt8]) throws {
    #expect(try Self.mbr.with(bytes, at: 446 + place).facts().content == nil)
  }

  @Test(arguments: [512, 4096])
  func `GPT is a protective MBR and a header in the next sector`(sectorSize: Int) throws {
    let protective = Self.signed.with([0, 0, 2, 0, 0xee, 0, 0, 0, 1, 0, 0, 0, 255], at: 446)
    #expect(try protective.facts().content == "mbr")
    #expect(
      try protective.with(Array("EFI PART".utf8), at: sectorSize).facts().content == "gpt")
    #expect(try Self.mbr.with(Array("EFI PART".utf8), at: sectorSize).facts().content == "mbr")
  }

  @Test func `a FAT file system is no MBR, even with entries that could be one`() throws {
    #expect(try Self.fat.facts().content == "vfat")
    #expect(try Self.fat.with(Self.partition, at: 446).facts().content == "vfat")
  }

  @Test(
    arguments: [
      ("a sector size of 513", 11, [1, 2]), ("clusters of 3 sectors", 13, [3]),
      ("no reserved sector", 14, [0, 0]), ("three tables", 16, [3]),
      ("a medium of 0x11", 21, [0x11]),
    ] as [(String, Int, [UInt8])])
  func `no FAT has`(what: String, offset: Int, bytes: [UInt8]) throws {
    #expect(try Self.fat.with(bytes, at: offset).facts().content == nil)
  }

  @Test func `FAT32 has its name further on`() throws {
    let image = Self.fat.with([UInt8](repeating: 0, count: 8), at: 54)
    #expect(try image.facts().content == nil)
    #expect(try image.with(Array("FAT32   ".utf8), at: 82).facts().content == "vfat")
  }

  @Test(arguments: [("NTFS    ", "ntfs"), ("EXFAT   ", "exfat")])
  func `a name at byte 3`(name: String, content: String) throws {
    #expect(try Self.signed.with(Array(name.utf8), at: 3).facts().content == content)
    #expect(try RawBytes().with(Array(name.utf8), at: 3).facts().content == nil)
  }

  @Test func `a disc that is also a disk is a disc`() throws {
    #expect(try Self.mbr.with(Array("CD001".utf8), at: 32_769).facts().content == "iso9660")
  }

  @Test func `a partition table counts more than what is left of a file system`() throws {
    #expect(try Self.mbr.with([0x53, 0xef], at: 1080).facts().content == "mbr")
  }
}
