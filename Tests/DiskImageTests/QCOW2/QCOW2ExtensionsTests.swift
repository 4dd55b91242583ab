import DiskImage
import Testing

@Suite struct QCOW2ExtensionsTests {
  @Test func `version 2 records the backing format behind byte 72`() throws {
    var image = QCOW2Bytes(version: 2)
    image.addExtension(0xe279_2aca, Array("vmdk".utf8))
    image.addBackingName(Array("../b.vmdk".utf8))
    #expect(
      try image.facts().references == [
        StoredReference(
          role: .backing, stored: Array("../b.vmdk".utf8), recordedFormat: Array("vmdk".utf8))
      ])
  }

  @Test func `what is not known is skipped, its padding as well`() throws {
    var image = QCOW2Bytes()
    image.addExtension(0x1234_5678, [1, 2, 3, 4, 5])
    image.addExtension(0x1234_5679, [])
    image.addExtension(0xe279_2aca, Array("raw".utf8))
    image.addBackingName(Array("b".utf8))
    let facts = try image.facts()
    #expect(facts.fault == nil)
    #expect(facts.references.first?.recordedFormat == Array("raw".utf8))
  }

  @Test func `no more is read behind the end`() throws {
    var image = QCOW2Bytes()
    image.addExtension(0, [])
    image.addExtension(0xe279_2aca, Array("raw".utf8))
    image.addBackingName(Array("b".utf8))
    #expect(try image.facts().references.first?.recordedFormat == nil)
  }

  @Test func `the last of two backing formats counts, an empty one is none`() throws {
    var image = QCOW2Bytes()
    image.addExtension(0xe279_2aca, Array("raw".utf8))
    image.addExtension(0xe279_2aca, Array("qcow2".utf8))
    var emptied = image
    image.addBackingName(Array("b".utf8))
    #expect(try image.facts().references.first?.recordedFormat == Array("qcow2".utf8))
    emptied.addExtension(0xe279_2aca, [])
    emptied.addBackingName(Array("b".utf8))
    #expect(try emptied.facts().references.first?.recordedFormat == nil)
  }

  @Test func `a backing name may hold any bytes, ends at a NUL and is never empty`() throws {
    var odd = QCOW2Bytes()
    odd.addBackingName([0x2f, 0xff, 0xfe, 0x0a, 0x20])
    #expect(try odd.facts().references.map(\.stored) == [[0x2f, 0xff, 0xfe, 0x0a, 0x20]])
    var ended = QCOW2Bytes()
    ended.addBackingName([0x61, 0, 0x62])
    #expect(try ended.facts().references.map(\.stored) == [[0x61]])
    var empty = QCOW2Bytes()
    empty.addBackingName([])
    #expect(try empty.facts().references.isEmpty)
    #expect(try empty.facts().fault == nil)
  }

  @Test func `a length without an offset is no backing file`() throws {
    let image = QCOW2Bytes().spoiled { $0.put(UInt32.max, at: 16) }
    #expect(try image.facts().references.isEmpty)
    #expect(try image.facts().fault == nil)
  }

  @Test func `a name of 1023 bytes is one`() throws {
    var image = QCOW2Bytes()
    image.addBackingName([UInt8](repeating: 0x61, count: 1023))
    #expect(try image.facts().references.first?.stored.count == 1023)
  }

  @Test(
    arguments: [
      (0xe279_2aca, 16, "backing format length", 0...15),
      (0x2385_2875, 23, "bitmaps extension length", 24...24),
      (0x0537_be77, 17, "full disk encryption header pointer length", 16...16),
      (0x4441_5441, 16_385, "external data file name length", 0...16_384),
    ] as [(UInt32, Int, String, ClosedRange<UInt64>)])
  func `an extension of the wrong length is a fault, and the backing name stays`(
    type: UInt32, length: Int, field: String, allowed: ClosedRange<UInt64>
  ) throws {
    var image = QCOW2Bytes()
    image.addExtension(type, [UInt8](repeating: 0x61, count: length))
    image.addBackingName(Array("b".utf8))
    let facts = try image.facts()
    #expect(
      facts.fault == .outOfRange(field: field, value: UInt64(length), allowed: allowed))
    #expect(facts.references.map(\.stored) == [Array("b".utf8)])
  }

  @Test func `an extension ends before the backing name begins`() throws {
    let image = QCOW2Bytes.overlay.spoiled { $0.put(25 as UInt32, at: 116) }
    #expect(
      try image.facts().fault
        == .outOfRange(field: "header extension length", value: 25, allowed: 0...16))
  }

  @Test func `an external data file is a reference, always raw`() throws {
    var image = QCOW2Bytes()
    image.addExtension(0x4441_5441, Array("data.raw".utf8))
    image.addExtension(0, [])
    #expect(try image.facts().references.isEmpty)
    image.put(4 as UInt8, at: 79)
    #expect(
      try image.facts().references == [
        StoredReference(
          role: .dataFile, stored: Array("data.raw".utf8), recordedFormat: Array("raw".utf8))
      ])
    #expect(try image.data("data-file") == .text("data.raw"))
    #expect(try image.data("data-file-raw") == .boolean(false))
    image.put(2 as UInt8, at: 95)
    #expect(try image.data("data-file-raw") == .boolean(true))
  }

  @Test(arguments: [[], Array("\0data.raw".utf8)])
  func `an empty name of a data file is told, and is no reference`(name: [UInt8]) throws {
    var image = QCOW2Bytes()
    image.addExtension(0x4441_5441, name)
    image.addExtension(0, [])
    image.put(4 as UInt8, at: 79)
    #expect(try image.facts().references.isEmpty)
    #expect(try image.data("data-file") == .text(""))
  }

  @Test func `features by bit`() throws {
    var image = QCOW2Bytes()
    image.put(1 as UInt8, at: 87)
    image.put(0b1_1000 as UInt8, at: 79)
    image.put(1 as UInt8, at: 104)
    #expect(try image.facts().fault == nil)
    #expect(try image.data("lazy-refcounts") == .boolean(true))
    #expect(try image.data("compression-type") == .text("zstd"))
    #expect(try image.data("extended-l2") == .boolean(true))
  }

  @Test(arguments: [(0, 1), (1, 2), (3, 8), (6, 64)] as [(UInt32, UInt64)])
  func `the width of a reference count is a power of 2`(order: UInt32, bits: UInt64) throws {
    let image = QCOW2Bytes().spoiled { $0.put(order, at: 96) }
    #expect(try image.data("refcount-bits") == .number(bits))
  }

  @Test func `an unknown incompatible bit has the image's own name for it, if any`() throws {
    var image = QCOW2Bytes()
    image.put(0x8000_0000_0000_0060 as UInt64, at: 72)
    let name = Array("time travel".utf8) + [UInt8](repeating: 0, count: 35)
    let compatible = Array("other table".utf8) + [UInt8](repeating: 0, count: 35)
    image.addExtension(0x6803_f857, [1, 5] + compatible + [0, 5] + name)
    image.addBackingName(Array("b".utf8))
    let facts = try image.facts()
    #expect(
      facts.unknownFeatures == ["time travel", "incompatible bit 6", "incompatible bit 63"])
    #expect(facts.fault == nil)
    #expect(facts.references.map(\.stored) == [Array("b".utf8)])
  }

  @Test func `what an unknown feature may have moved is not looked at`() throws {
    let facts = try QCOW2Bytes().spoiled {
      $0.put(0x20 as UInt8, at: 79)
      $0.put(7 as UInt32, at: 60)
      $0.put(0 as UInt32, at: 56)
    }.facts()
    #expect(facts.fault == nil)
    #expect(facts.snapshots.isEmpty)
  }
}

extension QCOW2Bytes {
  /// A field of what `qemu-img info` prints under `format-specific`, `data`.
  func data(_ key: String) throws -> FactValue? {
    guard case .object(let outer)? = try facts().formatSpecific,
      case .object(let data)? = outer.last?.value
    else { return nil }
    return data.first { $0.key == key }?.value
  }
}
