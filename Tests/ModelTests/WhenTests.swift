import Model
import Testing

@Suite struct WhenTests {
  /// A quarter past one at night on 30 November 2026, UTC.
  private static let now = Moment(milliseconds: 1_796_001_300_000)

  @Test(
    arguments: [
      ("12", .number(12)), ("latest", .latest(back: 0)), ("latest~2", .latest(back: 2)),
    ] as [(String, When)])
  func `a scan is named by its number, or by how far it is back`(text: String, when: When) {
    #expect(When(text, now: Self.now) == when)
    #expect(when.text == text)
  }

  @Test(arguments: [
    ("2026-11-24", "2026-11-25T00:00:00.000Z"),
    ("2024-02-29", "2024-03-01T00:00:00.000Z"),
    ("2026-11-24T01:24", "2026-11-24T01:25:00.000Z"),
    ("2026-11-24 01:24:13Z", "2026-11-24T01:24:14.000Z"),
    ("2026-11-24T01:24:13.2Z", "2026-11-24T01:24:13.300Z"),
    ("2026-11-24T01:24:13.250Z", "2026-11-24T01:24:13.251Z"),
    ("2026-11-24T01:24:13.2509Z", "2026-11-24T01:24:13.251Z"),
    ("2026-11-24T01:24:13+01:00", "2026-11-24T00:24:14.000Z"),
    ("2026-11-24T01:24:13-0130", "2026-11-24T02:54:14.000Z"),
  ])
  func `a date or time means all of it, as far as it is given`(text: String, end: String) {
    #expect(When(text, now: Self.now)?.text == "before \(end)")
  }

  @Test(arguments: [
    "", "0", "-1", "latest~", "latest~-1", "tomorrow", "-1d", "d", "2x", "1.5d", "3 days",
    "days ago", "3 s ago", "9223372036854775807w",
    "9223372036854775807d", "1h", "2026-13-01", "2026-02-29", "2026-11-00",
    "2026-11-24T", "2026-11-24T24:00", "2026-11-24T01:60", "2026-11-24T01:24:13.", "26-11-24",
    "2026-11-24T01:24:13X", "99999999999999999999",
  ])
  func `everything else names no scan`(text: String) {
    #expect(When(text, now: Self.now) == nil)
  }

  @Test(arguments: [
    ("today", "2026-12-01T00:00:00.000Z"), ("yesterday", "2026-11-30T00:00:00.000Z"),
    ("0d", "2026-12-01T00:00:00.000Z"), ("2d", "2026-11-29T00:00:00.000Z"),
    ("3 days ago", "2026-11-28T00:00:00.000Z"), ("1 day ago", "2026-11-30T00:00:00.000Z"),
    ("3.days.ago", "2026-11-28T00:00:00.000Z"), ("2w", "2026-11-17T00:00:00.000Z"),
    ("a week ago", "2026-11-24T00:00:00.000Z"),
  ])
  func `what is told from today on is a whole day`(text: String, end: String) {
    #expect(When(text, now: Self.now)?.text == "before \(end)")
  }

  @Test func `a span has two ends`() {
    #expect(
      WhenSpan("3..7", now: Self.now) == WhenSpan(from: .number(3), to: .number(7)))
    #expect(
      WhenSpan("latest~7..", now: Self.now)
        == WhenSpan(from: .latest(back: 7), to: .latest(back: 0)))
    for text in ["3", "..7", "3..x", "3...7", ".."] {
      #expect(WhenSpan(text, now: Self.now) == nil)
    }
  }
}
