internal import Foundation
internal import GRDB
internal import Model

/// The rows of one bundle on their way into the fleet's tables, within one transaction.
struct Merge {
  private let server: Server
  private let tables: [HostTable]
  private let bundle: ReceivedBundle
  private let sender: Sender

  init(_ server: Server, _ tables: [HostTable], _ bundle: ReceivedBundle, _ sender: Sender) {
    self.server = server
    self.tables = tables
    self.bundle = bundle
    self.sender = sender
  }

  func run() throws -> ImportAnswer {
    var answer = ImportAnswer(
      source: sender.name, database: Hexadecimal.text(bundle.identity),
      generation: bundle.generation, fromScan: bundle.fromScan, toScan: bundle.toScan,
      token: Hexadecimal.text(bundle.toToken), state: .merged)
    if try sender.has(bundle.toScan, bundle.toToken, server) {
      answer.state = .already
      // What people said since is taken all the same, where it stands on what is there.
      guard bundle.fromScan == sender.lastScan, bundle.fromScan == bundle.toScan else {
        return answer
      }
    } else {
      try checkOrder()
    }
    let source = try sender.source ?? begin()
    if bundle.isFull, sender.lastScan > 0 { try empty(source) }
    for table in tables { try add(table, source, &answer) }
    try finish(source)
    return answer
  }

  // MARK: Whether it fits

  private func checkOrder() throws {
    let last = sender.lastScan
    guard last > 0 else {
      if bundle.isFull { return }
      throw FleetFault.outOfOrder(
        "'\(sender.name)' sends what followed scan \(bundle.fromScan), and the fleet has nothing of it: "
          + "run 'backstory export --full'", expected: nil)
    }
    let expected = sender.lastToken.map(Hexadecimal.text)
    if bundle.isFull {
      guard bundle.toScan > last, try bundle.token(of: last) == sender.lastToken else {
        throw FleetFault.outOfOrder(putBack(last), expected: expected)
      }
    } else if bundle.fromScan != last {
      throw FleetFault.outOfOrder(
        "'\(sender.name)' sends scan \(bundle.toScan) after \(bundle.fromScan); the fleet has \(last): "
          + "run 'backstory export --since \(expected ?? "")'", expected: expected)
    } else if bundle.fromToken != sender.lastToken {
      throw FleetFault.outOfOrder(putBack(last), expected: expected)
    }
  }

  private func putBack(_ scan: Int64) -> String {
    "scan \(scan) of '\(sender.name)' is another scan \(scan) than the fleet has: its database was put back; "
      + "'backstory export --new-generation' on the host begins another"
  }

  // MARK: Whose it is

  /// Takes up a source, and retires the generations before it.
  private func begin() throws -> Int64 {
    try server.run(
      "UPDATE source SET retired = now() WHERE database = $1 AND retired IS NULL",
      [.bytes(bundle.identity)])
    let row = try server.row(
      """
      INSERT INTO source (database, generation, machine_id, name, agent, host_name) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
      """,
      [
        .bytes(bundle.identity), .number(bundle.generation), .text(bundle.machineID),
        .text(sender.name), .text(bundle.agent), .text(bundle.hostName),
      ])
    guard let id = row?.number("id") else { throw FleetFault.refused("no source was made") }
    return id
  }

  /// Takes away all that is there of a source, in whose place a full bundle is put.
  private func empty(_ source: Int64) throws {
    for table in tables.map(\.name) + ["viewing"] {
      try server.run("DELETE FROM \"\(table)\" WHERE source = $1", [.number(source)])
    }
  }

