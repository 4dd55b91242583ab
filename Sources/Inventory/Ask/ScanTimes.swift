internal import Model

/// When the scans up to one finished; also those that are forgotten, which still date what they saw.
struct ScanTimes: Sendable {
  private var times: [Int64: Moment] = [:]
  /// The numbers of the scans that can be asked for, in order.
  private(set) var numbers: [Int64] = []

  init(_ scans: [(point: ScanPoint, isForgotten: Bool)]) {
    for (point, isForgotten) in scans {
      times[point.scan] = point.time
      if !isForgotten { numbers.append(point.scan) }
    }
    numbers.sort()
  }

  /// Whether there was no scan at all.
  var isEmpty: Bool { times.isEmpty }

  /// The scan that WHEN means; `nil` where it means none that can be asked for.
  func point(of when: When) -> ScanPoint? {
    let number: Int64? =
      switch when {
      case .number(let number): numbers.contains(number) ? number : nil
      case .latest(let back):
        Int(exactly: back).flatMap { $0 < numbers.count ? numbers[numbers.count - 1 - $0] : nil }
      case .before(let moment): numbers.last { (times[$0] ?? moment) < moment }
      }
    return number.flatMap { scan in times[scan].map { ScanPoint(scan: scan, time: $0) } }
  }

  /// The times as they were known at a scan.
  func upTo(_ scan: Int64) -> ScanTimes {
    var earlier = self
    earlier.times = times.filter { $0.key <= scan }
    earlier.numbers = numbers.filter { $0 <= scan }
    return earlier
  }

  /// When a scan finished.
  subscript(scan: Int64) -> Moment? { times[scan] }
}
