import Database
package import Foundation
package import Model
package import Query
package import Record
import Workflow

/// The database of a test: what is done to it, or asked of it, past the commands.
package protocol ScriptedDatabase: AnyObject {
  /// Where it is.
  var file: PathBytes { get }
}

/// The sqlite3 of the system did not do what it was told.
private struct Refused: Error { var statement: String }

extension ScriptedDatabase {
  /// Runs SQL with the sqlite3 of the system, which keeps no promise of the schema's.
  @discardableResult
  package func sqlite(_ sql: String) throws -> String {
    let process = Process()
    let output = Pipe()
    process.standardOutput = output
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
    process.arguments = [
      file.displayText, "PRAGMA ignore_check_constraints = 1; PRAGMA foreign_keys = 0; " + sql,
    ]
    try process.run()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Refused(statement: sql) }
    return String(decoding: answer, as: UTF8.self)
  }

  package func view(_ when: When = .latest(back: 0)) throws -> InventoryView {
    try Inventory(reading: file).view(at: when)
  }

  /// What does not hold of it that always has to.
  package func defects() throws -> [Defect] { try Inventory(reading: file).verify() }

  /// Every row of every table but what is random.
  package func everything() throws -> [String] {
    let tables = try sqlite(
      """
      SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
        AND name NOT IN ('identity', 'grdb_migrations') ORDER BY 1
      """
    ).split(separator: "\n")
    return try sqlite(
      "BEGIN; UPDATE scan SET token = NULL;"
        + tables.map { "SELECT '\($0)', * FROM \($0);" }.joined() + "ROLLBACK"
    ).split(separator: "\n").map(String.init).sorted()
  }

  /// All of it, for other tests to begin with.
  package func whole() throws -> Data {
    try sqlite("PRAGMA wal_checkpoint(TRUNCATE)")
    return try Data(contentsOf: URL(filePath: file.displayText))
  }

  /// Who writes into it between scans.
  package func writer() throws -> InventoryWriter {
    try InventoryWriter(writing: file, machineID: "m", hostName: "h")
  }

  /// The rows of a query, as of a scan.
  package func rows(_ sql: String, at when: When = .latest(back: 0)) throws -> [[QueryValue]] {
    var rows: [[QueryValue]] = []
    try view(when).rows(sql: sql) { rows.append($0.cells) }
    return rows
  }

  /// The rows of a query as lines of words; `-` for what is not there.
  package func lines(_ sql: String, at when: When = .latest(back: 0)) throws -> [String] {
    try rows(sql, at: when).map { $0.map(\.word).joined(separator: " ") }
  }

  /// One number that a query gives.
  package func number(_ sql: String) throws -> Int64? {
    guard case .integer(let number) = try rows(sql).first?.first else { return nil }
    return number
  }

  /// The image at each path at which one stands.
  package func stands() throws -> [String: Int64] {
    var images: [String: Int64] = [:]
    for row in try rows(
      """
      SELECT CAST(directory.path || '/' || place.name AS TEXT), image
      FROM place JOIN directory ON directory.id = place.directory WHERE place.until_scan IS NULL
      """)
    {
      if case .text(let path) = row[0], case .integer(let image) = row[1] { images[path] = image }
    }
    return images
  }

  /// Each link that holds: whose it is, which of his, what is said of it, and the name of the image to which it leads.
  package func links() throws -> [String] {
    try lines(
      """
      SELECT coalesce((SELECT min(CAST(name AS TEXT)) FROM place
          WHERE image = link.holder AND until_scan IS NULL),
          (SELECT name FROM domain WHERE id = link.holder)) || ' ' || ordinal, state,
        (SELECT min(CAST(name AS TEXT)) FROM place
          WHERE image = link.target_image AND until_scan IS NULL)
      FROM link WHERE until_scan IS NULL ORDER BY 1
      """)
  }

  /// Kinds of the open findings with the names of their images.
  package func findings(_ when: When = .latest(back: 0)) throws -> [String] {
    try view(when).findings(kinds: [], pool: nil, since: nil).map {
      "\($0.kind.rawValue) \(String(decoding: $0.filename?.name ?? [], as: UTF8.self))"
    }
  }

  /// The open findings: kind, name of the image or the machine, and place among its references.
  package func openFindings(but kinds: some Sequence<FindingKind> = []) throws -> [String] {
    let left = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try lines(
      """
      SELECT finding.kind,
        coalesce((SELECT min(CAST(name AS TEXT)) FROM place WHERE place.image = finding.holder
            AND (until_scan IS NULL OR finding.kind LIKE 'header-%')),
          (SELECT name FROM domain WHERE domain.id = finding.holder)),
        finding.ordinal
      FROM finding WHERE until_scan IS NULL AND kind NOT IN (\(left)) ORDER BY 1, 2, 3
      """)
  }
}

extension QueryValue {
  /// As a line of words has it.
  fileprivate var word: String {
    switch self {
    case .null: "-"
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let text): text
    case .blob(let bytes): bytes.displayText
    }
  }
}
