import DiskImage
import Testing

extension HeaderDraft {
  /// A qcow image of 3 MiB with clusters of 512 bytes, on top of `base.img`.
  static var qcow: HeaderDraft {
    var image = HeaderDraft(count: 8192)
    image.put([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 1], at: 0)
    image.put(big: 48 as UInt64, at: 8)
    image.put(big: 8 as UInt32, at: 16)
    image.put(big: 3_145_728 as UInt64, at: 24)
    image.put([9, 12], at: 32)
    image.put(big: 56 as UInt64, at: 40)
    image.put("base.img", at: 48)
    return image
  }
}

@Suite struct QCOWHeaderTests {
  @Test func `an overlay says its size, its clusters and its base, whose format it cannot say`()
    throws
  {
    let facts = try ImageFacts.reading(HeaderDraft.qcow.bytes)
    #expect(facts.format == .qcow)
    #expect(facts.virtualSize == 3_145_728)
    #expect(facts.clusterSize == 512)
    #expect(facts.references == [StoredReference(role: .backing, stored: Array("base.img".utf8))])
    #expect(facts.fault == nil && facts.formatSpecific == nil)
    #expect(!facts.isEncrypted && !facts.isDirty)
  }

  @Test func `offset 0 means that there is no base, whatever the length says`() throws {
    var image = HeaderDraft.qcow
    image.put(big: 0 as UInt64, at: 8)
    #expect(try ImageFacts.reading(image.bytes).references.isEmpty)
  }

  @Test func `AES is encryption`() throws {
    var image = HeaderDraft.qcow
    image.put(big: 1 as UInt32, at: 36)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.isEncrypted && facts.fault == nil)
  }

  @Test func `a size that is no multiple of a sector is cut`() throws {
    var image = HeaderDraft.qcow
    image.put(big: 3_145_727 as UInt64, at: 24)
    #expect(try ImageFacts.reading(image.bytes).virtualSize == 3_145_216)
  }

  @Test func `a name beyond the head costs one read`() throws {
    var image = HeaderDraft.qcow
    image.put(big: 8000 as UInt64, at: 8)
    image.put("elsewhere", at: 8000)
    image.put(big: 9 as UInt32, at: 16)
    let source = ReadTally(image.bytes)
    let facts = try ImageFacts.reading(source)
    #expect(facts.references.map(\.stored) == [Array("elsewhere".utf8)])
    #expect(source.reads == [.init(offset: 0, count: 4096), .init(offset: 8000, count: 9)])
  }

  @Test(arguments: 8..<48)
  func `cut short, it is a fault`(length: Int) throws {
    var image = HeaderDraft.qcow
    image.cut(to: length)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.format == .qcow)
    guard case .truncated = facts.fault else {
      Issue.record("\(String(describing: facts.fault))")
      return
    }
  }

  @Test(arguments: 0..<8)
  func `without its magic and its version it is no qcow`(length: Int) throws {
    var image = HeaderDraft.qcow
    image.cut(to: length)
    #expect(try ImageFacts.reading(image.bytes).format == .raw)
  }

  private static let spoiled: [Spoiled] = [
    .outside(2...0x0fff_ffff * 0x20_0000, "size", 1) { $0.put(big: 1 as UInt64, at: 24) },
    .outside(2...0x0fff_ffff * 0x20_0000, "size", .max) { $0.put(big: UInt64.max, at: 24) },
    .outside(9...16, "cluster_bits", 8) { $0.put([8], at: 32) },
    .outside(9...16, "cluster_bits", 255) { $0.put([255], at: 32) },
    .outside(6...13, "l2_bits", 5) { $0.put([5], at: 33) },
    .outside(6...13, "l2_bits", 64) { $0.put([64], at: 33) },
    .outside(0...1, "crypt_method", 2) { $0.put(big: 2 as UInt32, at: 36) },
    .outside(0...0x7fff_ffff_bfff_fff0, "l1_table_offset", 0x7fff_ffff_bfff_fff1) {
      $0.put(big: 0x7fff_ffff_bfff_fff1 as UInt64, at: 40)
    },
    .outside(0...0x7fff_ffff_bfff_fff0, "l1_table_offset", .max) {
      $0.put(big: UInt64.max, at: 40)
    },
  ]

  @Test(arguments: spoiled)
  func `whatever else is wrong, the name of the base stays`(field: Spoiled) throws {
    let facts = try ImageFacts.reading(field.applied(to: .qcow).bytes)
    #expect(facts.fault == field.fault)
    #expect(facts.references.map(\.stored) == [Array("base.img".utf8)])
  }

  @Test func `what is not there reads as zeros, as to QEMU`() throws {
    var image = HeaderDraft.qcow
    image.put(big: 0x7fff_ffff_0000_0000 as UInt64, at: 40)
    image.put(big: 8188 as UInt64, at: 8)
    image.put("abcd", at: 8188)
    image.cut(to: 8192)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.fault == nil)
    #expect(facts.references.map(\.stored) == [Array("abcd".utf8)])
  }

  private static let spoiledNames: [Spoiled] = [
    .outside(0...1023, "backing_file_size", 1024) { $0.put(big: 1024 as UInt32, at: 16) },
    .outside(0...0x7fff_ffff_bfff_fff8, "backing_file_offset", .max) {
      $0.put(big: UInt64.max, at: 8)
    },
  ]

  @Test(arguments: spoiledNames)
  func `a name that cannot be keeps nothing else from being read`(field: Spoiled) throws {
    let facts = try ImageFacts.reading(field.applied(to: .qcow).bytes)
    #expect(facts.fault == field.fault)
    #expect(facts.references.isEmpty)
    #expect(facts.virtualSize == 3_145_728 && facts.clusterSize == 512)
  }
}
