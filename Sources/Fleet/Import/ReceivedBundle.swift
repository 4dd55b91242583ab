internal import Database
internal import Foundation
internal import GRDB
internal import Model

/// What a host sent: its scans after one and up to another. It was looked through, and may still lie.
struct ReceivedBundle {
  /// The version of the format that this program knows.
  static let version: Int64 = 1
  private static let applicationID: Int64 = 0x426b_426e  // "BkBn"

  let database: DatabaseQueue
  let identity: [UInt8]
  let generation: Int64
  let machineID: String
  let hostName: String
  let fromScan: Int64
  let fromToken: [UInt8]?
  let toScan: Int64
  let toToken: [UInt8]
  let agent: String
  let created: Int64

  /// Whether it stands on nothing.
  var isFull: Bool { fromScan == 0 }

  /// Opens a bundle and looks through it; nothing in it is run.
  /// - Throws: `badBundle`.
  init(_ file: BundleFile, _ tables: [HostTable]) throws {
    do {
      let queue = try Connection.readingForeign(file.path)
      database = queue
      let row = try queue.read { reader in
        try Self.check(reader, tables)
        return try Row.fetchAll(reader, sql: "SELECT * FROM bundle LIMIT 2")
      }
      guard row.count == 1, let row = row.first else {
        throw FleetFault.badBundle("it has \(row.count) descriptions of itself")
      }
      identity = try Self.bytes(row, "database", count: 16)
      generation = try Self.number(row, "generation", 1...Int64(Int32.max))
      machineID = try Self.text(row, "machine_id")
      hostName = try Self.text(row, "host_name")
      fromScan = try Self.number(row, "from_scan", 0...Int64(Int32.max))
      fromToken =
        (row["from_token"] as DatabaseValue).isNull
        ? nil : try Self.bytes(row, "from_token", count: 16)
      toScan = try Self.number(row, "to_scan", max(fromScan, 1)...Int64(Int32.max))
      toToken = try Self.bytes(row, "to_token", count: 16)
      agent = try Self.text(row, "agent")
      created = try Self.number(row, "created", 0...Self.lastMoment)
      guard try Self.number(row, "redacted", 0...1) == 1 else {
        throw FleetFault.badBundle("its references still have their secrets")
      }
      guard (fromToken == nil) == (fromScan == 0) else {
        throw FleetFault.badBundle("it does not say on which scan it stands")
      }
    } catch let error as DatabaseError {
      throw FleetFault.badBundle(Self.reason(error))
    }
    try checkRows(tables)
    try checkValues()
  }

  private static func reason(_ error: DatabaseError) -> String {
    switch error.resultCode {
    case .SQLITE_NOTADB: "it is no database of SQLite"
    case .SQLITE_CORRUPT: "it is damaged"
    default: error.message ?? "\(error.resultCode)"
    }
  }

  // MARK: Its schema

  /// Refuses whatever could run, and whatever is not as the format has it.
  private static func check(_ reader: GRDB.Database, _ tables: [HostTable]) throws {
    guard try Int64.fetchOne(reader, sql: "PRAGMA application_id") == applicationID else {
      throw FleetFault.badBundle("it is another file; 'backstory export' writes bundles")
    }
    let version = try Int64.fetchOne(reader, sql: "PRAGMA user_version") ?? 0
    guard version <= Self.version else {
      throw FleetFault.badBundle(
        "bundle version \(version), this program knows \(Self.version): upgrade backstory-fleet")
    }
    let expected = Dictionary(
      uniqueKeysWithValues: tables.map { ($0.name, $0.columns.map(\.name)) }
        + tables.filter(\.isInterval).map { ("ended_" + $0.name, $0.keyOfHost + ["until_scan"]) }
        + [("bundle", description)])
    let schema = try Row.fetchAll(
      reader,
      sql: """
        SELECT type, CAST(name AS TEXT) AS name, rootpage > 0 AS is_stored, sql IS NULL AS is_own
        FROM sqlite_schema LIMIT 1000
        """)
    var found: Set<String> = []
    for row in schema {
      guard let type = row["type"] as String?, let name = row["name"] as String? else {
        throw FleetFault.badBundle("its schema is damaged")
      }
      // What SQLite makes for a key.
      if type == "index", row["is_own"] == true { continue }
      guard type == "table", row["is_stored"] == true, let columns = expected[name] else {
        throw FleetFault.badBundle("it has a \(type) '\(name)' that bundles do not have")
      }
      let own = try Row.fetchAll(
        reader, sql: "SELECT name, hidden FROM pragma_table_xinfo(?)", arguments: [name])
      guard own.allSatisfy({ $0["hidden"] as Int64? == 0 }),
        Set(own.compactMap { $0["name"] as String? }) == Set(columns), own.count == columns.count
      else { throw FleetFault.badBundle("its table '\(name)' has other columns than bundles have") }
      found.insert(name)
    }
    if let missing = expected.keys.filter({ !found.contains($0) }).min() {
      throw FleetFault.badBundle("it has no table '\(missing)'")
    }
    let state = try String.fetchOne(reader, sql: "PRAGMA quick_check(1)")
    guard state == "ok" else { throw FleetFault.badBundle("it is damaged (\(state ?? ""))") }
  }

