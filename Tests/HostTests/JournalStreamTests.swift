import Testing

@testable import Host

@Suite struct JournalStreamTests {
  @Test(
    arguments: [
      ("2049:17", 8, 1, true), ("2049:18", 8, 1, false), ("2050:17", 8, 1, false),
      ("66307:17", 259, 3, true), ("305137733:17", 8, 0x12345, true), ("x:17", 8, 1, false),
      ("2049", 8, 1, false), ("2049:17:1", 8, 1, false), ("", 8, 1, false),
    ] as [(String, UInt64, UInt64, Bool)])
  func `the stream is known by its device and inode`(
    text: String, major: UInt64, minor: UInt64, isNamed: Bool
  ) {
    #expect(JournalStream.names(text, device: major << 32 | minor, inode: 17) == isNamed)
  }
}
