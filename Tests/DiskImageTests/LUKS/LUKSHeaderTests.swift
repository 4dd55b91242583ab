import DiskImage
import Testing

extension HeaderDraft {
  /// A LUKS 1 image of 1 MiB: AES-256 in XTS mode, key slot 0 in use; cut behind its header, and said to
  /// be as long as it was.
  static var luks: HeaderDraft {
    var image = HeaderDraft(count: 592)
    image.put([0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe, 0, 1] + Array("aes".utf8), at: 0)
    image.put("xts-plain64", at: 40)
    image.put("sha256", at: 72)
    image.put(big: 4040 as UInt32, at: 104)
    image.put(big: 64 as UInt32, at: 108)
    image.put(big: 12_698 as UInt32, at: 164)
    image.put("dc892f2c-b5ab-4c82-9f40-865014f84f60", at: 168)
    for slot in 0..<8 {
      let offset = 208 + slot * 48
      image.put(big: slot == 0 ? 0x00ac_71f3 : 0x0000_dead as UInt32, at: offset)
      image.put(big: slot == 0 ? 50_567 : 0 as UInt32, at: offset + 4)
      image.put(big: UInt32(8 + slot * 504), at: offset + 40)
      image.put(big: 4000 as UInt32, at: offset + 44)
    }
    return image
  }
}

@Suite struct LUKSHeaderTests {
  private static func facts(_ image: HeaderDraft) throws -> ImageFacts {
    try ImageFacts.reading(PaddedSource(image.bytes, length: 4040 * 512 + 1_048_576))
  }

  private static func unused(_ offset: UInt64) -> FactValue {
    .object([FactField("active", .boolean(false)), FactField("key-offset", .number(offset))])
  }

  @Test func `an image says everything that qemu-img prints of it`() throws {
    let facts = try Self.facts(.luks)
    #expect(facts.format == .luks)
    #expect(facts.isEncrypted && !facts.isDirty)
    #expect(facts.virtualSize == 1_048_576)
    #expect(facts.clusterSize == nil && facts.fault == nil)
    #expect(
      facts.formatSpecific
        == .object([
          FactField("type", .text("luks")),
          FactField(
            "data",
            .object([
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
            ])),
        ]))
  }

  @Test func `its UUID is its identity, where it is one`() throws {
    let own = ImageIdentifier(.own, "dc892f2c-b5ab-4c82-9f40-865014f84f60")
    #expect(try Self.facts(.luks).identifiers == [own])
    var image = HeaderDraft.luks
    image.put("DC892F2C", at: 168)
    #expect(try Self.facts(image).identifiers == [own])
    image.put("not a UUID", at: 168)
    #expect(try Self.facts(image).identifiers.isEmpty)
  }

  @Test func `version 2 is content of a raw image, as for QEMU, with its UUID`() throws {
    var image = HeaderDraft(count: 4096)
    image.put([0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe, 0, 2], at: 0)
    image.put("dc892f2c-b5ab-4c82-9f40-865014f84f60", at: 168)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.format == .raw)
    #expect(facts.content == "luks2")
    #expect(
      facts.identifiers == [ImageIdentifier(.own, "dc892f2c-b5ab-4c82-9f40-865014f84f60")])
    #expect(facts.virtualSize == 4096 && facts.fault == nil)
  }

  @Test(arguments: 8..<592)
  func `cut short, it is a fault, and encrypted all the same`(length: Int) throws {
    var image = HeaderDraft.luks
    image.cut(to: length)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.format == .luks)
    #expect(facts.isEncrypted && facts.fault != nil && facts.formatSpecific == nil)
  }

  @Test(arguments: 0..<8)
  func `without its magic and its version it is no LUKS image`(length: Int) throws {
    var image = HeaderDraft.luks
    image.cut(to: length)
    #expect(try ImageFacts.reading(image.bytes).format == .raw)
  }

  private static let spoiled: [Spoiled] = [
    .contradicting("cipher-name", "with a key of 32 bytes is none that QEMU knows") {
      $0.put("b", at: 8)
    },
    .contradicting("cipher-mode", "is none that QEMU knows") { $0.put("y", at: 40) },
    .contradicting("cipher-mode", "is essiv, and names no hash") {
      $0.put("cbc-essiv\0\0", at: 40)
    },
    .contradicting("cipher-mode", "is essiv, and a digest of sha1 is no key of aes") {
      $0.put("xts-essiv:sha1\0", at: 40)
    },
    .contradicting("cipher-mode", "is essiv, and a digest of sha256 is no key of cast5") {
      $0.put("cast5\0", at: 8)
      $0.put("cbc-essiv:sha256\0", at: 40)
      $0.put(big: 16 as UInt32, at: 108)
    },
    .contradicting("cipher-mode", "does not end within its 32 bytes") {
      $0.put([UInt8](repeating: 0x78, count: 32), at: 40)
    },
    .contradicting("hash-spec", "is none that QEMU knows") { $0.put("t", at: 72) },
    .contradicting("cipher-name", "with a key of 31 bytes is none that QEMU knows") {
      $0.put(big: 63 as UInt32, at: 108)
    },
    .outside(1...0xffff_ffff, "mk-digest-iter", 0) { $0.put(big: 0 as UInt32, at: 164) },
    .contradicting("active", "of a key slot says neither yes nor no") {
      $0.put(big: 1 as UInt32, at: 544)
    },
    .outside(1...0xffff_ffff, "iterations", 0) { $0.put(big: 0 as UInt32, at: 212) },
    .outside(8...0xffff_ffff, "key-material-offset", 7) { $0.put(big: 7 as UInt32, at: 248) },
    .outside(4000...4000, "stripes", 3999) { $0.put(big: 3999 as UInt32, at: 588) },
    .contradicting("key-material-offset", "100 leaves no room before 512") {
      $0.put(big: 100 as UInt32, at: 248)
    },
  ]

  @Test(arguments: spoiled)
  func `what QEMU refuses is a fault, and the size stays`(field: Spoiled) throws {
    let facts = try Self.facts(field.applied(to: .luks))
    #expect(facts.fault == field.fault)
    #expect(facts.isEncrypted)
    #expect(facts.virtualSize == 1_048_576)
  }

  private static let spoiledPlaces: [Spoiled] = [
    .outside(8...0xffff_ffff, "payload-offset", 7) { $0.put(big: 7 as UInt32, at: 104) },
    .contradicting("payload-offset", "lies behind the end of the image") {
      $0.put(big: 6089 as UInt32, at: 104)
    },
  ]

  @Test(arguments: spoiledPlaces)
  func `without a payload there is no size`(field: Spoiled) throws {
    let facts = try Self.facts(field.applied(to: .luks))
    #expect(facts.fault == field.fault)
    #expect(facts.virtualSize == nil)
  }

  @Test func `nothing but the head is read`() throws {
    var image = HeaderDraft.luks
    image.put([0], at: 4_194_303)
    let source = ReadTally(image.bytes)
    #expect(try ImageFacts.reading(source).fault == nil)
    #expect(source.reads == [.init(offset: 0, count: 4096)])
  }
}
