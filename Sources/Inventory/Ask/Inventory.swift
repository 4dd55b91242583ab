internal import Foundation
internal import GRDB
public import Model

/// The asking side of the inventory: a database that is only read.
public struct Inventory: Sendable {
  private let file: PathBytes
  private let database: DatabaseQueue

  /// Opens an existing database; nothing in it is ever changed by asking.
  public init(reading file: PathBytes) throws(StoreFault) {
    self.file = file
    database = try Connection.reading(file)
  }

  /// The inventory as one scan left it; what is asked of the view is answered as on that night.
  public func view(at when: When) throws(StoreFault) -> InventoryView {
    let times = try reading(Self.times)
    if times.isEmpty { throw .noScan(file) }
    let point = try times.point(when)
    let now = Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    return InventoryView(
      file: file, database: database, point: point, times: times.upTo(point.scan),
      clock: ScanPoint(scan: times.numbers.last ?? point.scan, time: now))
  }

  /// Runs `body` on a reading connection.
  func reading<Value>(_ body: (Database) throws -> Value) throws(StoreFault) -> Value {
    try Connection.translating(file) { try database.read(body) }
  }

  private static func times(_ reader: Database) throws -> ScanTimes {
    ScanTimes(
      try Row.fetchAll(reader, sql: "SELECT id, finished, is_forgotten FROM scan").map {
        (ScanPoint(scan: $0[0], time: Moment(milliseconds: $0[1])), $0[2])
      })
  }
}
