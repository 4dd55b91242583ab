package import GRDB
public import Model

/// The asking side of the inventory: a database that is only read.
public struct Inventory: Sendable {
  package let file: PathBytes
  package let database: DatabaseQueue

  /// Opens an existing database; nothing in it is ever changed by asking.
  public init(reading file: PathBytes) throws(StoreFault) {
    self.file = file
    database = try Connection.reading(file)
  }

  /// Runs `body` on a reading connection.
  package func reading<Value>(_ body: (Database) throws -> Value) throws(StoreFault) -> Value {
    try Connection.translating(file) { try database.read(body) }
  }

  /// When the scans finished.
  package func times() throws(StoreFault) -> ScanTimes { try reading(Self.times) }

  private static func times(_ reader: Database) throws -> ScanTimes {
    ScanTimes(
      try Row.fetchAll(reader, sql: "SELECT id, finished, is_forgotten FROM scan").map {
        (ScanPoint(scan: $0[0], time: Moment(milliseconds: $0[1])), $0[2])
      })
  }
}
