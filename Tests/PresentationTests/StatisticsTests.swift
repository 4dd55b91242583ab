import Model
import Testing

@testable import Presentation

/// What a scan cost, where it was asked for.
@Suite struct StatisticsTests {
  private var scan: ScanResult {
    var cost = ScanStatistics()
    cost.files = 100_000
    cost.seconds = 1.5400004
    cost.bytesRead = 443_547_648
    cost.systemCalls = 643_279
    cost.walkSeconds = 10.102
    cost.readSeconds = 4.1239
    cost.phases = [.walk: 0.990, .reconcile: 0.011, .judge: 0.195, .write: 0.3434]
    var answer = Examples.scan
    answer.statistics = cost
    return answer
  }

  @Test func `text says files a second, bytes, calls and times`() throws {
    let lines = try Report.scan(scan).text(.human).split(separator: "\n").suffix(3)
    #expect(
      Array(lines) == [
        "100,000 files at 101,010/s, 423 MiB read, 643,279 system calls",
        "  time     walk 0.990 s, reconcile 0.011 s, judge 0.195 s, write 0.343 s; 1.540 s in all",
        "  threads  walk 10.102 s, read 4.123 s",
      ])
  }

  @Test func `JSON has them under one key, in seconds with six digits`() throws {
    let json = try Report.scan(scan).text(.json).filter { !$0.isWhitespace }
    #expect(
      json.contains(
        """
        "statistics":{"files":100000,"files-per-second":101010,"bytes-read":443547648,\
        "system-calls":643279,"seconds":1.54,\
        "phases":{"walk":0.99,"reconcile":0.011,"judge":0.195,"write":0.3434},\
        "threads":{"walk":10.102,"read":4.1239}}
        """))
  }

  @Test func `a scan that costs nothing has no endless speed`() {
    var cost = ScanStatistics()
    cost.files = 5
    #expect(cost.filesPerSecond == 5_000_000)
    #expect(ScanStatistics().filesPerSecond == 0)
  }
}
