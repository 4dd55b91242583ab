import DiskImage
import Testing

@Suite struct VMDKExtentFilesTests {
  @Test func `an ESX extent says its size and its grains`() throws {
    let facts = try HeaderDraft.cowd.facts()
    #expect(facts.format == .vmdk)
    #expect(facts.virtualSize == 4_194_304)
    #expect(facts.clusterSize == 512)
    #expect(facts.references.isEmpty && facts.identifiers.isEmpty)
    #expect(facts.formatSpecific == nil && facts.fault == nil)
  }

  @Test func `a SESPARSE extent says its size and its grains`() throws {
    let facts = try HeaderDraft.seSparse.facts()
    #expect(facts.format == .vmdk)
    #expect(facts.virtualSize == 33_554_432)
    #expect(facts.clusterSize == 4096)
    #expect(facts.formatSpecific == nil && facts.fault == nil && !facts.isDirty)
  }

  @Test func `a journal to replay is an extent that was not closed`() throws {
    var image = HeaderDraft.seSparse
    image.put(little: 1 as UInt64, at: 4120)
    let facts = try image.facts()
    #expect(facts.isDirty && facts.fault == nil)
  }

  @Test(arguments: 4..<28)
  func `an ESX extent cut short is a fault`(length: Int) throws {
    var image = HeaderDraft.cowd
    image.cut(to: length)
    let facts = try image.facts()
    guard case .truncated = facts.fault, facts.format == .vmdk else {
      Issue.record("\(facts)")
      return
    }
  }

  @Test(arguments: [8..<512, 4096..<4608])
  func `a SESPARSE extent cut short is a fault`(lengths: Range<Int>) throws {
    let sound = try lengths.filter { length in
      var image = HeaderDraft.seSparse
      image.cut(to: length)
      guard case .truncated = try image.facts().fault else { return true }
      return false
    }
    #expect(sound.isEmpty)
  }

  private static let esx: [Spoiled] = [
    .outside(1...1, "version", 2) { $0.put(little: 2 as UInt32, at: 4) },
    .outside(1...0x20_0000, "grainSize", 0) { $0.put(little: 0 as UInt32, at: 16) },
    .outside(1...0x20_0000, "grainSize", 0x20_0001) { $0.put(little: 0x20_0001 as UInt32, at: 16) },
    .outside(0...0x200_0000, "numGDEntries", 0xffff_ffff) { $0.put(little: UInt32.max, at: 24) },
  ]

  @Test(arguments: esx)
  func `what cannot be in an ESX extent`(field: Spoiled) throws {
    #expect(try field.applied(to: .cowd).facts().fault == field.fault)
  }

  private static let se: [Spoiled] = [
    .outside(0x2_0000_0001...0x2_0000_0001, "version", 1) { $0.put(little: 1 as UInt64, at: 8) },
    .outside(0...0x3f_ffff_ffff_ffff, "capacity", .max) { $0.put(little: UInt64.max, at: 16) },
    .outside(8...8, "grain_size", 16) { $0.put(little: 16 as UInt64, at: 24) },
    .outside(64...64, "grain_table_size", 0) { $0.put(little: 0 as UInt64, at: 32) },
    .outside(0...0, "flags", 1) { $0.put(little: 1 as UInt64, at: 40) },
    .outside(0...0, "reserved1", 1) { $0.put(little: 1 as UInt64, at: 48) },
    .outside(0...0, "reserved2", 1) { $0.put(little: 1 as UInt64, at: 56) },
    .outside(0...0, "reserved3", 1) { $0.put(little: 1 as UInt64, at: 64) },
    .outside(0...0, "reserved4", 1) { $0.put(little: 1 as UInt64, at: 72) },
    .outside(0...0x3f_ffff_ffff_ffff, "volatile_header_offset", .max) {
      $0.put(little: UInt64.max, at: 80)
    },
    .outside(0...0x3f_ffff_ffff_ffff, "grain_dir_offset", .max) {
      $0.put(little: UInt64.max, at: 128)
    },
    .outside(0...0x8_0000, "grain_dir_size", 0x8_0001) {
      $0.put(little: 0x8_0001 as UInt64, at: 136)
    },
    .contradicting("pad", "of the constant header is not zero") { $0.put([1], at: 511) },
    .outside(0xcafe_cafe...0xcafe_cafe, "magic of the volatile header", 0) {
      $0.put(little: 0 as UInt64, at: 4096)
    },
    .contradicting("pad", "of the volatile header is not zero") { $0.put([1], at: 4607) },
  ]

  @Test(arguments: se)
  func `what cannot be in a SESPARSE extent`(field: Spoiled) throws {
    #expect(try field.applied(to: .seSparse).facts().fault == field.fault)
  }

  @Test func `one read more is for the volatile header`() throws {
    let source = ReadTally(HeaderDraft.seSparse.bytes)
    _ = try ImageFacts.reading(source)
    #expect(source.reads == [.init(offset: 0, count: 4096), .init(offset: 4096, count: 512)])
  }
}
