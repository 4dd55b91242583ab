import DiskImage
import Testing

extension HeaderDraft {
  /// A qed image of 3 MiB with clusters and tables of 4 KiB, two to a table, on top of raw `base.img`.
  static var qed: HeaderDraft {
    var image = HeaderDraft(count: 12_288)
    image.put("QED", at: 0)
    image.put(little: 4096 as UInt32, at: 4)
    image.put(little: 2 as UInt32, at: 8)
    image.put(little: 1 as UInt32, at: 12)
    image.put(little: 5 as UInt64, at: 16)
    image.put(little: 4096 as UInt64, at: 40)
    image.put(little: 3_145_728 as UInt64, at: 48)
    image.put(little: 64 as UInt32, at: 56)
    image.put(little: 8 as UInt32, at: 60)
    image.put("base.img", at: 64)
    return image
  }
}

@Suite struct QEDHeaderTests {
  @Test func `an overlay says its size, its clusters, and that its base is raw`() throws {
    let facts = try ImageFacts.reading(HeaderDraft.qed.bytes)
    #expect(facts.format == .qed)
    #expect(facts.virtualSize == 3_145_728)
    #expect(facts.clusterSize == 4096)
    #expect(
      facts.references == [
        StoredReference(
          role: .backing, stored: Array("base.img".utf8), recordedFormat: Array("raw".utf8))
      ])
    #expect(facts.fault == nil && facts.formatSpecific == nil && !facts.isDirty)
  }

  @Test(
    arguments: [
      (0, 0, nil, false), (1, 1, nil, false), (2, 0, nil, true), (3, 1, nil, true),
      (4, 0, nil, false), (7, 1, "raw", true),
    ] as [(UInt64, Int, String?, Bool)])
  func `the feature bits`(bits: UInt64, bases: Int, format: String?, isDirty: Bool) throws {
    var image = HeaderDraft.qed
    image.put(little: bits, at: 16)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.references.count == bases)
    #expect(facts.references.first?.recordedFormat == format.map { Array($0.utf8) })
    #expect(facts.isDirty == isDirty)
    #expect(facts.fault == nil && facts.unknownFeatures.isEmpty)
  }

  @Test func `a feature that is not known is named, and nothing else is judged`() throws {
    var image = HeaderDraft.qed
    image.put(little: 0x8000_0000_0000_0009 as UInt64, at: 16)
    image.put(little: 0 as UInt32, at: 8)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.unknownFeatures == ["incompatible bit 3", "incompatible bit 63"])
    #expect(facts.fault == nil)
    #expect(facts.references.map(\.stored) == [Array("base.img".utf8)])
  }

  @Test func `unknown features of the other two kinds do not matter`() throws {
    var image = HeaderDraft.qed
    image.put(little: UInt64.max, at: 24)
    image.put(little: UInt64.max, at: 32)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.fault == nil && facts.unknownFeatures.isEmpty)
  }

  @Test func `a name beyond the head costs one read`() throws {
    var image = HeaderDraft.qed
    image.put(little: 65_536 as UInt32, at: 4)
    image.put(little: 65_536 as UInt64, at: 40)
    image.put(little: 60_000 as UInt32, at: 56)
    image.put("elsewher", at: 60_000)
    image.put([0], at: 196_607)
    let source = ReadTally(image.bytes)
    let facts = try ImageFacts.reading(source)
    #expect(facts.fault == nil)
    #expect(facts.references.map(\.stored) == [Array("elsewher".utf8)])
    #expect(source.reads == [.init(offset: 0, count: 4096), .init(offset: 60_000, count: 8)])
  }

  @Test(arguments: 4..<64)
  func `cut short, it is a fault`(length: Int) throws {
    var image = HeaderDraft.qed
    image.cut(to: length)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(facts.format == .qed)
    guard case .truncated = facts.fault else {
      Issue.record("\(String(describing: facts.fault))")
      return
    }
  }

  @Test(arguments: 0..<4)
  func `without its magic it is no qed`(length: Int) throws {
    var image = HeaderDraft.qed
    image.cut(to: length)
    #expect(try ImageFacts.reading(image.bytes).format == .raw)
  }

  private static let spoiled: [Spoiled] = [
    .outside(4096...0x400_0000, "cluster_size", 0x800_0000) {
      $0.put(little: 0x800_0000 as UInt32, at: 4)
    },
    .contradicting("cluster_size", "is 4097, not a power of two") {
      $0.put(little: 4097 as UInt32, at: 4)
    },
    .outside(2...16, "table_size", 1) { $0.put(little: 1 as UInt32, at: 8) },
    .outside(2...16, "table_size", 0) { $0.put(little: 0 as UInt32, at: 8) },
    .outside(2...16, "table_size", 32) { $0.put(little: 32 as UInt32, at: 8) },
    .contradicting("table_size", "is 3, not a power of two") {
      $0.put(little: 3 as UInt32, at: 8)
    },
    .contradicting("image_size", "is 3145729, not a multiple of 512") {
      $0.put(little: 3_145_729 as UInt64, at: 48)
    },
    .outside(0...0x1_0000_0000, "image_size", 0x1_0000_0200) {
      $0.put(little: 0x1_0000_0200 as UInt64, at: 48)
    },
    .contradicting("l1_table_offset", "is 4097, not a multiple of the cluster size") {
      $0.put(little: 4097 as UInt64, at: 40)
    },
    .outside(4096...UInt64.max, "l1_table_offset", 0) { $0.put(little: 0 as UInt64, at: 40) },
    Spoiled(fault: .truncated(offset: 8192, needed: 8192)) {
      $0.put(little: 8192 as UInt64, at: 40)
    },
    Spoiled(fault: .truncated(offset: 0xffff_ffff_ffff_f000, needed: 8192)) {
      $0.put(little: 0xffff_ffff_ffff_f000 as UInt64, at: 40)
    },
  ]

  @Test(arguments: spoiled)
  func `whatever else is wrong, the name of the base stays`(field: Spoiled) throws {
    let facts = try ImageFacts.reading(field.applied(to: .qed).bytes)
    #expect(facts.fault == field.fault)
    #expect(facts.references.map(\.stored) == [Array("base.img".utf8)])
  }

  private static let spoiledNames: [Spoiled] = [
    .outside(0...4095, "backing_filename_size", 4096) {
      $0.put(little: 4096 as UInt32, at: 60)
    },
    .contradicting(
      "backing_filename_offset", "is 4089, and the name does not end within the header"
    ) {
      $0.put(little: 4089 as UInt32, at: 56)
    },
    .contradicting(
      "backing_filename_offset", "is 4294967295, and the name does not end within the header"
    ) { $0.put(little: UInt32.max, at: 56) },
    .contradicting("backing_filename_offset", "is 64, and the name does not end within the header")
    {
      $0.put(little: 0 as UInt32, at: 12)
    },
  ]

  @Test(arguments: spoiledNames)
  func `a name that cannot be keeps nothing else from being read`(field: Spoiled) throws {
    let facts = try ImageFacts.reading(field.applied(to: .qed).bytes)
    #expect(facts.fault == field.fault)
    #expect(facts.references.isEmpty)
    #expect(facts.virtualSize == 3_145_728 && facts.clusterSize == 4096)
  }
}
