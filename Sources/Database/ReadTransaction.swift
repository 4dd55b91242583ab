internal import Foundation
package import GRDB
package import Model

/// A read transaction of the database, as of one scan.
///
/// Its SQL reads the views of `as-of.sql`, `place_at` and the like, which show what held at that scan.
package struct ReadTransaction {
  package let database: Database
  private let asOf: AsOf
  /// The scan as of which is asked.
  package let at: Int64
  package let times: ScanTimes
  /// The current time, if the scan is the last one.
  private let clock: ScanPoint?

  /// The transaction as of one scan; `asked(at:)` gives the same transaction as of another.
  package init(_ database: Database, at: Int64, times: ScanTimes, clock: ScanPoint? = nil) {
    self.init(database, AsOf(database), at: at, times: times, clock: clock)
  }

  private init(
    _ database: Database, _ asOf: AsOf, at: Int64, times: ScanTimes, clock: ScanPoint?
  ) {
    self.database = database
    self.asOf = asOf
    self.at = at
    self.times = times
    self.clock = clock
  }

  /// The same transaction as of another scan.
  package func asked(at scan: Int64) -> ReadTransaction {
    ReadTransaction(database, asOf, at: scan, times: times, clock: clock)
  }

  /// Milliseconds by which a word of a person is over whose day came after the last scan; 0 for an earlier scan, of
  /// which the answer stays what it was.
  package var now: Int64 { clock?.scan == at ? clock?.time.milliseconds ?? 0 : 0 }

  /// A scan and its time, for an answer.
  package func point(_ scan: Int64) -> ScanPoint {
    ScanPoint(scan: scan, time: times[scan] ?? Moment(milliseconds: 0))
  }

  package typealias Values = [String: (any DatabaseValueConvertible)?]

  /// The rows of a cached statement with values bound by name.
  package func rows(_ sql: String, _ values: Values = [:]) throws -> AsOfRows {
    let statement = try statement(sql)
    return AsOfRows(
      try Row.fetchCursor(statement, arguments: StatementArguments(values)), asOf, at: at)
  }

  /// The first of the rows.
  package func row(_ sql: String, _ values: Values = [:]) throws -> Row? {
    try Row.fetchOne(statement(sql), arguments: StatementArguments(values))
  }

  /// The first column of the first row.
  package func value<Value: DatabaseValueConvertible>(_ sql: String, _ values: Values = [:]) throws
    -> Value?
  {
    try row(sql, values).flatMap { $0[0] }
  }

  /// Makes the views answer as of this scan, for the next step of a statement.
  package func take() throws { try asOf.move(to: at) }

  private func statement(_ sql: String) throws -> Statement {
    try take()
    return try database.cachedStatement(sql: sql)
  }

  // MARK: Who is meant

  /// The number of an image that stands somewhere at this scan.
  package func number(of selector: ImageSelector) throws -> Int64 {
    guard let found = try standing(selector) else { throw try absence(of: selector) }
    return found
  }

  /// The number of an image, if it stands somewhere at this scan.
  package func standing(_ selector: ImageSelector) throws -> Int64? {
    switch selector {
    case .number(let number): try primaryPlace(of: number) == nil ? nil : number
    case .path(let path): try image(at: path)
    }
  }

  /// Why an image cannot be asked about: no scan ever knew it, or it is gone.
  package func absence(of selector: ImageSelector) throws -> StoreFault {
    var values: Values = ["image": nil, "directory": nil, "name": nil]
    switch selector {
    case .number(let number): values["image"] = number
    case .path(let path):
      values["directory"] = path.directory.databaseValue
      values["name"] = Data(path.name)
    }
    let last: Int64? = try value(
      """
      SELECT max(scan.id)
      FROM place JOIN scan ON scan.id >= place.from_scan AND scan.id < place.until_scan
      WHERE NOT scan.is_forgotten AND scan.id < (SELECT scan FROM asof) AND (
        place.image = :image OR place.name = :name AND place.directory IN (
          SELECT id FROM directory WHERE path = :directory))
      """, values)
    guard let last else { return .unknownImage(selector.text, scan: at) }
    return .vanishedImage(selector.text, scan: at, lastSeen: last)
  }

  /// The image that stands at a path, or to which a symbolic link at the path leads.
  package func image(at path: PathBytes) throws -> Int64? {
    let values: Values = [
      "directory": path.directory.databaseValue, "name": Data(path.name),
    ]
    let direct: Int64? = try value(
      """
      SELECT place.image FROM directory JOIN place_at AS place ON place.directory = directory.id
      WHERE directory.host IN (SELECT id FROM host) AND directory.path = :directory
        AND place.name = :name
      """, values)
    if let direct { return direct }
    return try value(
      """
      SELECT place.image FROM directory AS named
      LEFT JOIN directory_state_at AS way ON way.directory = named.id
      JOIN directory_state_at AS walked ON walked.canonical = coalesce(way.canonical, named.id)
      LEFT JOIN alias_at AS alias ON alias.directory = walked.directory AND alias.name = :name
      LEFT JOIN directory_state_at AS ending ON ending.canonical = alias.target_directory
      JOIN place_at AS place ON place.directory = coalesce(ending.directory, walked.directory)
        AND place.name = coalesce(alias.target_name, :name)
      WHERE named.host IN (SELECT id FROM host) AND named.path = :directory
      LIMIT 1
      """, values)
  }

  /// The first of an image's places in the order of directories and names.
  package func primaryPlace(of image: Int64) throws -> PathBytes? {
    try places(of: image).first
  }

  /// All places of an image in that order.
  package func places(of image: Int64) throws -> [PathBytes] {
    try Array(
      rows(
        """
        SELECT directory.path, place.name FROM place_at AS place
        JOIN directory ON directory.id = place.directory
        WHERE place.image = :image
        ORDER BY directory.path, place.name
        """, ["image": image]
      ).map { PathBytes(directory: $0[0], name: $0[1]) })
  }

  /// Refuses the name of a pool that this scan does not know.
  package func checkPool(_ name: String?) throws {
    guard let name else { return }
    let isKnown: Bool? = try value(
      "SELECT EXISTS (SELECT 1 FROM pool_at WHERE name = :name)", ["name": name])
    if isKnown != true { throw StoreFault.unknownPool(name) }
  }
}
