import Model
import Query
import Rules
import Testing

@testable import Presentation

@Suite struct MetricsTests {
  @Test(arguments: [
    ("plain é磁", "plain é磁"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\\\x0ab"),
    ("\u{1b}[31m", "\\\\x1b[31m"), ("\u{202e}", "\\\\u{202e}"),
  ])
  func `the value of a label is one line and cannot end itself`(text: String, written: String) {
    #expect(PrometheusText.escaped(text) == written)
  }

  @Test func `nasty names make no line of their own`() {
    var gauge = Gauge("x", "Help.")
    gauge.add("1", ("pool", HostileTextTests.nasty))
    let lines = gauge.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 4)
    #expect(lines[2].hasPrefix("backstory_x{pool=\"n\\\\x1b]0;own") == true)
    #expect(lines[2].hasSuffix("é磁\"} 1"))
    #expect(!gauge.text.unicodeScalars.contains { $0.steersTerminal && $0 != "\n" })
    let line = MonitorLine(unknown: HostileTextTests.nasty + "|x=1").text
    #expect(!line.contains("|"))
    #expect(!line.unicodeScalars.contains { $0.steersTerminal })
  }

  @Test func `labels have a bounded number of values`() {
    let text = Metrics(standing(pools: 150), version: "1").text
    #expect(text.contains("backstory_pool_complete{pool=\"p99\"} 1\n"))
    #expect(!text.contains("\"p100\""))
    #expect(text.contains("backstory_images{pool=\"(others)\",format=\"raw\"} 50\n"))
  }

  private func standing(
    pools count: Int = 1, errors: Int64 = 0, warnings: Int64 = 0
  ) -> InventorySummary {
    let pools = (0..<count).map { number in
      PoolSummary(
        outcome: PoolOutcome(
          name: "p\(number)", path: "/p", state: .complete, images: 1, reason: nil),
        actualSize: 1, openFindings: 0, lastScan: Examples.night12, lastComplete: Examples.night12)
    }
    return InventorySummary(
      scan: Examples.summary, lastComplete: Examples.night12, pools: pools,
      images: pools.map { .init(pool: $0.outcome.name, format: "raw", count: 1, actualSize: 2) },
      findings: [
        .init(pool: "p0", kind: .backingMissing, count: errors),
        .init(pool: "p0", kind: .orphan, count: warnings),
      ], reclaimableSize: 4096, longestChain: 3)
  }

  private func line(_ standing: InventorySummary, hours: Int64, pools: Set<String>? = nil)
    -> MonitorLine
  {
    MonitorLine(
      standing,
      MonitorLimits(
        errors: 1, warnings: 1, staleWarning: 36 * 3_600_000, staleCritical: 7 * 86_400_000),
      pools: pools,
      now: Moment(milliseconds: Examples.night12.time.milliseconds + hours * 3_600_000))
  }

  @Test func `a monitor's line has its state, its reason and its performance data`() {
    let fine = line(standing(), hours: 3)
    #expect(fine.state == .ok)
    #expect(
      fine.text
        == "BACKSTORY OK - 0 errors, 0 warnings, last complete scan 3 hours ago | errors=0;;0;0 "
        + "warnings=0;0;;0 age=10800s;129600;604800;0 reclaimable=4096B;;;0 longest_chain=3;;;0")
  }

  @Test func `findings and age decide the state, the worst wins`() {
    #expect(line(standing(warnings: 1), hours: 3).state == .warning)
    #expect(line(standing(errors: 1), hours: 3).state == .critical)
    #expect(line(standing(), hours: 37).state == .warning)
    #expect(
      line(standing(), hours: 37).text.contains("pool 'p0' had its last complete scan 37 hours ago")
    )
    #expect(line(standing(warnings: 1), hours: 24 * 8).state == .critical)
    #expect(line(standing(errors: 1), hours: 3, pools: ["other"]).state == .unknown)
  }
}