  private static let description = [
    "version", "database", "generation", "machine_id", "host_name", "from_scan", "from_token",
    "to_scan", "to_token", "digest_version", "agent", "created", "redacted",
  ]

  // MARK: Its rows

  /// Refuses rows that say something of scans that the bundle is not about.
  private func checkRows(_ tables: [HostTable]) throws {
    let (low, high) = (fromScan, toScan)
    try reading { reader in
      func refuse(_ table: String, where condition: String) throws {
        let isFound = try Bool.fetchOne(
          reader, sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(condition))")
        guard isFound != true else {
          throw FleetFault.badBundle(
            "its table '\(table)' says something of other scans than it is about")
        }
      }
      for table in tables where table.isInterval {
        let start = table.name == "foundation" ? 0 : low
        try refuse(
          table.name,
          where:
            "from_scan <= \(start) OR from_scan > \(high) OR until_scan <= from_scan OR until_scan > \(high)"
        )
        try refuse("ended_" + table.name, where: "until_scan <= \(low) OR until_scan > \(high)")
      }
      for table in HostTable.words {
        try refuse(
          table, where: "from_scan > \(high + 1) OR until_scan > \(high + 1) OR until_scan < \(low)"
        )
      }
      for table in ["pool_scan", "shared_pool", "scan_image", "scan_change"] {
        try refuse(table, where: "scan <= \(low) OR scan > \(high)")
      }
      try refuse("scan", where: "id <= \(low) OR id > \(high)")
      try refuse("lifted", where: "scan < \(low) OR scan > \(high + 1)")
      try refuse("pool", where: "until_scan > \(high + 1)")
      try refuse("former_pool", where: "until_scan < \(low) OR until_scan > \(high + 1)")
      try refuse(
        "image",
        where:
          "first_scan > \(high) OR revised_scan > \(high + 1) OR first_scan <= \(low) AND coalesce(revised_scan, 0) <= \(low)"
      )
      guard high > low else { return }
      let token = try Data.fetchOne(reader, sql: "SELECT token FROM scan WHERE id = \(high)")
      guard token.map(Array.init) == toToken else {
        throw FleetFault.badBundle("its last scan is not the one that it says")
      }
    }
  }

  /// Runs `body` on the bundle; what SQLite says becomes a fault.
  func reading<Value>(_ body: (GRDB.Database) throws -> Value) throws -> Value {
    do {
      return try database.read(body)
    } catch let error as DatabaseError {
      throw FleetFault.badBundle(Self.reason(error))
    }
  }

  /// Whether a table has any rows.
  func hasRows(_ table: String) throws -> Bool { try count(table, most: 1) > 0 }

  /// How many rows of a table a condition is true of, as far as anybody wants to know.
  func count(_ table: String, where condition: String = "true", most: Int = .max) throws -> Int {
    try reading {
      try Int.fetchOne(
        $0,
        sql: "SELECT count(*) FROM (SELECT 1 FROM \"\(table)\" WHERE \(condition) LIMIT \(most))")
        ?? 0
    }
  }

  /// The token of a scan, where the bundle has it.
  func token(of scan: Int64) throws -> [UInt8]? {
    try reading {
      try Data.fetchOne($0, sql: "SELECT token FROM scan WHERE id = ?", arguments: [scan])
        .map(Array.init)
    }
  }

  private static func bytes(_ row: Row, _ name: String, count: Int) throws -> [UInt8] {
    guard let data = Data.fromDatabaseValue(row[name]), data.count == count else {
      throw FleetFault.badBundle("its '\(name)' is not \(count) bytes")
    }
    return Array(data)
  }

  private static func number(
    _ row: Row, _ name: String, _ range: ClosedRange<Int64>
  ) throws -> Int64 {
    guard case .int64(let number) = (row[name] as DatabaseValue).storage, range.contains(number)
    else {
      throw FleetFault.badBundle("its '\(name)' is no number that could be")
    }
    return number
  }

  private static func text(_ row: Row, _ name: String) throws -> String {
    guard case .string(let text) = (row[name] as DatabaseValue).storage, !text.isEmpty,
      text.utf8.count <= 255, !text.utf8.contains(0)
    else { throw FleetFault.badBundle("its '\(name)' is no name") }
    return text
  }
}

extension HostTable {
  /// The columns of its key, as hosts call them.
  var keyOfHost: [String] {
    key.map { name in columns.first { $0.serverName == name }?.name ?? name }
  }
}
