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

  /// Zeros up to the end of a cluster are not gone through.
  @Test(
    arguments: [
      (0, 65_536, 4_215_202_376), (100, 65_436, 3_022_162_978), (37, 3_000, 4_208_444_270),
      (5, 2_047, 1_597_665_409), (1, 4_096, 3_675_110_838),
    ] as [(Int, Int, UInt32)])
  func `the sum is that of cksum with zeros at the end`(_ count: Int, _ zeros: Int, _ sum: UInt32) {
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
    #expect(Checksum.value(of: bytes + [UInt8](repeating: 0, count: zeros)) == sum)
  }
}
