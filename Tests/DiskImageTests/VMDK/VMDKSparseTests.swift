import DiskImage
import Testing

@Suite struct VMDKSparseTests {
  @Test func `a delta says its size, its grains, its parent and both identities`() throws {
    let facts = try HeaderDraft.vmdkDelta.facts()
    #expect(facts.format == .vmdk)
    #expect(facts.virtualSize == 1_048_576)
    #expect(facts.clusterSize == 65_536)
    #expect(
      facts.references == [StoredReference(role: .backing, stored: Array("base.vmdk".utf8))])
    #expect(
      facts.identifiers == [
        ImageIdentifier(.own, "0000beef"), ImageIdentifier(.parent, "7a1a2fee"),
      ])
    #expect(facts.fault == nil && !facts.isDirty && !facts.isEncrypted)
  }

  @Test func `the facts of the format are those of QEMU`() throws {
    #expect(
      try HeaderDraft.vmdkDelta.facts().formatSpecific
        == .object([
          FactField("type", .text("vmdk")),
          FactField(
            "data",
            .object([
              FactField("cid", .number(48_879)), FactField("parent-cid", .number(2_048_536_558)),
              FactField("create-type", .text("monolithicSparse")),
              FactField(
                "extents",
                .list([
                  .object([
                    FactField("virtual-size", .number(1_048_576)),
                    FactField("filename", .text("renamed-since.vmdk")),
                    FactField("cluster-size", .number(65_536)), FactField("format", .text("")),
                  ])
                ])),
            ])),
        ]))
  }

  @Test func `the image itself is named as it was opened`() throws {
    let facts = try HeaderDraft.vmdkDelta.facts()
    let opened = facts.formatSpecific(openedAs: Array("/pool/disk.vmdk".utf8))
    #expect(opened?.fileNames == ["/pool/disk.vmdk"])
  }

  @Test func `a descriptor that names files beside the image refers to them`() throws {
    let image = HeaderDraft.vmdk(
      "CID=1\nparentCID=ffffffff\nRW 2048 SPARSE \"a.vmdk\"\nRW 8 FLAT \"/etc/shadow\" 0\n")
    #expect(
      try image.facts().references == [
        StoredReference(role: .extent, stored: Array("a.vmdk".utf8)),
        StoredReference(role: .extent, stored: Array("/etc/shadow".utf8)),
      ])
    let flat = HeaderDraft.vmdk("CID=1\nparentCID=ffffffff\nRW 8 FLAT \"/etc/shadow\" 0\n")
    #expect(try flat.facts().storedPaths == ["/etc/shadow"])
  }

  @Test func `extents of a descriptor in a sparse image are no fault, as for QEMU`() throws {
    let image = HeaderDraft.vmdk("CID=1\nparentCID=ffffffff\nRW 8 FLAT \"a.vmdk\"\n")
    #expect(try image.facts().fault == nil)
  }

  @Test func `the descriptor in the second sector goes before one elsewhere`() throws {
    var image = HeaderDraft.vmdk("CID=1\nparentCID=ffffffff\n")
    image.put("CID=2\nparentCID=ffffffff\n", at: 2048)
    image.put(little: 4 as UInt64, at: 28)
    #expect(try image.facts().identifiers == [ImageIdentifier(.own, "00000001")])
    image.put("XXX", at: 512)
    #expect(try image.facts().identifiers == [ImageIdentifier(.own, "ffffffff")])
    image.put([UInt8](repeating: 0, count: 512), at: 512)
    #expect(try image.facts().identifiers == [ImageIdentifier(.own, "00000002")])
  }

  @Test func `an extent without a descriptor is a part of something and sound`() throws {
    let facts = try HeaderDraft.vmdkExtent.facts()
    #expect(facts.virtualSize == 1_048_576)
    #expect(facts.clusterSize == 65_536)
    #expect(facts.fault == nil && facts.formatSpecific == nil && facts.identifiers.isEmpty)
  }

  @Test func `without a capacity it is its descriptor that counts`() throws {
    var image = HeaderDraft.vmdkExtent
    image.put(VMDKText.descriptor("monolithicFlat", #"RW 4096 FLAT "f.vmdk" 0"#), at: 512)
    image.put(little: 0 as UInt64, at: 12)
    let facts = try image.facts()
    #expect(facts.virtualSize == 2_097_152)
    #expect(facts.storedPaths == ["f.vmdk"])
    #expect(facts.fault == nil && facts.clusterSize == nil)
  }

  @Test func `the footer of a stream goes before its header`() throws {
    var image = HeaderDraft.vmdkStream
    image.put(little: 4096 as UInt64, at: 66_060)
    let facts = try image.facts()
    #expect(facts.virtualSize == 2_097_152)
    #expect(facts.fault == nil)
    #expect(facts.identifiers == [ImageIdentifier(.own, "00000001")])
    #expect(facts.formatSpecific?.createType == "streamOptimized")
  }

  @Test(arguments: [65_544, 65_548, 66_048, 66_560, 66_568, 66_575])
  func `a stream that does not end with its footer is a fault`(offset: Int) throws {
    var image = HeaderDraft.vmdkStream
    image.put([9], at: offset)
    let facts = try image.facts()
    #expect(
      facts.fault
        == .contradiction(
          field: "gdOffset",
          reason: "says that a footer has it, and the image does not end with one"))
    #expect(facts.virtualSize == 1_048_576)
  }

  @Test(arguments: 4..<79)
  func `cut short, it is a fault`(length: Int) throws {
    var image = HeaderDraft.vmdkExtent
    image.cut(to: length)
    let facts = try image.facts()
    #expect(facts.format == .vmdk)
    guard case .truncated = facts.fault else {
      Issue.record("\(String(describing: facts.fault))")
      return
    }
  }

  @Test(arguments: 1..<1535)
  func `a stream cut short is a fault`(missing: Int) throws {
    var image = HeaderDraft.vmdkStream
    image.cut(to: 67_072 - missing)
    // A last sector that is not whole counts as one, and the markers end with zeros.
    #expect(try image.facts().fault != nil || missing < 497)
  }

  private static let spoiled: [Spoiled] = [
    .outside(0...3, "version", 4) { $0.put(little: 4 as UInt32, at: 4) },
    .outside(0...0x3f_ffff_ffff_ffff, "capacity", .max) { $0.put(little: UInt64.max, at: 12) },
    .outside(0...0x200_0000_0000, "capacity", 0x200_0000_0001) {
      $0.put(little: 0x200_0000_0001 as UInt64, at: 12)
    },
    .outside(1...0x20_0000, "grainSize", 0) { $0.put(little: 0 as UInt64, at: 20) },
    .outside(1...0x20_0000, "grainSize", 0x20_0001) { $0.put(little: 0x20_0001 as UInt64, at: 20) },
    .outside(1...512, "numGTEsPerGT", 0) { $0.put(little: 0 as UInt32, at: 44) },
    .outside(1...512, "numGTEsPerGT", 513) { $0.put(little: 513 as UInt32, at: 44) },
    .outside(0...128, "overHead", 129) { $0.put(little: 129 as UInt64, at: 64) },
    .outside(0...0x3f_ffff_ffff_ffff, "gdOffset", .max - 1) {
      $0.put(little: UInt64.max - 1, at: 56)
    },
    .outside(0...0x3f_ffff_ffff_ffff, "rgdOffset", .max) { $0.put(little: UInt64.max, at: 48) },
  ]

  @Test(arguments: spoiled)
  func `whatever else is wrong, the parent stays`(field: Spoiled) throws {
    let facts = try field.applied(to: .vmdkDelta).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.storedPaths == ["base.vmdk"])
    #expect(facts.identifiers.count == 2)
  }

  private static let misplaced: [Spoiled] = [
    .outside(0...0x3f_ffff_ffff_ffff, "descriptorOffset", .max) {
      $0.put(little: UInt64.max, at: 28)
    },
    Spoiled(fault: .truncated(offset: 65_536, needed: 1)) { $0.put(little: 128 as UInt64, at: 28) },
  ]

  @Test(arguments: misplaced)
  func `a descriptor that is not where it should be is in the second sector`(
    field: Spoiled
  ) throws {
    let facts = try field.applied(to: .vmdkDelta).facts()
    #expect(facts.fault == nil)
    #expect(facts.storedPaths == ["base.vmdk"])
    #expect(facts.formatSpecific?.createType == "monolithicSparse")
  }

  @Test(arguments: [0, 5, 128] as [UInt64])
  func `QEMU never asks where the descriptor is`(sector: UInt64) throws {
    var image = HeaderDraft.vmdkDelta
    image.put(little: sector, at: 28)
    image.put(little: 0 as UInt64, at: 36)
    let facts = try image.facts()
    #expect(facts.fault == nil)
    #expect(facts.formatSpecific?.createType == "monolithicSparse")
  }

  @Test func `an image of no size that is one extent is none`() throws {
    var image = HeaderDraft.vmdkDelta
    image.put(little: 0 as UInt64, at: 12)
    #expect(
      try image.facts().fault
        == .contradiction(field: "capacity", reason: "is 0, and the disk has no other extent"))
  }

  @Test(arguments: misplaced)
  func `a descriptor that is nowhere is a fault`(field: Spoiled) throws {
    var image = field.applied(to: .vmdkDelta)
    image.put([0], at: 512)
    let facts = try image.facts()
    #expect(facts.fault == field.fault)
    #expect(facts.virtualSize == 1_048_576)
    #expect(facts.clusterSize == 65_536)
  }

  @Test func `a redundant directory that is not used may be anywhere`() throws {
    var image = HeaderDraft.vmdkDelta
    image.put(little: 1 as UInt32, at: 8)
    image.put(little: UInt64.max, at: 48)
    #expect(try image.facts().fault == nil)
  }

  @Test func `a short descriptor costs no read, a stream that of its footer`() throws {
    let delta = ReadTally(HeaderDraft.vmdkDelta.bytes)
    _ = try ImageFacts.reading(delta)
    #expect(delta.reads == [.init(offset: 0, count: 4096)])
    let stream = ReadTally(HeaderDraft.vmdkStream.bytes)
    _ = try ImageFacts.reading(stream)
    #expect(
      stream.reads == [.init(offset: 0, count: 4096), .init(offset: 65_536, count: 1536)])
  }

  @Test func `a descriptor that claims to be endless costs 1 MiB and 20 sectors at most`() throws {
    var image = HeaderDraft.vmdkExtent
    image.put(little: UInt64.max, at: 36)
    image.put([UInt8](repeating: 0x0a, count: 3 << 20), at: 512)
    let source = ReadTally(image.bytes)
    _ = try ImageFacts.reading(source)
    #expect(
      source.reads == [
        .init(offset: 0, count: 4096), .init(offset: 512, count: 10_239),
        .init(offset: 512, count: 1_048_575),
      ])
  }
}

extension FactValue {
  /// The value under a key.
  subscript(key: String) -> FactValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.key == key }?.value
  }

  /// `create-type` of a VMDK.
  var createType: String? {
    guard case .text(let text)? = self["data"]?["create-type"] else { return nil }
    return text
  }

  /// `filename` of every extent of a VMDK that has one.
  var fileNames: [String] {
    guard case .list(let extents)? = self["data"]?["extents"] else { return [] }
    return extents.compactMap {
      guard case .text(let name)? = $0["filename"] else { return nil }
      return name
    }
  }
}
