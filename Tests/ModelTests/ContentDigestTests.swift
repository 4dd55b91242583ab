import Model
import Testing

/// Databases hold these numbers: they are the same for ever.
@Suite struct ContentDigestTests {
  @Test(
    arguments: [
      (0, -8_741_350_383_125_879_719), (1, 3_539_200_485_097_167_565),
      (7, -8_091_870_179_707_782_124), (8, 6_507_263_851_263_623_695),
      (9, -7_902_916_943_247_240_255), (16, 462_026_279_547_488_188),
      (27, -8_772_003_639_802_244_120),
    ] as [(Int, Int64)])
  func `bytes have the digest that they always had`(count: Int, value: Int64) {
    var digest = ContentDigest()
    digest.combine((0..<count).map { UInt8($0 * 9) })
    #expect(digest.value == value)
  }

  @Test func `a slice has the digest of its own bytes`() {
    var digest = ContentDigest()
    digest.combine([9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11][2...])
    #expect(digest.value == 9_028_153_880_396_364_234)
  }

  @Test func `numbers have the digest that they always had`() {
    var digest = ContentDigest()
    #expect(digest.value == -3_750_763_041_483_471_871)
    digest.combine(0x0102_0304_0506_0708 as UInt64)
    #expect(digest.value == -4_148_663_863_386_685_555)
  }
}
