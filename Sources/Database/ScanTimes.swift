package import Model

/// When the scans up to one finished; also those that are forgotten, which still date what they saw.
package struct ScanTimes: Sendable {
  private var times: [Int64: Moment] = [:]
  /// The numbers of the scans that can be asked for, in order.
  package private(set) var numbers: [Int64] = []

  package init(_ scans: [(point: ScanPoint, isForgotten: Bool)]) {
    for (point, isForgotten) in scans {
      times[point.scan] = point.time
      if !isForgotten { numbers.append(point.scan) }
    }
    numbers.sort()
  }

  /// Whether there was no scan, not even one that is forgotten.
  package var isEmpty: Bool { times.isEmpty }

  /// The first scan from one on that can be asked for.
  package func kept(from scan: Int64) -> Int64? {
    let position = position(of: scan)
    return position < numbers.count ? numbers[position] : nil
  }

  /// The last scan before one that can be asked for.
  package func kept(before scan: Int64) -> Int64? {
    let position = position(of: scan)
    return position > 0 ? numbers[position - 1] : nil
  }

  /// How many of those that can be asked for are before a scan.
  private func position(of scan: Int64) -> Int {
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = low + (high - low) / 2
      if numbers[middle] < scan { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// A scan, if it can be asked for.
  package subscript(kept scan: Int64) -> Int64? { kept(from: scan) == scan ? scan : nil }

  /// When a scan finished.
  package subscript(scan: Int64) -> Moment? { times[scan] }

  /// What was known of scans when one had finished.
  package func upTo(_ scan: Int64) -> ScanTimes {
    var earlier = self
    earlier.times = times.filter { $0.key <= scan }
    earlier.numbers = numbers.filter { $0 <= scan }
    return earlier
  }

  /// The scan after which a question begins that goes back to WHEN; `nil` where it begins with the first, because
  /// there was none at that time.
  package func start(_ when: When?) throws(StoreFault) -> Int64? {
    guard let when else { return nil }
    if case .before(let moment) = when, numbers.allSatisfy({ (times[$0] ?? moment) >= moment }) {
      return nil
    }
    return try point(when).scan
  }

  /// The scan that WHEN means, seen from the last of these.
  package func point(_ when: When) throws(StoreFault) -> ScanPoint {
    let found: Int64? =
      switch when {
      case .number(let number): numbers.contains(number) ? number : nil
      case .latest(let back):
        back < numbers.count ? numbers[numbers.count - 1 - Int(back)] : nil
      case .before(let moment): numbers.last { (times[$0] ?? moment) < moment }
      }
    guard let found, let time = times[found] else { throw .unknownScan(when.text) }
    return ScanPoint(scan: found, time: time)
  }
}
