import DiskImage
import Testing

@Suite struct QCOW2HeaderTests {
  @Test func `version 3 says size, clusters and features`() throws {
    let facts = try QCOW2Bytes().facts()
    #expect(facts.format == .qcow2)
    #expect(facts.virtualSize == 1_048_576)
    #expect(facts.clusterSize == 65_536)
    #expect(facts.fault == nil)
    #expect(!facts.isEncrypted && !facts.isDirty && !facts.isCorrupt)
    #expect(facts.references.isEmpty && facts.snapshots.isEmpty && facts.unknownFeatures.isEmpty)
    #expect(
      facts.formatSpecific
        == .object([
          FactField("type", .text("qcow2")),
          FactField(
            "data",
            .object([
              FactField("compat", .text("1.1")),
              FactField("compression-type", .text("zlib")),
              FactField("lazy-refcounts", .boolean(false)),
              FactField("refcount-bits", .number(16)),
              FactField("corrupt", .boolean(false)),
              FactField("extended-l2", .boolean(false)),
            ])),
        ]))
  }

  @Test func `version 2 has 16 bits for a reference count and no features`() throws {
    let facts = try QCOW2Bytes(version: 2).facts()
    #expect(facts.fault == nil)
    #expect(
      facts.formatSpecific
        == .object([
          FactField("type", .text("qcow2")),
          FactField(
            "data",
            .object([
              FactField("compat", .text("0.10")),
              FactField("compression-type", .text("zlib")),
              FactField("refcount-bits", .number(16)),
            ])),
        ]))
  }

  @Test(arguments: [104, 112, 200] as [UInt32])
  func `extensions begin where a version 3 header ends`(headerLength: UInt32) throws {
    var image = QCOW2Bytes(headerLength: headerLength)
    image.addExtension(0xe279_2aca, Array("raw".utf8))
    image.addBackingName(Array("b".utf8))
    #expect(
      try image.facts().references == [
        StoredReference(
          role: .backing, stored: Array("b".utf8), recordedFormat: Array("raw".utf8))
      ])
  }

  @Test func `the size is in whole sectors`() throws {
    let image = QCOW2Bytes().spoiled { $0.put(1_048_575 as UInt64, at: 24) }
    #expect(try image.facts().virtualSize == 1_048_064)
  }

  @Test(arguments: [(1, true, false), (2, false, true), (3, true, true)] as [(UInt8, Bool, Bool)])
  func `dirty is bit 0 and corrupt is bit 1`(bits: UInt8, dirty: Bool, corrupt: Bool) throws {
    let facts = try QCOW2Bytes().spoiled { $0.put(bits, at: 79) }.facts()
    #expect(facts.isDirty == dirty)
    #expect(facts.isCorrupt == corrupt)
    #expect(facts.fault == nil)
  }

  @Test(arguments: [0, 1, 256, UInt32.max] as [UInt32])
  func `the magic with a version below 2 is another format`(version: UInt32) throws {
    let image = QCOW2Bytes(version: 3).spoiled { $0.put(version, at: 4) }
    #expect(try (image.facts().format == .qcow2) == (version > 1))
  }

  @Test(arguments: 8..<146)
  func `an overlay cut short is a fault`(length: Int) throws {
    let facts = try QCOW2Bytes.overlay.spoiled { $0.cut(to: length) }.facts()
    #expect(facts.format == .qcow2)
    let fault = try #require(facts.fault)
    guard case .truncated(let offset, let needed) = fault else {
      Issue.record("\(fault)")
      return
    }
    #expect(offset + UInt64(needed) > UInt64(length))
  }

  @Test func `an overlay that ends with its backing name is none`() throws {
    let facts = try QCOW2Bytes.overlay.spoiled { $0.cut(to: 146) }.facts()
    #expect(facts.fault == nil)
    #expect(facts.references.map(\.stored) == [Array("base.qcow2".utf8)])
  }
}
