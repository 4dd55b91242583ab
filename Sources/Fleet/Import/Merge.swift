internal import Foundation
internal import GRDB
internal import Model

/// The rows of one bundle on their way into the fleet's tables, within one transaction.
struct Merge {
  let server: Server
  private let tables: [HostTable]
  let bundle: ReceivedBundle
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
    var hasOtherFileSystems = false
    for table in tables {
      let rows = answer.rows
      try add(table, source, &answer)
      if table.name == "filesystem", answer.rows > rows { hasOtherFileSystems = true }
    }
    try finish(source)
    if hasOtherFileSystems { try addStorages(source) }
    if try hasOtherFileSystems || bundle.hasRows("image") {
      try server.view(imagesOf: source, after: hasOtherFileSystems ? 0 : bundle.fromScan)
    }
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
    // A scan that ended after its bundle was made was seen by a clock that was put right since.
    try server.run(
      """
      UPDATE scan SET skew_ms = greatest(source.skew_ms, scan.finished - (extract(epoch FROM now()) * 1000)::bigint)
      FROM source WHERE source.id = $1 AND scan.source = $1 AND scan.id > $2
      """,
      [.number(source), .number(bundle.fromScan)])
  }

  private func addStorages(_ source: Int64) throws {
    // In one order, so that hosts of one storage wait for each other in no circle.
    try server.run(
      """
      INSERT INTO storage (identity, is_shared)
      SELECT DISTINCT identity, identity ~ $2 AND identity !~ $3 FROM filesystem WHERE source = $1
      ORDER BY identity ON CONFLICT DO NOTHING
      """,
      [.number(source), .text(Storage.ofServer), .text(Storage.ofThisHost)])
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
          """
          INSERT INTO \(name) (source, \(columns)) SELECT \(source), \(columns) FROM \(stage.rows) AS new
          ON CONFLICT DO NOTHING
          """, stage.values)
      }
    case .replace:
      answer.rows += try staged(table) { stage in
        try server.run(
          """
          INSERT INTO \(name) AS old (source, \(columns)) SELECT \(source), \(columns) FROM \(stage.rows) AS new
          ON CONFLICT (source, \(table.key.joined(separator: ", "))) DO UPDATE SET \(table.assignments("excluded"))
          WHERE \(table.differs("old", "excluded"))
          """, stage.values)
      }
    case .revise(let column):
      if table.isInterval { answer.closed += try end(table, source) }
      answer.rows += try staged(table) { stage in try revise(table, stage, by: column, source) }
    }
  }

  /// Adds rows that are new, and changes those that are not; all of these must be there.
  private func revise(
    _ table: HostTable, _ stage: Stage, by column: String, _ source: Int64
  ) throws -> Int64 {
    let name = "\"\(table.name)\""
    let last = bundle.fromScan
    let changed = try server.run(
      """
      UPDATE \(name) AS old SET \(table.assignments("new")) FROM \(stage.rows) AS new
      WHERE old.source = \(source) AND \(table.matches("old", "new")) AND new.\(column) <= \(last)
      """, stage.values)
    let wanted = try bundle.count(table.name, where: "\(column) <= \(last)")
    guard changed == Int64(wanted) else {
      throw FleetFault.badBundle("it changes rows of '\(table.name)' that the fleet does not have")
    }
    return try changed
      + server.run(
        """
        INSERT INTO \(name) (source, \(table.serverColumns))
        SELECT \(source), \(table.serverColumns) FROM \(stage.rows) AS new WHERE \(column) > \(last)
        """, stage.values)
  }

  /// Ends rows of which the bundle says that they ended; all of them must be there, and open.
  private func end(_ table: HostTable, _ source: Int64) throws -> Int64 {
    let columns = table.columns.filter {
      table.key.contains($0.serverName) || $0.name == "until_scan"
    }
    let name = "ended_" + table.name
    let closed = try staged(name, columns, of: table) { stage in
      try server.run(
        """
        UPDATE "\(table.name)" AS old SET until_scan = new.until_scan FROM \(stage.rows) AS new
        WHERE old.source = \(source) AND \(table.matches("old", "new")) AND old.until_scan IS NULL
          AND old.from_scan < new.until_scan
        """, stage.values)
    }
    let count = try bundle.count(name)
    guard count == Int(closed) else {
      throw FleetFault.badBundle(
        "it ends \(count) rows of '\(table.name)', and the fleet has \(closed) of them open")
    }
    return closed
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

  /// That two rows with the same key are not the same.
  func differs(_ one: String, _ other: String) -> String {
    let names = columns.filter { !key.contains($0.serverName) }.map(\.serverName)
    func row(_ table: String) -> String {
      "(" + names.map { "\(table).\"\($0)\"" }.joined(separator: ", ") + ")"
    }
    return "\(row(one)) IS DISTINCT FROM \(row(other))"
  }

  /// That two rows have the same key.
  func matches(_ one: String, _ other: String) -> String {
    key.map { "\(one).\"\($0)\" = \(other).\"\($0)\"" }.joined(separator: " AND ")
  }
}
