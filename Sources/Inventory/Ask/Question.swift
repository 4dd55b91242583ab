internal import Foundation
internal import GRDB
internal import Model

/// One question to the database as of one scan, within one read transaction.
struct Question {
  let database: Database
  /// The scan as of which is asked.
  let at: Int64
  let times: ScanTimes

  init(_ database: Database, at: Int64, times: ScanTimes) {
    self.database = database
    self.at = at
    self.times = times
  }

  /// A scan and its time, for an answer.
  func point(_ scan: Int64) -> ScanPoint {
    ScanPoint(scan: scan, time: times[scan] ?? Moment(milliseconds: 0))
  }

  /// The SQL that says that an interval holds as of `:at`.
  static func holds(_ table: String) -> String {
    "\(table).from_scan <= :at AND (\(table).until_scan IS NULL OR \(table).until_scan > :at)"
  }

  /// The SQL for what the pool of the table `pool` was called as of `:at`.
  static let poolName = """
    coalesce(
      (SELECT former_pool.name FROM former_pool
       WHERE former_pool.pool = pool.id AND former_pool.until_scan > :at
       ORDER BY former_pool.until_scan LIMIT 1), pool.name)
    """

  /// A cached statement with the scan and more values bound by name.
  func rows(_ sql: String, _ values: [String: (any DatabaseValueConvertible)?] = [:]) throws
    -> RowCursor
  {
    let statement = try database.cachedStatement(sql: sql)
    return try Row.fetchCursor(statement, arguments: arguments(values))
  }

  /// The first column of the first row.
  private func number(
    _ sql: String, _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> Int64? {
    try Int64.fetchOne(database.cachedStatement(sql: sql), arguments: arguments(values))
  }

  func arguments(_ values: [String: (any DatabaseValueConvertible)?]) -> StatementArguments {
    var all = values
    all["at"] = at
    return StatementArguments(all)
  }

  // MARK: Who is meant

  /// The number of an image that stands somewhere at this scan.
  func number(of selector: ImageSelector) throws -> Int64 {
    let found =
      switch selector {
      case .number(let number): try primaryPlace(of: number) == nil ? nil : number
      case .path(let path): try image(at: path)
      }
    guard let found else { throw try absence(of: selector) }
    return found
  }

  /// Why an image cannot be asked about: no scan ever knew it, or it is gone.
  private func absence(of selector: ImageSelector) throws -> StoreFault {
    var values: [String: (any DatabaseValueConvertible)?] = [
      "image": nil, "directory": nil, "name": nil,
    ]
    switch selector {
    case .number(let number): values["image"] = number
    case .path(let path):
      values["directory"] = path.directory.databaseValue
      values["name"] = Data(path.name)
    }
    let last = try Int64.fetchOne(
      database,
      sql: """
        SELECT max(scan.id)
        FROM place JOIN scan ON scan.id >= place.from_scan AND scan.id < place.until_scan
        WHERE NOT scan.is_forgotten AND scan.id < :at AND (
          place.image = :image OR place.name = :name AND place.directory IN (
            SELECT id FROM directory WHERE path = :directory))
        """, arguments: arguments(values))
    guard let last else { return .unknownImage(selector.text, scan: at) }
    return .vanishedImage(selector.text, scan: at, lastSeen: last)
  }

  /// The image that stands at a path, or to which a symbolic link at the path leads.
  func image(at path: PathBytes) throws -> Int64? {
    let values: [String: (any DatabaseValueConvertible)?] = [
      "directory": path.directory.databaseValue, "name": Data(path.name),
    ]
    let direct = try number(
      """
      SELECT place.image FROM directory JOIN place ON place.directory = directory.id
      WHERE directory.host IN (SELECT id FROM host) AND directory.path = :directory
        AND place.name = :name AND \(Self.holds("place"))
      """, values)
    if let direct { return direct }
    return try number(
      """
      SELECT place.image FROM directory AS named
      JOIN directory_state AS way ON way.directory = named.id
      JOIN directory_state AS walked ON walked.canonical = way.canonical
      LEFT JOIN alias ON alias.directory = walked.directory AND alias.name = :name
        AND \(Self.holds("alias"))
      LEFT JOIN directory_state AS ending ON ending.canonical = alias.target_directory
        AND \(Self.holds("ending"))
      JOIN place ON place.directory = coalesce(ending.directory, walked.directory)
        AND place.name = coalesce(alias.target_name, :name)
      WHERE named.host IN (SELECT id FROM host) AND named.path = :directory
        AND \(Self.holds("way")) AND \(Self.holds("walked"))
        AND \(Self.holds("place"))
      LIMIT 1
      """, values)
  }

  /// The first of an image's places in the order of directories and names.
  func primaryPlace(of image: Int64) throws -> PathBytes? {
    try places(of: image).first
  }

  /// All places of an image in that order.
  func places(of image: Int64) throws -> [PathBytes] {
    try rows(
      """
      SELECT directory.path, place.name FROM place
      JOIN directory ON directory.id = place.directory
      WHERE place.image = :image AND \(Self.holds("place"))
      ORDER BY directory.path, place.name
      """, ["image": image]
    ).map { PathBytes(directory: $0[0], name: $0[1]) }.reduceToArray()
  }

  /// Refuses the name of a pool that this scan does not know.
  func checkPool(_ name: String?) throws {
    guard let name else { return }
    let isKnown = try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM pool
          WHERE \(Self.poolName) = :name AND EXISTS (
            SELECT 1 FROM pool_scan WHERE pool_scan.pool = pool.id AND pool_scan.scan <= :at))
        """, arguments: arguments(["name": name]))
    if isKnown != true { throw StoreFault.unknownPool(name) }
  }
}

extension Cursor {
  /// All elements of the cursor.
  func reduceToArray() throws -> [Element] { try Array(self) }
}