  private func finish(_ source: Int64) throws {
    try server.run(
      """
      UPDATE source SET last_scan = $2, last_token = $3, last_received = now(), agent = $4, host_name = $6,
        skew_ms = $5 - (extract(epoch FROM clock_timestamp()) * 1000)::bigint
      WHERE id = $1
      """,
      [
        .number(source), .number(bundle.toScan), .bytes(bundle.toToken), .text(bundle.agent),
        .number(bundle.created), .text(bundle.hostName),
      ])
    try server.run(
      "UPDATE scan SET skew_ms = (SELECT skew_ms FROM source WHERE id = $1) WHERE source = $1 AND id > $2",
      [.number(source), .number(bundle.fromScan)])
    // In one order, so that hosts of one storage wait for each other in no circle.
    try server.run(
      """
      INSERT INTO storage (identity, is_shared)
      SELECT DISTINCT identity, identity ~ $2 AND identity !~ $3 FROM filesystem WHERE source = $1
      ORDER BY identity ON CONFLICT DO NOTHING
      """,
      [.number(source), .text(Storage.ofServer), .text(Storage.ofThisHost)])
    try server.run("SELECT view_images($1, NULL)", [.number(source)])
  }

  // MARK: Its rows

  private func add(_ table: HostTable, _ source: Int64, _ answer: inout ImportAnswer) throws {
    let name = "\"\(table.name)\""
    let columns = table.serverColumns
    switch table.way {
    case .add:
      if table.isInterval { answer.closed += try end(table, source) }
      answer.rows += try copy(table.name, table.columns, to: name, of: source)
    case .words(let column):
      try server.run(
        "DELETE FROM \(name) WHERE source = $1 AND (\(column) IS NULL OR \(column) >= $2)",
        [.number(source), .number(bundle.fromScan)])
      answer.rows += try copy(table.name, table.columns, to: name, of: source)
    case .once:
      answer.rows += try staged(table) { stage in
        try server.run(
          "INSERT INTO \(name) (source, \(columns)) SELECT $1, \(columns) FROM \(stage) ON CONFLICT DO NOTHING",
          [.number(source)])
      }
    case .replace:
      answer.rows += try staged(table) { stage in
        try server.run(
          """
          INSERT INTO \(name) (source, \(columns)) SELECT $1, \(columns) FROM \(stage)
          ON CONFLICT (source, \(table.key.joined(separator: ", "))) DO UPDATE SET \(table.assignments("excluded"))
          """, [.number(source)])
      }
    case .revise(let column):
      if table.isInterval { answer.closed += try end(table, source) }
      answer.rows += try staged(table) { stage in try revise(table, stage, by: column, source) }
    }
  }

  /// Adds rows that are new, and changes those that are not; all of these must be there.
  private func revise(
    _ table: HostTable, _ stage: String, by column: String, _ source: Int64
  ) throws -> Int64 {
    let name = "\"\(table.name)\""
    let values: [ServerValue] = [.number(source), .number(bundle.fromScan)]
    let changed = try server.run(
      """
      UPDATE \(name) AS old SET \(table.assignments("new")) FROM \(stage) AS new
      WHERE old.source = $1 AND \(table.matches("old", "new")) AND new.\(column) <= $2
      """, values)
    let wanted = try server.row(
      "SELECT count(*) AS count FROM \(stage) WHERE \(column) <= $1",
      [.number(bundle.fromScan)])?.number("count")
    guard changed == wanted else {
      throw FleetFault.badBundle("it changes rows of '\(table.name)' that the fleet does not have")
    }
    return try changed
      + server.run(
        """
        INSERT INTO \(name) (source, \(table.serverColumns))
        SELECT $1, \(table.serverColumns) FROM \(stage) WHERE \(column) > $2
        """, values)
  }

  /// Ends rows of which the bundle says that they ended; all of them must be there, and open.
  private func end(_ table: HostTable, _ source: Int64) throws -> Int64 {
    guard try bundle.hasRows("ended_" + table.name) else { return 0 }
    let columns = table.columns.filter {
      table.key.contains($0.serverName) || $0.name == "until_scan"
    }
    let (count, closed) = try staged("ended_" + table.name, columns, of: table) { stage, count in
      (
        count,
        try server.run(
          """
          UPDATE "\(table.name)" AS old SET until_scan = new.until_scan FROM \(stage) AS new
          WHERE old.source = $1 AND \(table.matches("old", "new")) AND old.until_scan IS NULL
            AND old.from_scan < new.until_scan
          """, [.number(source)])
      )
    }
    guard count == closed else {
      throw FleetFault.badBundle(
        "it ends \(count) rows of '\(table.name)', and the fleet has \(closed) of them open")
    }
    return closed
  }

