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

  /// When a scan finished.
  subscript(scan: Int64) -> Moment? { times[scan] }
}
