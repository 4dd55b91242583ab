public import Database
internal import Foundation
internal import GRDB
public import Model

extension Inventory {
  /// The inventory as one scan left it; what is asked of the view is answered as on that night.
  public func view(at when: When) throws(StoreFault) -> InventoryView {
    let times = try times()
    if times.isEmpty { throw .noScan(file) }
    let point = try times.point(when)
    let now = Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    return InventoryView(
      file: file, database: database, point: point, times: times.upTo(point.scan),
      clock: ScanPoint(scan: times.numbers.last ?? point.scan, time: now))
  }
}

/// The inventory as one scan left it.
///
/// Every answer is made from intervals that hold at that scan, so that asking again later gives the
/// same bytes, whatever has happened since.
public struct InventoryView: Sendable {
  /// The scan and when it finished.
  public let point: ScanPoint
  let file: PathBytes
  let database: DatabaseQueue
  let times: ScanTimes
  /// The last scan of all, and when the view was made.
  let clock: ScanPoint

  init(
    file: PathBytes, database: DatabaseQueue, point: ScanPoint, times: ScanTimes, clock: ScanPoint
  ) {
    self.file = file
    self.database = database
    self.point = point
    self.times = times
    self.clock = clock
  }

  /// Runs `body` in one read transaction.
  func reading<Value>(_ body: (ReadTransaction) throws -> Value) throws(StoreFault) -> Value {
    try Connection.translating(file) {
      try database.read {
        try body(ReadTransaction($0, at: point.scan, times: times, clock: clock))
      }
    }
  }

  /// The same inventory at another scan, for comparisons.
  func point(of scan: Int64) -> ScanPoint {
    ScanPoint(scan: scan, time: times[scan] ?? point.time)
  }
}
