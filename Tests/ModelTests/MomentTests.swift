import Model
import Testing

@Suite struct MomentTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (1_795_483_453_250, "2026-11-24T01:24:13.250Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
    (-2_203_977_600_000, "1900-02-28T00:00:00.000Z"),
    (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
    (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"),
  ])
  func `a moment is told in UTC to the millisecond`(milliseconds: Int64, text: String) {
    #expect(Moment(milliseconds: milliseconds).text == text)
  }

  @Test(arguments: [Int64.min, .min + 999, .max])
  func `a moment that no clock shows is told all the same`(milliseconds: Int64) {
    #expect(Moment(milliseconds: milliseconds).text.hasSuffix("Z"))
  }
}
