internal import GRDB

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
    try Connection.translating(file) {
      try database.read { reader in
        let point = try resolve(when, reader)
        return InventoryView(
          file: file, database: database, point: point,
          times: try Self.times(upTo: point.scan, reader))
      }
    }
  }

  /// Runs `body` on a reading connection.
  func reading<Value>(_ body: (Database) throws -> Value) throws(StoreFault) -> Value {
    try Connection.translating(file) { try database.read(body) }
  }

  private static func times(upTo scan: Int64, _ reader: Database) throws -> ScanTimes {
    let rows = try Row.fetchAll(
      reader, sql: "SELECT id, finished, is_forgotten FROM scan WHERE id <= ?", arguments: [scan])
    return ScanTimes(
      rows.map { (ScanPoint(scan: $0[0], time: Moment(milliseconds: $0[1])), $0[2]) })
  }

  private func resolve(_ when: When, _ reader: Database) throws -> ScanPoint {
    let row: Row?
    switch when {
    case .number(let number):
      row = try Row.fetchOne(
        reader, sql: "SELECT id, finished FROM scan WHERE id = ? AND NOT is_forgotten",
        arguments: [number])
    case .latest(let back):
      row = try Row.fetchOne(
        reader,
        sql: """
          SELECT id, finished FROM scan WHERE NOT is_forgotten
          ORDER BY id DESC LIMIT 1 OFFSET ?
          """,
        arguments: [back])
    case .before(let moment):
      row = try Row.fetchOne(
        reader,
        sql: """
          SELECT id, finished FROM scan WHERE finished < ? AND NOT is_forgotten
          ORDER BY id DESC LIMIT 1
          """,
        arguments: [moment.milliseconds])
    }
    if let row { return ScanPoint(scan: row["id"], time: Moment(milliseconds: row["finished"])) }
    let hasScans = try Bool.fetchOne(reader, sql: "SELECT EXISTS (SELECT 1 FROM scan)") ?? false
    throw hasScans ? StoreFault.unknownScan(when.text) : StoreFault.noScan(file)
  }
}

extension When {
  /// The point in time as a user would write it.
  public var text: String {
    switch self {
    case .number(let number): "\(number)"
    case .latest(let back): back == 0 ? "latest" : "latest~\(back)"
    case .before(let moment): "before \(moment.text)"
    }
  }
}
