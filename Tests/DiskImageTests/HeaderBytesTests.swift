import DiskImage
import Testing

@Suite struct HeaderBytesTests {
  private let window = HeaderBytes([1, 2, 3, 4, 5, 6, 7, 8], startingAt: 100)

  @Test func `numbers are read at absolute offsets, in both byte orders`() throws {
    #expect(try window.bigEndian(UInt32.self, at: 100) == 0x0102_0304)
    #expect(try window.littleEndian(UInt32.self, at: 104) == 0x0807_0605)
    #expect(try window.bigEndian(UInt64.self, at: 100) == 0x0102_0304_0506_0708)
  }

  @Test(arguments: [0, 99, 105, 108, UInt64.max] as [UInt64])
  func `a read that leaves the window is a fault and no trap`(offset: UInt64) {
    #expect(throws: HeaderFault.truncated(offset: offset, needed: 4)) {
      try window.bigEndian(UInt32.self, at: offset)
    }
  }
}
