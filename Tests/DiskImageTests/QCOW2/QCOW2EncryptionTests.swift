import DiskImage
import Testing

@Suite struct QCOW2EncryptionTests {
  /// An image with a LUKS header at byte 131,072: AES-256 in XTS mode, key slot 0 in use.
  private static let image = {
    var image = QCOW2Bytes()
    image.put(2 as UInt32, at: 32)
    image.addExtension(
      0x0537_be77, [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 80])
    image.addBackingName(Array("b".utf8))
    image.put([0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe, 0, 1] + Array("aes".utf8), at: 131_072)
    image.put(Array("xts-plain64".utf8), at: 131_112)
    image.put(Array("sha256".utf8), at: 131_144)
    image.put(4040 as UInt32, at: 131_176)
    image.put(64 as UInt32, at: 131_180)
    image.put(12_698 as UInt32, at: 131_236)
    image.put(Array("dc892f2c-b5ab-4c82-9f40-865014f84f60".utf8), at: 131_240)
    for slot in 0..<8 {
      let offset = 131_280 + slot * 48
      image.put((slot == 0 ? 0x00ac_71f3 : 0x0000_dead) as UInt32, at: offset)
      image.put((slot == 0 ? 50_567 : 0) as UInt32, at: offset + 4)
      image.put(UInt32(8 + slot * 504), at: offset + 40)
      image.put(4000 as UInt32, at: offset + 44)
    }
    return image
  }()

  private static func unused(_ offset: UInt64) -> FactValue {
    .object([FactField("active", .boolean(false)), FactField("key-offset", .number(offset))])
  }

  @Test func `LUKS as qemu-img prints it`() throws {
    let facts = try Self.image.facts()
    #expect(facts.fault == nil)
    #expect(facts.isEncrypted)
    #expect(
      try Self.image.data("encrypt")
        == .object([
          FactField("format", .text("luks")),
          FactField("uuid", .text("dc892f2c-b5ab-4c82-9f40-865014f84f60")),
          FactField("cipher-alg", .text("aes-256")),
          FactField("cipher-mode", .text("xts")),
          FactField("ivgen-alg", .text("plain64")),
          FactField("hash-alg", .text("sha256")),
          FactField("payload-offset", .number(2_068_480)),
          FactField("master-key-iters", .number(12_698)),
          FactField(
            "slots",
            .list([
              .object([
                FactField("active", .boolean(true)), FactField("iters", .number(50_567)),
                FactField("stripes", .number(4000)), FactField("key-offset", .number(4096)),
              ]),
              Self.unused(262_144), Self.unused(520_192), Self.unused(778_240),
              Self.unused(1_036_288), Self.unused(1_294_336), Self.unused(1_552_384),
              Self.unused(1_810_432),
            ])),
        ]))
  }

  @Test func `AES has nothing to say but its name`() throws {
    let image = QCOW2Bytes().spoiled { $0.put(1 as UInt32, at: 32) }
    #expect(try image.facts().isEncrypted)
    #expect(try image.data("encrypt") == .object([FactField("format", .text("aes"))]))
  }

  @Test func `essiv has a hash of its own`() throws {
    let image = Self.image.spoiled {
      $0.put(Array("cbc-essiv:md5\0".utf8), at: 131_112)
      $0.put(32 as UInt32, at: 131_180)
    }
    guard case .object(let fields)? = try image.data("encrypt") else {
      Issue.record("nothing under encrypt")
      return
    }
    #expect(fields.contains(FactField("ivgen-alg", .text("essiv"))))
    #expect(fields.contains(FactField("ivgen-hash-alg", .text("md5"))))
    #expect(fields.contains(FactField("cipher-mode", .text("cbc"))))
  }

  private static let refused: [SpoiledField] = [
    .outside(592...UInt64.max, "full disk encryption header length", at: 128, width: 8, 591),
    .contradicting(
      "is 4096, not a multiple of the cluster size", "full disk encryption header offset", at: 120,
      width: 8, 4096),
    .contradicting(
      "is LUKS, and there is no LUKS header", "crypt_method", at: 131_072, width: 1, 0),
    .outside(1...1, "version", at: 131_078, width: 2, 2),
    .contradicting(
      "with a key of 32 bytes is none that QEMU knows", "cipher-name", at: 131_080, width: 1, 0x62),
    .contradicting("is none that QEMU knows", "cipher-mode", at: 131_112, width: 1, 0x79),
    .contradicting("is none that QEMU knows", "cipher-mode", at: 131_115, width: 1, 0),
    .contradicting("is none that QEMU knows", "hash-spec", at: 131_144, width: 1, 0x74),
    .outside(8...0xffff_ffff, "payload-offset", at: 131_176, width: 4, 7),
    .contradicting(
      "with a key of 31 bytes is none that QEMU knows", "cipher-name", at: 131_180, width: 4, 63),
    .outside(1...0xffff_ffff, "mk-digest-iter", at: 131_236, width: 4, 0),
    .contradicting("of a key slot says neither yes nor no", "active", at: 131_280, width: 1, 1),
    .outside(1...0xffff_ffff, "iterations", at: 131_284, width: 4, 0),
    .outside(8...0xffff_ffff, "key-material-offset", at: 131_320, width: 4, 7),
    .outside(4000...4000, "stripes", at: 131_324, width: 4, 3999),
    .contradicting(
      "100 leaves no room before 512", "key-material-offset", at: 131_320, width: 4, 100),
    .contradicting(
      "3536 leaves no room before 4039", "key-material-offset", at: 131_176, width: 4, 4039),
  ]

  @Test(arguments: refused)
  func `what QEMU refuses is a fault, and the backing name stays`(field: SpoiledField) throws {
    let facts = try field.put(into: Self.image).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.references.map(\.stored) == [Array("b".utf8)])
    #expect(facts.isEncrypted)
  }

  @Test func `a LUKS header without encryption is a contradiction`() throws {
    let image = Self.image.spoiled { $0.put(0 as UInt32, at: 32) }
    #expect(
      try image.facts().fault
        == .contradiction(
          field: "crypt_method", reason: "is 0, and there is a full disk encryption header"))
  }

  @Test(arguments: [0, 1, 7, 100, 207, 591])
  func `a LUKS header cut short is a fault`(count: Int) throws {
    let image = Self.image.spoiled { $0.cut(to: 131_072 + count) }
    #expect(try image.facts().fault == .truncated(offset: 131_072, needed: 592))
  }
}
