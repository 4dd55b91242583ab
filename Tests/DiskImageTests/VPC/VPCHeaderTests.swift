import DiskImage
import Testing

@Suite struct VPCHeaderTests {
  @Test func `a dynamic image says its size, its blocks and its identity`() throws {
    let facts = try VPCBytes.dynamic.facts()
    #expect(facts.format == .vpc)
    #expect(facts.virtualSize == 104_857_600)
    #expect(facts.clusterSize == 2_097_152)
    #expect(facts.references.isEmpty && facts.formatSpecific == nil && facts.fault == nil)
    #expect(
      facts.identifiers == [ImageIdentifier(.own, "00010203-0405-0607-0809-0a0b0c0d0e0f")])
  }

  @Test(arguments: ["win ", "qem2", "d2v ", "CTXS", "tap\0"])
  func `of some creators the size counts`(creator: String) throws {
    let image = VPCBytes.dynamic.changed { $0.put(creator, at: 28) }
    #expect(try image.facts().virtualSize == 104_857_600)
  }

  @Test(arguments: ["vpc ", "qemu", "vbox", "win\0", "tapx", "wa\0\0", "\0\0\0\0"])
  func `of all others the geometry counts`(creator: String) throws {
    let image = VPCBytes.dynamic.changed {
      $0.put(creator, at: 28)
      $0.put([0, 5, 4, 3], at: 56)
    }
    #expect(try image.facts().virtualSize == 30_720)
  }

  @Test func `a disk larger than any geometry is as large as its size`() throws {
    let image = VPCBytes.dynamic.changed {
      $0.put("vpc ", at: 28)
      $0.put([0xff, 0xff, 16, 255], at: 56)
    }
    #expect(try image.facts().virtualSize == 104_857_600)
  }

  @Test func `a size is whole sectors`() throws {
    let image = VPCBytes.dynamic.changed { $0.put(big: 104_857_599 as UInt64, at: 48) }
    #expect(try image.facts().virtualSize == 104_857_088)
  }

  @Test(arguments: 8..<1536)
  func `cut short, it is a fault`(length: Int) throws {
    let facts = try ImageFacts.reading(Array(VPCBytes.child.bytes.prefix(length)))
    #expect(facts.format == .vpc)
    guard case .truncated = facts.fault else {
      Issue.record("\(String(describing: facts.fault))")
      return
    }
  }

  @Test func `a footer at the end alone is no dynamic image`() throws {
    let footer = VPCBytes.dynamic.changed { $0.put(big: 2 as UInt32, at: 60) }.bytes.prefix(512)
    let facts = try ImageFacts.reading([UInt8](repeating: 0, count: 1024) + footer)
    #expect(facts.format == .raw)
    #expect(facts.content == "vpc-fixed")
  }

  @Test func `a checksum that is not that of the footer leaves nothing to believe`() throws {
    var bytes = VPCBytes.dynamic.bytes
    bytes[48] ^= 1
    let facts = try ImageFacts.reading(bytes)
    #expect(facts.fault == .checksumMismatch(field: "Checksum of the hard disk footer"))
    #expect(facts.virtualSize == nil)
  }

  @Test func `a checksum that is not that of the dynamic header leaves the sizes`() throws {
    var bytes = VPCBytes.dynamic.bytes
    bytes[1535] ^= 1
    let facts = try ImageFacts.reading(bytes)
    #expect(facts.fault == .checksumMismatch(field: "Checksum of the dynamic disk header"))
    #expect(facts.virtualSize == 104_857_600)
    #expect(facts.clusterSize == 2_097_152)
  }

  @Test func `a checksum that is wrong does not hide the parent`() throws {
    var bytes = VPCBytes.child.bytes
    bytes[1535] ^= 1
    let facts = try ImageFacts.reading(bytes)
    #expect(facts.fault == .checksumMismatch(field: "Checksum of the dynamic disk header"))
    #expect(facts.references.map(\.stored) == [Array("parent.vhd".utf8)])
  }

  @Test(arguments: [(0x2_0000, 12), (5, 60), (1, 536)])
  func `what QEMU does not look at is no fault`(value: UInt32, offset: Int) throws {
    let facts = try VPCBytes.dynamic.changed { $0.put(big: value, at: offset) }.facts()
    #expect(facts.fault == nil)
    #expect(facts.clusterSize == 2_097_152)
  }

  @Test func `a fixed disk has no blocks, wherever its footer is`() throws {
    let facts = try VPCBytes.dynamic.changed { $0.put(big: 2 as UInt32, at: 60) }.facts()
    #expect(facts.fault == nil)
    #expect(facts.clusterSize == nil)
  }

  @Test func `the dynamic header may stand anywhere`() throws {
    let image = VPCBytes.child
    var moved = HeaderDraft(image.bytes)
    moved.put(Array(image.bytes[512..<1536]), at: 8192)
    moved.put([UInt8](repeating: 0, count: 1024), at: 512)
    moved.put(big: 8192 as UInt64, at: 16)
    moved.put(big: 0 as UInt32, at: 64)
    let sum = moved.bytes[..<512].reduce(0 as UInt32) { $0 + UInt32($1) }
    moved.put(big: ~sum, at: 64)
    let facts = try ImageFacts.reading(moved.bytes)
    #expect(facts.fault == nil)
    #expect(facts.references.map(\.stored) == [Array("parent.vhd".utf8)])
  }

  private static let spoiled: [Spoiled] = [
    .outside(0...2_190_433_320_960, "Current Size", 2_190_433_321_472) {
      $0.put(big: 2_190_433_321_472 as UInt64, at: 48)
    },
    .outside(0...0x7fff_ffff_ffff_fbff, "Data Offset", .max) { $0.put(big: UInt64.max, at: 16) },
    .contradicting("Cookie", "of the dynamic disk header is not 'cxsparse'") {
      $0.put("cxsparsf", at: 512)
    },
    .outside(512...0x8000_0000, "Block Size", 0) { $0.put(big: 0 as UInt32, at: 544) },
    .outside(512...0x8000_0000, "Block Size", 256) { $0.put(big: 256 as UInt32, at: 544) },
    .contradicting("Block Size", "is 3145728, not a power of two") {
      $0.put(big: 3_145_728 as UInt32, at: 544)
    },
    .contradicting("Max Table Entries", "is 49, too few for a disk of 104857600 bytes") {
      $0.put(big: 49 as UInt32, at: 540)
    },
    .contradicting("Table Offset", "is 1536, and the table ends behind the image") {
      $0.put(big: 0x1fff_ffff as UInt32, at: 540)
    },
    .outside(0...0x1fff_ffff, "Max Table Entries", 0x2000_0000) {
      $0.put(big: 0x2000_0000 as UInt32, at: 540)
    },
    .contradicting("Table Offset", "is 4000, and the table ends behind the image") {
      $0.put(big: 4000 as UInt64, at: 528)
    },
    .contradicting("Table Offset", "is 18446744073709551615, and the table ends behind the image") {
      $0.put(big: UInt64.max, at: 528)
    },
  ]

  @Test(arguments: spoiled)
  func `a field that cannot be is a fault beside the identity`(field: Spoiled) throws {
    let facts = try VPCBytes.dynamic.changed(field.change).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.identifiers.count == 1)
    #expect(facts.virtualSize != nil)
  }

  @Test func `a dynamic image costs no read but that of its head`() throws {
    let source = ReadTally(VPCBytes.dynamic.bytes)
    _ = try ImageFacts.reading(source)
    #expect(source.reads == [.init(offset: 0, count: 4096)])
  }
}
