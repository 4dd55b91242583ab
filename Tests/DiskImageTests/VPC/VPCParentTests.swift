import DiskImage
import Testing

@Suite struct VPCParentTests {
  @Test func `a child names its parent and knows its identity`() throws {
    let facts = try VPCBytes.child.facts()
    #expect(facts.fault == nil)
    #expect(
      facts.references == [StoredReference(role: .backing, stored: Array("parent.vhd".utf8))])
    #expect(
      facts.identifiers == [
        ImageIdentifier(.own, "20212223-2425-2627-2829-2a2b2c2d2e2f"),
        ImageIdentifier(.parent, "00010203-0405-0607-0809-0a0b0c0d0e0f"),
      ])
  }

  @Test func `a dynamic image has no parent, whatever is left in its header`() throws {
    let image = VPCBytes.child.changed { $0.put(big: 3 as UInt32, at: 60) }
    let facts = try image.facts()
    #expect(facts.references.isEmpty)
    #expect(facts.identifiers.count == 1)
  }

  @Test func `a relative path goes before an absolute one, whatever their order`() throws {
    var image = VPCBytes.child
    image.addLocator(2, "W2ku", .utf16Little(#"C:\disks\parent.vhd"#), at: VPCBytes.Place.first)
    #expect(try image.facts().storedPaths == [#"C:\disks\parent.vhd"#])
    image.addLocator(5, "W2ru", .utf16Little(#".\böse.vhd"#), at: VPCBytes.Place.second)
    #expect(try image.facts().storedPaths == [#".\böse.vhd"#])
  }

  @Test func `a URL goes before the bare name`() throws {
    var image = VPCBytes.child
    image.addLocator(0, "MacX", Array("file://./parent.vhd\0\0".utf8), at: VPCBytes.Place.first)
    #expect(try image.facts().storedPaths == ["file://./parent.vhd"])
  }

  @Test func `locators of other platforms mean nothing`() throws {
    var image = VPCBytes.child
    image.addLocator(0, "Mac ", [1, 2, 3], at: VPCBytes.Place.first)
    image.addLocator(1, "Wi2r", Array("x.vhd".utf8), at: VPCBytes.Place.second)
    #expect(try image.facts().storedPaths == ["parent.vhd"])
  }

  @Test func `a locator that cannot be read makes way for the next`() throws {
    var image = VPCBytes.child
    image.addLocator(0, "W2ru", .utf16Little("lost.vhd"), at: VPCBytes.Place.first)
    image.change { $0.put(big: 1 << 40 as UInt64, at: 1104) }
    let facts = try image.facts()
    #expect(facts.storedPaths == ["parent.vhd"])
    #expect(facts.fault == nil)
  }

  private static let nameless: [Spoiled] = [
    .outside(0...65_536, "Platform Data Length", 65_537) {
      $0.put(big: 65_537 as UInt32, at: 1096)
    },
    .outside(0...0x7fff_ffff_ffff_ffff, "Platform Data Offset", .max) {
      $0.put(big: UInt64.max, at: 1104)
    },
    .contradicting("Parent Locator", "is UTF-16 in an odd number of bytes, 15") {
      $0.put(big: 15 as UInt32, at: 1096)
    },
    .contradicting("Parent Locator", "is not valid UTF-16") {
      $0.put(little: 0xd800 as UInt16, at: VPCBytes.Place.first + 4)
    },
    Spoiled(fault: .truncated(offset: 1 << 40, needed: 16)) {
      $0.put(big: 1 << 40 as UInt64, at: 1104)
    },
  ]

  @Test(arguments: nameless)
  func `where no name can be read, the fault is that of the best`(field: Spoiled) throws {
    var image = VPCBytes.child
    image.addLocator(0, "W2ru", .utf16Little("lost.vhd"), at: VPCBytes.Place.first)
    image.change { $0.put([UInt8](repeating: 0, count: 512), at: 576) }
    let facts = try image.changed(field.change).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.references.isEmpty)
    #expect(facts.identifiers.count == 2)
  }

  @Test func `a child without any name has its parent's identity alone`() throws {
    let image = VPCBytes.child.changed { $0.put([UInt8](repeating: 0, count: 512), at: 576) }
    let facts = try image.facts()
    #expect(facts.references.isEmpty && facts.fault == nil)
    #expect(facts.identifiers.count == 2)
  }

  @Test func `each locator costs one read of its length`() throws {
    var image = VPCBytes.child
    image.addLocator(0, "W2ru", .utf16Little("a.vhd"), at: 8192)
    image.addLocator(1, "W2ku", .utf16Little(#"C:\a.vhd"#), at: 9000)
    let source = ReadTally(image.bytes)
    #expect(try ImageFacts.reading(source).storedPaths == ["a.vhd"])
    #expect(
      source.reads == [
        .init(offset: 0, count: 4096), .init(offset: 8192, count: 10),
        .init(offset: 9000, count: 16),
      ])
  }
}

extension ImageFacts {
  /// The stored strings of all references, as text.
  var storedPaths: [String] { references.map { String(decoding: $0.stored, as: UTF8.self) } }
}
