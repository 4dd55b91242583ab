import DiskImage
import Testing

/// Maps of images that no `qemu-img` makes, and of images that lie.
@Suite struct GuestMapTests {
  private func stretches(
    _ format: ImageFormat, _ bytes: [UInt8], atMost count: Int = 8
  ) throws -> [GuestStretch] {
    var map = try #require(try GuestMap(of: format, bytes))
    var found: [GuestStretch] = []
    var offset: UInt64 = 0
    while offset < map.size, found.count < count {
      let stretch = try map.stretch(from: offset, bytes)
      found.append(stretch)
      offset = stretch.range.upperBound
    }
    return found
  }

  @Test
  func `a sector of a differencing VHD is there where its bit is set, the first in the highest`()
    throws
  {
    let image = VPCBytes.child.changed {
      $0.put(big: 4 as UInt32, at: 1536)
      // Sectors 0 and 1, and 10.
      $0.put([0b1100_0000, 0b0010_0000], at: 2048)
    }
    #expect(
      try stretches(.vpc, image.bytes, atMost: 5) == [
        GuestStretch(0..<1024, .stored(file: 0, offset: 2560)),
        GuestStretch(1024..<5120, .below),
        GuestStretch(5120..<5632, .stored(file: 0, offset: 7680)),
        GuestStretch(5632..<2_097_152, .below),
        GuestStretch(2_097_152..<4_194_304, .below),
      ])
  }

  @Test func `of a dynamic VHD the bitmap is not looked at, no more than by QEMU`() throws {
    let image = VPCBytes.dynamic.changed { $0.put(big: 4 as UInt32, at: 1540) }
    #expect(
      try stretches(.vpc, image.bytes, atMost: 2) == [
        GuestStretch(0..<2_097_152, .below),
        GuestStretch(2_097_152..<4_194_304, .stored(file: 0, offset: 2560)),
      ])
  }

  /// 32 MiB to a block: 128 to a chunk, so the bitmap is behind the entries of all four.
  @Test
  func `a sector of a differencing VHDX is there where its bit is set, the first in the lowest`()
    throws
  {
    let image = VHDXBytes.child.changed {
      $0.put(little: 3 << 20 | 7 as UInt64, at: 1 << 20)
      $0.put(little: 5 << 20 | 6 as UInt64, at: 1 << 20 + 8)
      $0.put(little: 2 as UInt64, at: 1 << 20 + 16)
      $0.put(little: 4 << 20 | 6 as UInt64, at: 1 << 20 + 128 * 8)
      // Sectors 2 and 8.
      $0.put([0b0000_0100, 0b0000_0001], at: 4 << 20)
      $0.put([UInt8](repeating: 0, count: 8192), at: 4 << 20 + 2)
    }
    #expect(
      try stretches(.vhdx, image.bytes) == [
        GuestStretch(0..<1024, .below),
        GuestStretch(1024..<1536, .stored(file: 0, offset: 3 << 20 + 1024)),
        GuestStretch(1536..<4096, .below),
        GuestStretch(4096..<4608, .stored(file: 0, offset: 3 << 20 + 4096)),
        GuestStretch(4608..<32 << 20, .below),
        GuestStretch(32 << 20..<64 << 20, .stored(file: 0, offset: 5 << 20)),
        GuestStretch(64 << 20..<96 << 20, .zeros),
        GuestStretch(96 << 20..<100 << 20, .below),
      ])
  }

  @Test func `a VHDX whose log has to be replayed is not mapped`() throws {
    let image = VHDXBytes.dynamic.changed {
      $0.put([1], at: VHDXBytes.Place.secondHeader + 48)
      $0.put("loge", at: VHDXBytes.Place.log + 8192)
      $0.put([1], at: VHDXBytes.Place.log + 8192 + 32)
      $0.put([0], at: VHDXBytes.Place.log + 8192 + 47)
    }
    #expect(try GuestMap(of: .vhdx, image.bytes) == nil)
  }

  @Test(arguments: [ImageFormat.qcow, .parallels, .bochs, .cloop, .dmg])
  func `of other formats no tables are read`(format: ImageFormat) throws {
    #expect(try GuestMap(of: format, [UInt8](repeating: 0, count: 4096)) == nil)
  }

  @Test func `extents lie one behind the other, each in its file from its offset on`() throws {
    let text = """
      # Disk DescriptorFile
      version=1
      CID=12345678
      parentCID=ffffffff
      createType="custom"
      RW 8 FLAT "a" 2
      RW 4 ZERO
      RW 16 SPARSE "b"
      RW 8 VMFS "c"

      """
    #expect(
      try stretches(.vmdk, Array(text.utf8)) == [
        GuestStretch(0..<4096, .stored(file: 1, offset: 1024)),
        GuestStretch(4096..<6144, .zeros),
        GuestStretch(6144..<14_336, .mapped(file: 2, offset: 0)),
        GuestStretch(14_336..<18_432, .stored(file: 3, offset: 0)),
      ])
  }

  @Test func `a disk with an extent of a kind that is not read is not mapped`() throws {
    let text = """
      # Disk DescriptorFile
      version=1
      CID=12345678
      parentCID=ffffffff
      createType="custom"
      RW 8 FLAT "a" 0
      RW 8 VMFSRDM "b"

      """
    #expect(try GuestMap(of: .vmdk, Array(text.utf8)) == nil)
  }

  @Test func `of a LUKS container the payload is the disk, as it lies there`() throws {
    var image = HeaderDraft(count: 9000)
    image.put(big: 8 as UInt32, at: 104)
    #expect(
      try stretches(.luks, image.bytes) == [GuestStretch(0..<4904, .stored(file: 0, offset: 4096))])
  }

  @Test func `a table behind the end of the image is a fault`() throws {
    var image = QCOW2Bytes()
    image.put(1 << 40 as UInt64, at: 131_072)
    let bytes = image.bytes
    var map = try #require(try GuestMap(of: .qcow2, bytes))
    #expect(throws: HeaderFault.self) { _ = try map.stretch(from: 0, bytes) }
  }

  @Test func `beyond the disk's end nothing is asked`() throws {
    var map = try #require(try GuestMap(of: .raw, [1, 2, 3] as [UInt8]))
    #expect(throws: HeaderFault.self) { _ = try map.stretch(from: 3, [1, 2, 3] as [UInt8]) }
  }
}
