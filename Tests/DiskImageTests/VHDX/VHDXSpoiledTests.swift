import DiskImage
import Testing

@Suite struct VHDXSpoiledTests {
  private typealias Place = VHDXBytes.Place

  private static let regions: [Spoiled] = [
    .outside(0...2047, "EntryCount", 2048) {
      $0.put(little: 2048 as UInt32, at: Place.firstRegions + 8)
    },
    .contradicting("BAT region", "is missing") {
      $0.put([0], at: Place.firstRegions + 16)
    },
    .contradicting("Metadata region", "is missing") {
      $0.put(little: 1 as UInt32, at: Place.firstRegions + 8)
    },
    .contradicting("Guid", "2dc27766-f623-4200-9d64-115e9bfd4a08 is that of two regions") {
      $0.put(guid: "6677c22d23f600429d64115e9bfd4a08", at: Place.firstRegions + 48)
    },
    .outside(0...0x7fff_ffff_0000_0000, "FileOffset", .max) {
      $0.put(little: UInt64.max, at: Place.firstRegions + 64)
    },
    .contradicting("Signature", "of the metadata table is not 'metadata'") {
      $0.put("metadatb", at: Place.metadata)
    },
    .outside(0...2047, "EntryCount", 2048) {
      $0.put(little: 2048 as UInt16, at: Place.metadata + 10)
    },
    .contradicting("ItemId", "caa16737-fa36-4d43-b3b6-33f0aa44e76b is that of two items") {
      $0.put(guid: "3767a1ca36fa434db3b633f0aa44e76b", at: Place.metadata + 64)
    },
    .contradicting("File Parameters", "is missing") { $0.put([0], at: Place.metadata + 32) },
    .contradicting("Virtual Disk Size", "is missing") { $0.put([0], at: Place.metadata + 64) },
    .contradicting("Virtual Disk ID", "is missing") { $0.put([0], at: Place.metadata + 96) },
    .contradicting("Logical Sector Size", "is missing") { $0.put([0], at: Place.metadata + 128) },
    .contradicting("Physical Sector Size", "is missing") { $0.put([0], at: Place.metadata + 160) },
  ]

