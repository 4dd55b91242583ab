import DiskImage
import Testing

@Suite struct VHDXHeaderTests {
  private typealias Place = VHDXBytes.Place

  @Test func `a dynamic image says its size, its blocks and its identity`() throws {
    let facts = try VHDXBytes.dynamic.facts()
    #expect(facts.format == .vhdx)
    #expect(facts.virtualSize == 104_857_600)
    #expect(facts.clusterSize == 33_554_432)
    #expect(facts.references.isEmpty && facts.formatSpecific == nil && facts.fault == nil)
    #expect(!facts.isDirty && facts.unknownFeatures.isEmpty)
    #expect(
      facts.identifiers == [ImageIdentifier(.own, "03020100-0504-0706-0809-0a0b0c0d0e0f")])
  }

  @Test func `the header with the higher number is the current one`() throws {
    let image = VHDXBytes.dynamic.changed { $0.put(little: 9 as UInt64, at: Place.firstHeader + 8) }
    #expect(
      try image.facts().identifiers
        == [ImageIdentifier(.own, "83828180-8584-8786-8889-8a8b8c8d8e8f")])
  }

  @Test func `a current header that is not as it was written leaves the other`() throws {
    var bytes = VHDXBytes.dynamic.bytes
    bytes[Place.secondHeader + 4095] = 1
    let facts = try ImageFacts.reading(bytes)
    #expect(facts.fault == nil)
    #expect(
      facts.identifiers == [ImageIdentifier(.own, "83828180-8584-8786-8889-8a8b8c8d8e8f")])
  }

  @Test func `two equal headers are one, two different ones of one number none`() throws {
    let image = VHDXBytes.dynamic.changed { $0.put(little: 8 as UInt64, at: Place.firstHeader + 8) }
    #expect(
      try image.facts().fault
        == .contradiction(field: "SequenceNumber", reason: "is that of both headers, which differ"))
    let equal = image.changed { $0.put((0x00...0x0f).map { $0 }, at: Place.firstHeader + 32) }
    #expect(try equal.facts().fault == nil)
  }

  @Test func `without a valid header nothing is known`() throws {
    var bytes = VHDXBytes.dynamic.bytes
    bytes[Place.firstHeader + 100] = 1
    bytes[Place.secondHeader] = 0
    let facts = try ImageFacts.reading(bytes)
    #expect(facts.format == .vhdx)
    #expect(facts.fault == .checksumMismatch(field: "Checksum of the header"))
    #expect(facts.virtualSize == nil && facts.identifiers.isEmpty)
  }

  @Test func `a log to replay is a disk that was not closed`() throws {
    let image = VHDXBytes.dynamic.changed {
      $0.put([1], at: Place.secondHeader + 48)
      $0.put("loge", at: Place.log + 8192)
      $0.put([1], at: Place.log + 8192 + 32)
      $0.put([0], at: Place.log + 8192 + 47)
    }
    let facts = try image.facts()
    #expect(facts.isDirty && facts.fault == nil)
    #expect(facts.reasonNotStandalone == "its log has to be replayed first")
    let old = VHDXBytes.dynamic.changed { $0.put([1], at: Place.firstHeader + 48) }
    #expect(try !old.facts().isDirty)
  }

  @Test(arguments: [(0, 32, 1), (0, 0, 2), (1, 32, 0)])
  func `a log without an entry of its session has nothing to replay`(
    first: UInt8, offset: Int, second: UInt8
  ) throws {
    let image = VHDXBytes.dynamic.changed {
      $0.put([1], at: Place.secondHeader + 48)
      if first == 1 { $0.put("loge", at: Place.log) }
      $0.put([second], at: Place.log + offset)
      $0.put([0], at: Place.log + 47)
    }
    #expect(try !image.facts().isDirty)
  }

  @Test func `a log that is longer than what is read of it may have something to replay`() throws {
    let image = VHDXBytes.dynamic.changed {
      $0.put([1], at: Place.secondHeader + 48)
      $0.put(little: 2_097_152 as UInt32, at: Place.secondHeader + 68)
    }
    let source = ReadTally(image.bytes)
    let facts = try ImageFacts.reading(source)
    #expect(facts.isDirty && facts.fault == nil)
    #expect(!source.reads.contains { $0.offset == UInt64(Place.log) })
  }

  @Test func `the second region table stands in for the first, which is a fault`() throws {
    var image = HeaderDraft(VHDXBytes.dynamic.bytes)
    let table = Array(image.bytes[Place.firstRegions..<(Place.firstRegions + 65_536)])
    image.put([0], at: Place.firstRegions)
    #expect(
      try ImageFacts.reading(image.bytes).fault
        == .contradiction(field: "Signature", reason: "of the region table is not 'regi'"))
    image.put(table, at: Place.secondRegions)
    let facts = try ImageFacts.reading(image.bytes)
    #expect(
      facts.fault == .contradiction(field: "Signature", reason: "of the region table is not 'regi'")
    )
    #expect(facts.virtualSize == 104_857_600)
  }

  @Test func `what a reader must know and we do not is told`() throws {
    let image = VHDXBytes.dynamic.changed {
      $0.put(little: 4 as UInt32, at: Place.firstRegions + 8)
      $0.put((0x00...0x0f).map { $0 }, at: Place.firstRegions + 80)
      $0.put(little: 1 as UInt32, at: Place.firstRegions + 108)
      $0.put((0x10...0x1f).map { $0 }, at: Place.firstRegions + 112)
      $0.put(little: 7 as UInt16, at: Place.metadata + 10)
      $0.putEntry(5, "000102030405060708090a0b0c0d0e0f", offset: 0, length: 0)
      $0.putEntry(6, "101112131415161718191a1b1c1d1e1f", offset: 0, length: 0)
      $0.put(little: 1 as UInt32, at: Place.metadata + 32 + 32 * 6 + 24)
    }
    let facts = try image.facts()
    #expect(
      facts.unknownFeatures == [
        "region 03020100-0504-0706-0809-0a0b0c0d0e0f",
        "metadata 03020100-0504-0706-0809-0a0b0c0d0e0f",
      ])
    #expect(facts.fault == nil)
  }

  @Test func `sectors of 4096 bytes are sound, whatever QEMU can open`() throws {
    let image = VHDXBytes.dynamic.changed { $0.put(little: 4096 as UInt32, at: Place.items + 32) }
    let facts = try image.facts()
    #expect(facts.fault == nil)
    #expect(facts.virtualSize == 104_857_600)
  }

  /// Every length within the structures of a fixed size; of the region table, which a checksum covers
  /// as a whole, those at its beginning and its end.
  private static let structures: [Range<Int>] = [
    8..<520, Place.firstHeader..<(Place.firstHeader + 4096),
    Place.firstRegions..<(Place.firstRegions + 100),
    (Place.firstRegions + 65_436)..<(Place.firstRegions + 65_536),
    Place.metadata..<(Place.metadata + 32 + 5 * 32), Place.items..<(Place.items + 36),
  ]

  @Test(arguments: structures)
  func `cut short, it is a fault`(lengths: Range<Int>) throws {
    let whole = VHDXBytes.dynamic.bytes
    let sound = try lengths.filter { length in
      let cut = CutSource(bytes: whole, byteCount: UInt64(length))
      guard case .truncated = try ImageFacts.reading(cut).fault else { return true }
      return false
    }
    #expect(sound.isEmpty)
  }

  @Test func `a current header that is cut off leaves the other`() throws {
    let whole = VHDXBytes.dynamic.bytes
    let cut = CutSource(bytes: whole, byteCount: UInt64(Place.secondHeader + 4095))
    let facts = try ImageFacts.reading(cut)
    #expect(facts.identifiers.map(\.value) == ["83828180-8584-8786-8889-8a8b8c8d8e8f"])
    #expect(facts.fault == .truncated(offset: 196_608, needed: 65_536))
  }

  @Test func `what is read, and how much of it`() throws {
    let source = ReadTally(VHDXBytes.child.bytes)
    _ = try ImageFacts.reading(source)
    #expect(
      source.reads == [
        .init(offset: 0, count: 4096), .init(offset: 65_536, count: 4096),
        .init(offset: 131_072, count: 4096), .init(offset: 196_608, count: 65_536),
        .init(offset: 2_097_152, count: 4096), .init(offset: 2_162_688, count: 16_384),
        .init(offset: 2_162_752, count: 468),
      ])
  }

  @Test(arguments: [(127, [4096]), (128, [4096, 65_536])] as [(UInt8, [Int])])
  func `a table of items is read whole where it is longer than usual`(
    count: UInt8, reads: [Int]
  ) throws {
    // The entries behind those that are there have no name and need not be known.
    let image = VHDXBytes.dynamic.changed { $0.put([count, 0], at: Place.metadata + 10) }
    let source = ReadTally(image.bytes)
    #expect(try ImageFacts.reading(source) == VHDXBytes.dynamic.facts())
    #expect(source.reads.filter { $0.offset == UInt64(Place.metadata) }.map(\.count) == reads)
  }
}

/// The first `byteCount` of some bytes, without a copy of them.
struct CutSource: ByteSource {
  let bytes: [UInt8]
  let byteCount: UInt64

  func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    guard offset < byteCount else { return [] }
    return try bytes.bytes(at: offset, count: min(count, Int(byteCount - offset)))
  }
}
