import DiskImage
import Testing

@Suite struct QCOW2BitmapTests {
  /// An image with two bitmaps, `day` and `week`, in a directory of 64 bytes.
  private static let image = {
    var image = QCOW2Bytes()
    image.put(1 as UInt8, at: 95)
    image.addExtension(
      0x2385_2875, [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 2, 0, 0])
    image.addBackingName(Array("b".utf8))
    image.putBitmap(at: 131_072, name: "day", flags: 2, granularityBits: 16)
    image.putBitmap(at: 131_104, name: "week", flags: 1, granularityBits: 9)
    return image
  }()

  @Test func `name, granularity and flags`() throws {
    #expect(try Self.image.facts().fault == nil)
    #expect(
      try Self.image.data("bitmaps")
        == .list([
          .object([
            FactField("flags", .list([.text("auto")])), FactField("name", .text("day")),
            FactField("granularity", .number(65_536)),
          ]),
          .object([
            FactField("flags", .list([.text("in-use")])), FactField("name", .text("week")),
            FactField("granularity", .number(512)),
          ]),
        ]))
  }

  @Test func `without the autoclear bit there are none`() throws {
    let image = Self.image.spoiled { $0.put(0 as UInt8, at: 95) }
    #expect(try image.facts().fault == nil)
    #expect(try image.data("bitmaps") == nil)
  }

  private static let inExtension: [SpoiledField] = [
    .outside(1...65_535, "nb_bitmaps", at: 120, width: 4, 0),
    .outside(1...65_535, "nb_bitmaps", at: 120, width: 4, 65_536),
    .outside(0...0, "bitmaps extension reserved", at: 124, width: 4, 1),
    .outside(1...67_107_840, "bitmap_directory_size", at: 128, width: 8, 0),
    .outside(1...67_107_840, "bitmap_directory_size", at: 128, width: 8, 67_107_841),
    .contradicting(
      "is 1, not a multiple of the cluster size", "bitmap_directory_offset", at: 136, width: 8, 1),
  ]

  private static let inDirectory: [SpoiledField] = [
    .outside(1...UInt64.max, "bitmap_table_offset", at: 131_072, width: 8, 0),
    .contradicting(
      "is 3, not a multiple of the cluster size", "bitmap_table_offset", at: 131_072, width: 8, 3),
    .outside(1...8192, "bitmap_table_size", at: 131_080, width: 4, 0),
    .outside(1...8192, "bitmap_table_size", at: 131_080, width: 4, 8193),
    .outside(0...3, "bitmap flags", at: 131_084, width: 4, 4),
    .outside(1...1, "bitmap type", at: 131_088, width: 1, 2),
    .outside(9...31, "granularity_bits", at: 131_089, width: 1, 8),
    .outside(9...31, "granularity_bits", at: 131_089, width: 1, 32),
    .outside(0...1023, "bitmap name_size", at: 131_090, width: 2, 1024),
    .outside(0...0, "bitmap extra_data_size", at: 131_092, width: 4, 8),
  ]

  @Test(arguments: inExtension + inDirectory)
  func `what QEMU refuses is a fault, and the backing name stays`(field: SpoiledField) throws {
    let facts = try field.put(into: Self.image).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.references.map(\.stored) == [Array("b".utf8)])
  }

  @Test func `a directory has as many entries as it says`() throws {
    #expect(
      try Self.image.spoiled { $0.put(3 as UInt32, at: 120) }.facts().fault
        == .truncated(offset: 131_136, needed: 24))
    #expect(
      try Self.image.spoiled { $0.put(1 as UInt32, at: 120) }.facts().fault
        == .contradiction(
          field: "bitmap_directory_size", reason: "is 64, and nb_bitmaps entries are shorter"))
    #expect(
      try Self.image.spoiled { $0.put(63 as UInt64, at: 128) }.facts().fault
        == .truncated(offset: 131_104, needed: 32))
  }

  @Test(arguments: 0..<60)
  func `a directory cut short is a fault`(count: Int) throws {
    let facts = try Self.image.spoiled { $0.cut(to: 131_072 + count) }.facts()
    guard case .truncated? = facts.fault else {
      Issue.record("\(String(describing: facts.fault))")
      return
    }
  }

  @Test func `a bitmap has the length that the disk needs, unless it is in use`() throws {
    // 2 TiB in steps of 512 bytes are 512 MiB of bits, 8192 clusters; in steps of 2 GiB 128 bytes.
    let image = Self.image.spoiled {
      $0.put(0x200_0000_0000 as UInt64, at: 24)
      $0.put(4096 as UInt32, at: 36)
      $0.put(31 as UInt8, at: 131_089)
    }
    #expect(try image.facts().fault == nil)
    #expect(
      try image.spoiled { $0.put(0 as UInt32, at: 131_116) }.facts().fault
        == .contradiction(
          field: "bitmap_table_size", reason: "is 1, and the virtual disk needs 8192"))
  }
}

extension QCOW2Bytes {
  /// Writes an entry of the bitmap directory, with a table of one cluster.
  fileprivate mutating func putBitmap(
    at offset: Int, name: String, flags: UInt32, granularityBits: UInt8
  ) {
    put(65_536 as UInt64, at: offset)
    put(1 as UInt32, at: offset + 8)
    put(flags, at: offset + 12)
    put(1 as UInt8, at: offset + 16)
    put(granularityBits, at: offset + 17)
    put(UInt16(name.utf8.count), at: offset + 18)
    put(Array(name.utf8), at: offset + 24)
  }
}