  @Test(arguments: regions)
  func `where the metadata cannot be found, the identity stays`(field: Spoiled) throws {
    let facts = try VHDXBytes.dynamic.changed(field.change).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.identifiers.count == 1)
    #expect(facts.virtualSize == nil)
  }

  private static let items: [Spoiled] = [
    .outside(1_048_576...268_435_456, "BlockSize", 0) {
      $0.put(little: 0 as UInt32, at: Place.items)
    },
    .outside(1_048_576...268_435_456, "BlockSize", 536_870_912) {
      $0.put(little: 536_870_912 as UInt32, at: Place.items)
    },
    .contradicting("BlockSize", "is 3145728, not a power of two") {
      $0.put(little: 3_145_728 as UInt32, at: Place.items)
    },
    .outside(0...70_368_744_177_664, "VirtualDiskSize", 70_368_744_178_176) {
      $0.put(little: 70_368_744_178_176 as UInt64, at: Place.items + 8)
    },
    .contradicting("LogicalSectorSize", "is 1024, neither 512 nor 4096") {
      $0.put(little: 1024 as UInt32, at: Place.items + 32)
    },
    .contradicting("Length", "of the BAT region leaves no room for 2113536 entries") {
      $0.put(little: 70_368_744_177_664 as UInt64, at: Place.items + 8)
    },
  ]

  @Test(arguments: items)
  func `whatever is wrong with the disk, the parent stays`(field: Spoiled) throws {
    let facts = try VHDXBytes.child.changed(field.change).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.references.count == 1)
    #expect(facts.identifiers.count == 2)
  }

  private static let places: [Spoiled] = [
    .outside(0...0, "LogVersion", 1) {
      $0.put(little: 1 as UInt16, at: Place.secondHeader + 64)
    },
    .outside(0x10_0000...UInt64.max, "LogOffset", 0) {
      $0.put(little: 0 as UInt64, at: Place.secondHeader + 72)
    },
    .outside(0x10_0000...0x7fff_ffff_0000_0000, "LogOffset", 0xffff_ffff_fff0_0000) {
      $0.put([1], at: Place.secondHeader + 48)
      $0.put(little: 0xffff_ffff_fff0_0000 as UInt64, at: Place.secondHeader + 72)
    },
    .contradicting("LogOffset", "is 3145729, not a multiple of 1 MiB") {
      $0.put(little: 3_145_729 as UInt64, at: Place.secondHeader + 72)
    },
    .contradicting("LogLength", "is 1048577, not a multiple of 1 MiB") {
      $0.put([1], at: Place.secondHeader + 48)
      $0.put(little: 1_048_577 as UInt32, at: Place.secondHeader + 68)
    },
    .contradicting("FileOffset", "is 2097152, where the log or a region is") {
      $0.put(little: 2_097_152 as UInt64, at: Place.secondHeader + 72)
    },
    .contradicting("FileOffset", "is 2097152, where the log or a region is") {
      $0.put(little: 1_048_577 as UInt32, at: Place.firstRegions + 40)
    },
  ]

  @Test(arguments: places)
  func `where the log and the regions cannot be, all else is known`(field: Spoiled) throws {
    let facts = try VHDXBytes.child.changed(field.change).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.virtualSize == 104_857_600)
    #expect(facts.references.count == 1)
  }

  @Test func `a disk of no size would need a larger allocation table than any`() throws {
    let image = VHDXBytes.dynamic.changed { $0.put(little: 511 as UInt64, at: Place.items + 8) }
    #expect(try image.facts().fault == nil)
    #expect(
      try image.changed { $0.put(little: 0 as UInt64, at: Place.items + 8) }.facts().fault
        == .contradiction(
          field: "Length", reason: "of the BAT region leaves no room for 33554431 entries"))
  }

  @Test func `what QEMU does not look at is no fault`() throws {
    let image = VHDXBytes.dynamic.changed {
      $0.put(little: 1 as UInt32, at: Place.metadata + 52)
      $0.put(little: 9 as UInt32, at: Place.metadata + 84)
      $0.put(little: 0 as UInt32, at: Place.metadata + 32 + 32 * 4 + 16)
      $0.put(little: 1000 as UInt32, at: Place.firstRegions + 72)
      $0.put(little: 104_857_601 as UInt64, at: Place.items + 8)
    }
    let facts = try image.facts()
    #expect(facts.fault == nil)
    #expect(facts.virtualSize == 104_857_600 && facts.clusterSize == 33_554_432)
  }

  private static let parents: [Spoiled] = [
    .outside(20...1_048_576, "Length of Parent Locator", 19) {
      $0.put(little: 19 as UInt32, at: Place.metadata + 32 + 32 * 5 + 20)
    },
    .outside(20...1_048_576, "Length of Parent Locator", 1_048_577) {
      $0.put(little: 1_048_577 as UInt32, at: Place.metadata + 32 + 32 * 5 + 20)
    },
    .contradicting("Parent Locator", "is missing") { $0.put([0], at: Place.metadata + 192) },
    .contradicting("LocatorType", "is not that of a VHDX parent") {
      $0.put([0], at: Place.locator)
    },
    .outside(0...37, "KeyValueCount", 65_535) {
      $0.put(little: UInt16.max, at: Place.locator + 18)
    },
    .contradicting("parent_linkage", "is UTF-16 in an odd number of bytes, 75") {
      $0.put(little: 75 as UInt16, at: Place.locator + 30)
    },
    .contradicting("parent_linkage", "is not a GUID in braces") {
      $0.put(little: 74 as UInt16, at: Place.locator + 30)
    },
    Spoiled(fault: .truncated(offset: 2_162_752 + 0xffff_ffff, needed: 76)) {
      $0.put(little: UInt32.max, at: Place.locator + 24)
    },
  ]

  @Test(arguments: parents)
  func `a locator that cannot be leaves size and identity`(field: Spoiled) throws {
    let facts = try VHDXBytes.child.changed(field.change).facts()
    #expect(facts.fault == field.fault)
    #expect(facts.references.isEmpty)
    #expect(facts.virtualSize == 104_857_600)
    #expect(facts.identifiers.count == 1)
  }
}