  // MARK: How they travel

  private func staged(
    _ table: HostTable, _ body: (String) throws -> Int64
  ) throws -> Int64 {
    // In a quiet night most tables have nothing new: a temporary one costs as much as hundreds of rows.
    guard try bundle.hasRows(table.name) else { return 0 }
    return try staged(table.name, table.columns, of: table) { stage, _ in try body(stage) }
  }

  /// Puts the rows of a table of the bundle into a temporary one.
  private func staged<Value>(
    _ name: String, _ columns: [HostTable.Column], of table: HostTable,
    _ body: (String, Int64) throws -> Value
  ) throws -> Value {
    let stage = "pg_temp.\"stage_\(name)\""
    let list = columns.map { "\"\($0.serverName)\"" }.joined(separator: ", ")
    try server.script(
      "CREATE TEMP TABLE \"stage_\(name)\" ON COMMIT DROP AS SELECT \(list) FROM \"\(table.name)\" LIMIT 0"
    )
    return try body(stage, try copy(name, columns, to: stage, of: nil))
  }

  /// Sends the rows of a table of the bundle, with the number of a source before each where there is one.
  private func copy(
    _ name: String, _ columns: [HostTable.Column], to target: String, of source: Int64?
  ) throws -> Int64 {
    let list = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let serverList =
      (source == nil ? [] : ["source"]) + columns.map { "\"\($0.serverName)\"" }
    return try bundle.reading { reader in
      let rows = try Row.fetchCursor(reader, sql: "SELECT \(list) FROM \"\(name)\"")
      // An empty copy is a round trip that can be spared.
      guard var row = try rows.next() else { return 0 }
      return try server.copyIn(
        "COPY \(target) (\(serverList.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
      ) { send in
        var writer = CopyWriter()
        while true {
          writer.begin(serverList.count)
          if let source { writer.add(Int32(truncatingIfNeeded: source)) }
          for (index, column) in columns.enumerated() {
            let value: DatabaseValue = row[index]
            if value.isNull, !column.isRequired {
              writer.addNull()
            } else if !column.kind.add(value, to: &writer) {
              throw FleetFault.badBundle(
                "a value of '\(column.name)' in its table '\(name)' cannot be")
            }
          }
          if writer.isFull { try send(writer.take()) }
          guard let next = try rows.next() else { break }
          row = next
        }
        writer.finish()
        try send(writer.take())
      }
    }
  }
}

extension HostTable {
  /// How the rows of a bundle are taken.
  enum Way {
    /// All are new.
    case add
    /// They say all that there is to say from the bundle's first scan on, by this column.
    case words(String)
    /// Those that are there stay.
    case once
    /// They stand in the place of those with their keys.
    case replace
    /// By this column they are new, or were changed in place.
    case revise(String)
  }

  var way: Way {
    switch name {
    case "directory", "domain", "image_detail", "content", "ownership": .once
    case "filesystem", "pool", "former_pool": .replace
    case "image": .revise("first_scan")
    case "foundation": .revise("from_scan")
    case "lifted": .words("scan")
    case _ where isWord: .words("until_scan")
    default: .add
    }
  }

  /// What an update sets: all columns but those of the key.
  func assignments(_ other: String) -> String {
    columns.filter { !key.contains($0.serverName) }
      .map { "\"\($0.serverName)\" = \(other).\"\($0.serverName)\"" }.joined(separator: ", ")
  }

  /// That two rows have the same key.
  func matches(_ one: String, _ other: String) -> String {
    key.map { "\(one).\"\($0)\" = \(other).\"\($0)\"" }.joined(separator: " AND ")
  }
}
