import Model
import Testing

@Suite struct WhenTests {
  @Test(
    arguments: [
      ("12", .number(12)), ("latest", .latest(back: 0)), ("latest~2", .latest(back: 2)),
    ] as [(String, When)])
  func `a scan is named by its number, or by how far it is back`(text: String, when: When) {
    #expect(When(text) == when)
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
    #expect(When(text)?.text == "before \(end)")
  }

  @Test(arguments: [
    "", "0", "-1", "latest~", "latest~-1", "yesterday", "2026-13-01", "2026-02-29", "2026-11-00",
    "2026-11-24T", "2026-11-24T24:00", "2026-11-24T01:60", "2026-11-24T01:24:13.", "26-11-24",
    "2026-11-24T01:24:13X", "99999999999999999999",
  ])
  func `everything else names no scan`(text: String) {
    #expect(When(text) == nil)
  }
}
