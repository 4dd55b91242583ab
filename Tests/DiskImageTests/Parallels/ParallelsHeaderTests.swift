import DiskImage
import Testing

extension HeaderDraft {
  /// A Parallels image of 3 MiB in clusters of 1 MiB, closed.
  static var parallels: HeaderDraft {
    var image = HeaderDraft(count: 4096)
    image.put("WithouFreSpacExt", at: 0)
    image.put(little: 2 as UInt32, at: 16)
    image.put(little: 16 as UInt32, at: 20)
    image.put(little: 12 as UInt32, at: 24)
    image.put(little: 2048 as UInt32, at: 28)
    image.put(little: 3 as UInt32, at: 32)
    image.put(little: 6144 as UInt64, at: 36)
    image.put(little: 0x312e_3276 as UInt32, at: 44)
    image.put(little: 2048 as UInt32, at: 48)
    return image
  }

  /// A Parallels image of the older kind, of 63 sectors in one cluster.
  static var olderParallels: HeaderDraft {
    var image = HeaderDraft(count: 512)
    image.put("WithoutFreeSpace", at: 0)
    image.put(little: 2 as UInt32, at: 16)
    image.put(little: 63 as UInt32, at: 28)
    image.put(little: 1 as UInt32, at: 32)
    image.put(little: 63 as UInt32, at: 36)
    return image
  }
}

@Suite struct ParallelsHeaderTests {
  @Test func `an image says its size`() throws {
    let facts = try ImageFacts.reading(HeaderDraft.parallels.bytes)
    #expect(facts.format == .parallels)
    #expect(facts.virtualSize == 3_145_728)
    #expect(facts.clusterSize == nil && facts.formatSpecific == nil)
    #expect(facts.references.isEmpty && facts.fault == nil && !facts.isDirty)
  }

  @Test func `the older kind has 32 bits for its size`() throws {
    var image = HeaderDraft.olderParallels
    image.put(little: 77 as UInt32, at: 40)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.virtualSize == 32_256)
    #expect(facts.fault == nil && facts.format == .parallels)
  }

  @Test func `an image that was not closed is dirty`() throws {
    var image = HeaderDraft.parallels
    image.put(little: 0x746f_6e59 as UInt32, at: 44)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.isDirty && facts.fault == nil)
  }

  @Test(arguments: 20..<64)
  func `cut short, it is a fault`(length: Int) throws {
    var image = HeaderDraft.parallels
    image.cut(to: length)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.format == .parallels)
    guard case .truncated = facts.fault else {
      Issue.record("\(String(describing: facts.fault))")
      return
    }
  }

  @Test(arguments: 0..<20)
  func `without its magic and its version it is no Parallels image`(length: Int) throws {
    var image = HeaderDraft.parallels
    image.cut(to: length)
    #expect(try ImageFacts.reading(image.bytes).format == .raw)
  }

  private static let spoiled: [Spoiled] = [
    .outside(1...4_186_127, "tracks", 0) { $0.put(little: 0 as UInt32, at: 28) },
    .outside(1...4_186_127, "tracks", 4_186_128) { $0.put(little: 4_186_128 as UInt32, at: 28) },
    .outside(0...0x1fff_ffff, "nb_bat_entries", 0x2000_0000) {
      $0.put(little: 0x2000_0000 as UInt32, at: 32)
    },
    Spoiled(fault: .truncated(offset: 4096, needed: 8)) { $0.put(little: 8 as UInt64, at: 56) },
    .contradicting("ext_off", "is 1, and no extension begins there") {
      $0.put(little: 1 as UInt64, at: 56)
    },
    .outside(0...0x3f_ffff_ffe0_0000, "ext_off", .max) { $0.put(little: UInt64.max, at: 56) },
  ]

  @Test(arguments: spoiled)
  func `whatever else is wrong, the size stays`(field: Spoiled) throws {
    let facts = try ImageFacts.reading(field.applied(to: .parallels).bytes)
    #expect(facts.fault == field.fault)
    #expect(facts.virtualSize == 3_145_728)
  }

  @Test func `a size that cannot be is none`() throws {
    var image = HeaderDraft.parallels
    image.put(little: UInt64.max, at: 36)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(
      facts.fault
        == .outOfRange(field: "nb_sectors", value: .max, allowed: 0...0x3f_ffff_ffe0_0000))
    #expect(facts.virtualSize == nil)
  }

  @Test(arguments: [
    (2, 32), (2000, 32), (1, 44), (0, 48), (1, 48), (2049, 48),
  ])
  func `what QEMU does not look at is no fault`(value: UInt32, offset: Int) throws {
    for sound in [HeaderDraft.parallels, .olderParallels] {
      var image = sound
      image.put(little: value, at: offset)
      let facts = try ImageFacts.reading(image.bytes)
      #expect(facts.fault == nil)
      #expect(try facts.virtualSize == ImageFacts.reading(sound.bytes).virtualSize)
    }
  }

  @Test func `an extension is known by its first bytes`() throws {
    var image = HeaderDraft.parallels
    image.put(little: 2 as UInt64, at: 56)
    image.put(little: 0xab23_4cef_23dc_ea87 as UInt64, at: 1024)
    let source = ReadTally(image.bytes)
    #expect(try ImageFacts.reading(source).fault == nil)
    #expect(
      source.reads == [.init(offset: 0, count: 4096), .init(offset: 1024, count: 8)])
  }

  @Test func `nothing but the head is read`() throws {
    let source = ReadTally(HeaderDraft.parallels.bytes)
    _ = try ImageFacts.reading(source)
    #expect(source.reads == [.init(offset: 0, count: 4096)])
  }
}
