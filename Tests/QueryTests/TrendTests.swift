import DiskImage
import Model
import Query
import ScriptedNights
import Testing

@Suite struct TrendTests {
  private static let day: Int64 = 86_400_000
  private static let gibibyte: UInt64 = 1 << 30

  /// What was free on so many nights, by what was used between each two.
  private func free(_ start: UInt64, _ used: [Int64]) -> [(time: Moment, bytes: UInt64)] {
    var left = Int64(start)
    var nights = [(time: Moment(milliseconds: Self.day), bytes: start)]
    for (number, bytes) in used.enumerated() {
      left -= bytes
      nights.append((Moment(milliseconds: Int64(number + 2) * Self.day), UInt64(left)))
    }
    return nights
  }

  @Test func `a forecast is refused below seven nights`() {
    #expect(Forecast(free(100 * Self.gibibyte, [1, 1, 1, 1, 1])) == nil)
    let thrice = free(100 * Self.gibibyte, [1, 1]).flatMap { night in
      [0, 1, 2].map {
        (time: Moment(milliseconds: night.time.milliseconds + $0), bytes: night.bytes)
      }
    }
    #expect(Forecast(thrice) == nil)
  }

  @Test func `what fills by a gibibyte a night is full when that is used up`() throws {
    let step = Int64(Self.gibibyte)
    let forecast = try #require(
      Forecast(free(20 * Self.gibibyte, [Int64](repeating: step, count: 9))))
    // Ten nights, nine used: eleven left, from the tenth day on.
    #expect(forecast.bytesPerDay == step)
    #expect(forecast.full == Moment(milliseconds: 21 * Self.day))
    #expect(forecast.earliest == forecast.full && forecast.latest == forecast.full)
  }

  @Test func `one night that wrote a hundred times as much moves it little`() throws {
    let step = Int64(Self.gibibyte)
    var used = [Int64](repeating: step, count: 20)
    used[7] = 100 * step
    let forecast = try #require(Forecast(free(1000 * Self.gibibyte, used)))
    #expect(forecast.bytesPerDay < 3 * step)
    let (full, earliest) = (try #require(forecast.full), try #require(forecast.earliest))
    #expect(earliest < full)
    #expect(forecast.latest.map { $0 >= full } ?? true)
  }

  @Test func `what gets emptier is never full`() throws {
    let forecast = try #require(Forecast(free(Self.gibibyte, [-1, -1, -1, -1, -1, -1, -1, -1])))
    #expect(forecast.full == nil && forecast.earliest == nil && forecast.latest == nil)
    #expect(forecast.bytesPerDay == -1)
  }

  @Test(arguments: Seeds.first(4))
  func `trends are what each night had`(seed: UInt64) throws {
    let pool = try RandomHistory(seed: seed).pool
    let view = try pool.view()
    let byPool = try #require(try view.trend(by: .pool).first)
    let byFormat = try #require(try view.trend(by: .format).first)
    #expect(byFormat.name == "qcow2")
    #expect(byFormat.points == byPool.points)
    #expect(try view.trend(by: .fileSystem).first?.points == byPool.points)
    for point in byPool.points {
      let night = try pool.view(.number(point.point.scan))
      var images: [Image] = []
      try night.images(format: nil, pool: nil, includingOther: false) { images.append($0) }
      let findings = try night.findings(kinds: [], pool: nil, since: nil)
      #expect(point.images == Int64(images.count), "seed \(seed), \(point.point)")
      #expect(point.actualSize == images.reduce(0) { $0 + ($1.actualSize ?? 0) })
      #expect(point.virtualSize == images.reduce(0) { $0 + ($1.virtualSize ?? 0) })
      #expect(
        point.findings == Int64(findings.count { $0.domain == nil && $0.filename != nil }),
        "seed \(seed), \(point.point)")
      #expect(point.room == nil)
    }
    let bases = try view.trend(by: .base)
    #expect(!bases.isEmpty && bases.allSatisfy { $0.points.contains { $0.images > 0 } })
    #expect(try view.trend(by: .pool, foretelling: true).allSatisfy { $0.forecast == nil })
  }
}
