import DiskImage
import Testing

@Suite struct VDIHeaderTests {
  @Test func `a dynamic image says its size, its blocks and its identity`() throws {
    let facts = try ImageFacts.reading(HeaderDraft.vdi.bytes)
    #expect(facts.format == .vdi)
    #expect(facts.virtualSize == 2_097_152)
    #expect(facts.clusterSize == 1_048_576)
    #expect(facts.references.isEmpty)
    #expect(
      facts.identifiers == [
        ImageIdentifier(.own, "03020100-0504-0706-0809-0a0b0c0d0e0f"),
        ImageIdentifier(.ownModification, "13121110-1514-1716-1819-1a1b1c1d1e1f"),
      ])
    #expect(facts.fault == nil && facts.formatSpecific == nil && !facts.isDirty)
  }

  @Test func `a differencing image names its parent by UUID alone`() throws {
    let facts = try ImageFacts.reading(HeaderDraft.vdiChild.bytes)
    #expect(facts.fault == nil)
    #expect(
      facts.references == [
        StoredReference(
          role: .parent, stored: Array("03020100-0504-0706-0809-0a0b0c0d0e0f".utf8))
      ])
    #expect(
      facts.identifiers == [
        ImageIdentifier(.own, "23222120-2524-2726-2829-2a2b2c2d2e2f"),
        ImageIdentifier(.ownModification, "13121110-1514-1716-1819-1a1b1c1d1e1f"),
        ImageIdentifier(.parent, "03020100-0504-0706-0809-0a0b0c0d0e0f"),
        ImageIdentifier(.parentModification, "13121110-1514-1716-1819-1a1b1c1d1e1f"),
      ])
  }

  @Test func `a size that is no multiple of a sector is rounded up`() throws {
    var image = HeaderDraft.vdi
    image.put(little: 1_048_577 as UInt64, at: 368)
    #expect(try ImageFacts.reading(image.bytes).virtualSize == 1_049_088)
  }

  @Test func `larger blocks are sound, whatever QEMU can open`() throws {
    var image = HeaderDraft.vdi
    image.put(little: 4_194_304 as UInt32, at: 376)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.fault == nil)
    #expect(facts.clusterSize == 4_194_304)
  }

  @Test(arguments: 68..<456)
  func `cut short, it is a fault`(length: Int) throws {
    var image = HeaderDraft.vdi
    image.cut(to: length)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.format == .vdi)
    guard case .truncated = facts.fault else {
      Issue.record("\(String(describing: facts.fault))")
      return
    }
  }

  @Test(arguments: 0..<68)
  func `without its signature it is no VDI`(length: Int) throws {
    var image = HeaderDraft.vdi
    image.cut(to: length)
    #expect(try ImageFacts.reading(image.bytes).format == .raw)
  }

  @Test func `the whole header is enough`() throws {
    var image = HeaderDraft.vdi
    image.cut(to: 456)
    #expect(try ImageFacts.reading(image.bytes).fault == nil)
  }

  @Test func `without its version nothing is known`() throws {
    var image = HeaderDraft.vdi
    image.put(little: 0x0000_0002 as UInt32, at: 68)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(
      facts.fault == .outOfRange(field: "u32Version", value: 2, allowed: 0x1_0001...0x1_0001))
    #expect(facts.virtualSize == nil && facts.identifiers.isEmpty)
  }

  private static let spoiled: [Spoiled] = [
    .contradicting("offBlocks", "is 513, not a multiple of 512") {
      $0.put(little: 513 as UInt32, at: 340)
    },
    .contradicting("offData", "is 1, not a multiple of 512") {
      $0.put(little: 1 as UInt32, at: 344)
    },
    .outside(512...512, "cbSector", 4096) { $0.put(little: 4096 as UInt32, at: 360) },
    .outside(0...0x1_ffff_f800_0000, "cbDisk", 0x1_ffff_f800_0001) {
      $0.put(little: 0x1_ffff_f800_0001 as UInt64, at: 368)
    },
    .outside(0...0x1_ffff_f800_0000, "cbDisk", .max) { $0.put(little: UInt64.max, at: 368) },
    .contradicting("cbDisk", "is 2097153, and 2 blocks do not hold that much") {
      $0.put(little: 2_097_153 as UInt64, at: 368)
    },
    .outside(512...0x8000_0000, "cbBlock", 0) { $0.put(little: 0 as UInt32, at: 376) },
    .contradicting("cbBlock", "is 1048577, not a power of two") {
      $0.put(little: 1_048_577 as UInt32, at: 376)
    },
    .outside(0...0x1fff_ff80, "cBlocks", 0x1fff_ff81) {
      $0.put(little: 0x1fff_ff81 as UInt32, at: 384)
    },
  ]

  @Test(arguments: [(383, 72), (0, 76), (2, 76), (3, 76), (5, 76)])
  func `neither the header's length nor its type is looked at`(value: UInt32, offset: Int) throws {
    var image = HeaderDraft.vdiChild
    image.put(little: value, at: offset)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.fault == nil)
    #expect(facts.references.count == 1)
  }

  @Test(arguments: spoiled)
  func `whatever else is wrong, the link to the parent stays`(field: Spoiled) throws {
    let facts = try ImageFacts.reading(field.applied(to: .vdiChild).bytes)
    #expect(facts.fault == field.fault)
    #expect(facts.references.count == 1)
    #expect(facts.identifiers.count == 4)
  }

  @Test func `nothing but the head is read`() throws {
    let source = ReadTally(HeaderDraft.vdiChild.bytes)
    _ = try ImageFacts.reading(source)
    #expect(source.reads == [.init(offset: 0, count: 4096)])
  }
}
