import DiskImage
import Testing

@Suite struct QCOW2ReadsTests {
  @Test func `the usual image costs one read of 4096 bytes`() throws {
    let source = ReadTally(QCOW2Bytes.overlay.bytes)
    let facts = try ImageFacts.reading(source)
    #expect(facts.references.count == 1)
    #expect(source.reads == [.init(offset: 0, count: 4096)])
  }

  @Test func `its first KiB says the same, unless it needs more`() throws {
    let overlay = QCOW2Bytes.overlay.bytes
    let length = UInt64(overlay.count)
    #expect(
      ImageFacts.reading(beginning: Array(overlay[..<1024]), of: length)
        == (try ImageFacts.reading(overlay)))
    let withSnapshot = QCOW2Bytes.overlay.spoiled {
      $0.put(1 as UInt32, at: 60)
      $0.put(131_072 as UInt64, at: 64)
    }
    let broken = QCOW2Bytes.overlay.spoiled { $0.put(8 as UInt32, at: 20) }
    for image in [withSnapshot, broken] {
      #expect(ImageFacts.reading(beginning: Array(image.bytes[..<1024]), of: length) == nil)
    }
    #expect(ImageFacts.reading(beginning: Array(overlay[..<90]), of: length) == nil)
    #expect(ImageFacts.reading(beginning: [UInt8](repeating: 0, count: 1024), of: length) == nil)
    #expect(ImageFacts.reading(beginning: [], of: 0) == nil)
  }

  @Test func `what lies beyond the head is read in pieces of 16 KiB`() throws {
    var image = QCOW2Bytes()
    image.addExtension(0x1234_5678, [UInt8](repeating: 1, count: 30_000))
    image.addExtension(0xe279_2aca, Array("raw".utf8))
    image.addBackingName(Array("b".utf8))
    let source = ReadTally(image.bytes)
    let facts = try ImageFacts.reading(source)
    #expect(facts.fault == nil)
    #expect(facts.references.first?.recordedFormat == Array("raw".utf8))
    #expect(
      source.reads == [
        .init(offset: 0, count: 4096), .init(offset: 30_120, count: 16_384),
        .init(offset: 30_144, count: 16_384),
      ])
  }

  @Test func `after 64 KiB of extensions the rest is not there`() throws {
    var image = QCOW2Bytes()
    for _ in 0..<6 {
      image.addExtension(0x1234_5678, [UInt8](repeating: 1, count: 20_000))
    }
    image.put(20 as UInt32, at: 20)
    image.put(1_048_576 as UInt64, at: 40)
    image.put(1_048_576 as UInt64, at: 48)
    image.addExtension(0, [])
    let source = ReadTally(image.bytes)
    #expect(
      try ImageFacts.reading(source).fault == .truncated(offset: 100_152, needed: 8))
    #expect(source.reads.count == 5)
  }

  @Test func `a read that the system refuses is a fault beside what was read`() throws {
    let image = QCOW2Bytes.overlay.spoiled {
      $0.put(1 as UInt32, at: 60)
      $0.put(131_072 as UInt64, at: 64)
    }
    let facts = try ImageFacts.reading(ReadTally(image.bytes, refusesFrom: 4096))
    #expect(facts.fault == .unreadable(ReadFault(code: 5)))
    #expect(facts.references.count == 1)
  }

  @Test func `an image whose head cannot be read has no facts`() {
    #expect(throws: ReadFault(code: 5)) {
      try ImageFacts.reading(ReadTally([1, 2, 3], refusesFrom: 0))
    }
  }

  @Test func `a table that claims to be long costs what is there`() throws {
    let image = QCOW2Bytes().spoiled {
      $0.put(65_536 as UInt32, at: 60)
      $0.put(131_072 as UInt64, at: 64)
      $0.put([UInt8](repeating: 0, count: 4 << 20), at: 131_072)
    }
    let source = ReadTally(image.bytes)
    let facts = try ImageFacts.reading(source)
    #expect(facts.snapshots.count == 26_176)
    #expect(facts.fault == .truncated(offset: 1_178_112, needed: 40))
    #expect(source.reads.map(\.count).reduce(0, +) == 1_052_672)
  }

  @Test func `long entries of a table cost no more than short ones`() throws {
    let image = QCOW2Bytes().spoiled {
      $0.put(100 as UInt32, at: 60)
      $0.put(131_072 as UInt64, at: 64)
      for index in 0..<20 {
        $0.putSnapshot(
          at: 131_072 + index * 65_576, id: "",
          name: String(repeating: "x", count: 65_535), extra: [])
      }
    }
    let source = ReadTally(image.bytes)
    let facts = try ImageFacts.reading(source)
    #expect(facts.snapshots.count == 12)
    #expect(facts.fault == .truncated(offset: 917_984, needed: 65_575))
    #expect(source.reads.map(\.count).reduce(0, +) == 1_003_988)
  }
}
