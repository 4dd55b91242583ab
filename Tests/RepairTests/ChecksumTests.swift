import Testing

@testable import Repair

@Suite struct ChecksumTests {
  @Test(
    arguments: [
      ("", 4_294_967_295), ("a", 1_220_704_766), ("123456789", 930_766_865),
      (String(repeating: "x", count: 300), 3_786_917_833),
    ] as [(String, UInt32)])
  func `the sum is that of cksum`(_ text: String, _ sum: UInt32) {
    #expect(Checksum.value(of: Array(text.utf8)) == sum)
  }
}
