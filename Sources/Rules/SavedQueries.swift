internal import Database
internal import Foundation
internal import GRDB
public import Model

/// Asks the configuration's own queries of a night of which everything else is judged: what they give is found.
struct SavedQueries {
  /// Images beyond which a query is no question about something that is wrong.
  static let imageLimit = 10_000
  /// How long a query may take: a scan holds the database.
  static let secondLimit: Int64 = 60

  private let night: ReconciledScan

  /// The queries of a night.
  init(_ night: ReconciledScan) { self.night = night }

  private var database: Database { night.database }

  /// Writes what opened and what closed. A scan that looked at single images only asks nothing.
  /// - Returns: what could not be asked, in sentences; what it found before stays as it was.
  func judge() throws -> [String] {
    guard !night.pools.isEmpty else { return [] }
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.query_hit;
        CREATE TEMP TABLE query_hit (
          kind TEXT NOT NULL, severity TEXT NOT NULL, holder INTEGER NOT NULL, ordinal INTEGER NOT NULL,
          detail TEXT NOT NULL, PRIMARY KEY (holder, ordinal)) WITHOUT ROWID;
        DROP TABLE IF EXISTS temp.query_unasked;
        CREATE TEMP TABLE query_unasked (ordinal INTEGER PRIMARY KEY);
        """)
    let warnings = try night.queries.compactMap(ask)
    try database.run(PackageResources.finding_query_sql, ["scan": night.scan])
    return warnings
  }

  /// - Returns: why a query could not be asked; `nil` when it was.
  private func ask(_ query: SavedQuery) throws -> String? {
    do {
      let rest = try database.limited(toSeconds: Self.secondLimit) { try note(query) }
      guard rest else { return nil }
      return """
        query '\(query.name)' finds more than \(Self.imageLimit) images, of which the first are told; \
        let it ask for less
        """
    } catch StoreFault.badQuery(let reason) {
      try setAside(query)
      return "query '\(query.name)' was not asked, and what it found before stays: \(reason)"
    } catch let error as DatabaseError where error.isOfQuery {
      try setAside(query)
      return """
        query '\(query.name)' was not asked, and what it found before stays: \
        \(error.message ?? "\(error)")
        """
    }
  }

  /// - Returns: whether there are more images than are noted.
  private func note(_ query: SavedQuery) throws -> Bool {
    let (statement, image) = try query.statement(database)
    let message = statement.columnNames.firstIndex(of: "message")
    let insert = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.query_hit VALUES (?, ?, ?, ?, ?)")
    let kind = FindingKind.query(query.severity)
    let rows = try Row.fetchCursor(statement)
    var count = 0
    while let row = try rows.next() {
      guard let number = Int64.fromDatabaseValue(row[image]) else { continue }
      guard count < Self.imageLimit else { return true }
      let detail = QueryDetail(
        query: query.name, message: message.flatMap { String.fromDatabaseValue(row[$0]) })
      try insert.execute(arguments: [
        kind.rawValue, query.severity.rawValue, number, query.ordinal, try detail.json(),
      ])
      count += database.changesCount
    }
    return false
  }

  private func setAside(_ query: SavedQuery) throws {
    try database.execute(
      sql: "DELETE FROM temp.query_hit WHERE ordinal = ?", arguments: [query.ordinal])
    try database.execute(
      sql: "INSERT OR IGNORE INTO temp.query_unasked VALUES (?)", arguments: [query.ordinal])
  }
}

extension SavedQuery {
  /// The query as a statement, and which of its columns says which images it finds.
  /// - Throws: `StoreFault.badQuery`, and SQLite's own word for what it cannot compile.
  fileprivate func statement(_ database: Database) throws -> (Statement, image: Int) {
    let statement = try database.userStatement(sql)
    guard let image = statement.columnNames.firstIndex(of: "image_id") else {
      throw StoreFault.badQuery("it has no column 'image_id' that says which images it finds")
    }
    return (statement, image)
  }

  /// What is wrong with the query, tried on a database with nothing in it; `nil` where it can be asked.
  public var fault: String? {
    do {
      try BlankDatabase.read { _ = try statement($0) }
      return nil
    } catch StoreFault.badQuery(let reason) {
      return reason
    } catch {
      return (error as? DatabaseError)?.message ?? "\(error)"
    }
  }
}

extension DatabaseError {
  /// Whether it is the query that is wrong, and not the database, the disk or somebody's wish to stop.
  fileprivate var isOfQuery: Bool {
    [.SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_RANGE, .SQLITE_AUTH]
      .contains(resultCode)
  }
}

/// What a finding of a query keeps.
struct QueryDetail: Codable {
  /// The query's name.
  let query: String
  /// What the query says of the image.
  let message: String?

  fileprivate func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
