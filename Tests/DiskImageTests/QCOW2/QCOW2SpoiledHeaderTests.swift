import DiskImage
import Testing

@Suite struct QCOW2SpoiledHeaderTests {
  private static let withoutMeaning: [SpoiledField] = [
    .outside(2...3, "version", at: 4, width: 4, 4),
    .outside(9...21, "cluster_bits", at: 20, width: 4, 8),
    .outside(9...21, "cluster_bits", at: 20, width: 4, 22),
    .outside(9...21, "cluster_bits", at: 20, width: 4, 64),
  ]

  @Test(arguments: withoutMeaning)
  func `without a version or a cluster size nothing is known`(field: SpoiledField) throws {
    let facts = try field.overlay.facts()
    #expect(facts.fault == field.fault)
    #expect(facts.virtualSize == nil && facts.references.isEmpty && facts.formatSpecific == nil)
  }

  private static let withoutBackingName: [SpoiledField] = [
    .outside(104...65_536, "header_length", at: 100, width: 4, 103),
    .outside(104...65_536, "header_length", at: 100, width: 4, 65_544),
    .outside(0...65_536, "backing_file_offset", at: 8, width: 8, 65_537),
    .outside(0...65_536, "backing_file_offset", at: 8, width: 8, UInt64.max),
    .outside(0...1023, "backing_file_size", at: 16, width: 4, 1024),
    .outside(0...1023, "backing_file_size", at: 16, width: 4, 0xffff_ffff),
  ]

  @Test(arguments: withoutBackingName)
  func `where the backing name cannot be, size and clusters stay`(field: SpoiledField) throws {
    let facts = try field.overlay.facts()
    #expect(facts.fault == field.fault)
    #expect(facts.references.isEmpty)
    #expect(facts.virtualSize == 1_048_576)
    #expect(facts.clusterSize == 65_536)
  }

  private static let numbers: [SpoiledField] = [
    .outside(0...2, "crypt_method", at: 32, width: 4, 3),
    .outside(0...4_194_304, "l1_size", at: 36, width: 4, 4_194_305),
    .outside(0...0x7fff_ffff_ffff_fff7, "l1_table_offset", at: 40, width: 8, 1 << 63),
    .outside(
      0...0x7fff_ffff_fffe_ffff, "refcount_table_offset", at: 48, width: 8, 0x7fff_ffff_ffff_0000),
    .outside(1...128, "refcount_table_clusters", at: 56, width: 4, 0),
    .outside(1...128, "refcount_table_clusters", at: 56, width: 4, 129),
    .outside(0...65_536, "nb_snapshots", at: 60, width: 4, 65_537),
    .outside(0...0x7fff_ffff_ffff_ffff, "snapshots_offset", at: 64, width: 8, UInt64.max),
    .outside(0...6, "refcount_order", at: 96, width: 4, 7),
    .outside(0...1, "compression_type", at: 104, width: 1, 2),
  ]

  private static let contradictions: [SpoiledField] = [
    .contradicting("is 1, and size needs 2", "l1_size", at: 24, width: 8, 536_870_913),
    .contradicting("is 1, and size needs 34359738368", "l1_size", at: 24, width: 8, UInt64.max),
    .contradicting(
      "is 512, not a multiple of the cluster size", "l1_table_offset", at: 40, width: 8, 512),
    .contradicting(
      "is 65537, not a multiple of the cluster size", "refcount_table_offset", at: 48, width: 8,
      65_537),
    .contradicting(
      "is 8, not a multiple of the cluster size", "snapshots_offset", at: 64, width: 8, 8),
    .contradicting(
      "is 1, and the incompatible feature bit says otherwise", "compression_type", at: 104,
      width: 1, 1),
    .contradicting(
      "is 0, and the incompatible feature bit says otherwise", "compression_type", at: 79,
      width: 1, 8),
    .contradicting(
      "says that the external data file is raw, and there is none", "autoclear_features", at: 95,
      width: 1, 2),
    .contradicting(
      "is LUKS, and there is no full disk encryption header", "crypt_method", at: 32, width: 4, 2),
  ]

  @Test(arguments: numbers + contradictions)
  func `whatever else is wrong, the backing reference stays`(field: SpoiledField) throws {
    let facts = try field.overlay.facts()
    #expect(facts.fault == field.fault)
    #expect(
      facts.references == [
        StoredReference(
          role: .backing, stored: Array("base.qcow2".utf8), recordedFormat: Array("qcow2".utf8))
      ])
    #expect(facts.formatSpecific != nil)
  }

  @Test func `a backing name ends within the first cluster`() throws {
    let image = QCOW2Bytes.overlay.spoiled { $0.put(65_527 as UInt64, at: 8) }
    #expect(
      try image.facts().fault
        == .outOfRange(field: "backing_file_size", value: 10, allowed: 0...9))
  }

  @Test func `extended L2 entries need clusters of 16 KiB`() throws {
    let image = QCOW2Bytes().spoiled {
      $0.put(13 as UInt32, at: 20)
      $0.put(16 as UInt8, at: 79)
    }
    #expect(
      try image.facts().fault == .outOfRange(field: "cluster_bits", value: 13, allowed: 14...21))
  }

  @Test func `extended L2 entries halve what an L1 entry covers`() throws {
    let image = QCOW2Bytes().spoiled {
      $0.put(16 as UInt8, at: 79)
      $0.put(268_435_456 as UInt64, at: 24)
    }
    #expect(try image.facts().fault == nil)
    #expect(
      try image.spoiled { $0.put(268_435_457 as UInt64, at: 24) }.facts().fault
        == .contradiction(field: "l1_size", reason: "is 1, and size needs 2"))
  }
}
