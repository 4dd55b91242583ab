internal import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// What the configuration says of findings and images, written down as words by the scan that read it.
///
/// A person's word goes before a rule.
struct WordRuling {
  private let database: Database
  private let scan: Int64
  private let started: Moment

  init(_ database: Database, scan: Int64, started: Moment) {
    self.database = database
    self.scan = scan
    self.started = started
  }

  /// Keeps the images that rules describe, and collects what anybody keeps.
  func keep(by rules: [WordRule]) throws {
    let rules = rules.filter { ($0.ends ?? .distantFuture) > started }
    var meant: [Int64: WordRule] = [:]
    if !rules.isEmpty {
      let places = try Row.fetchCursor(
        database,
        sql: """
          SELECT place.image, directory.path, place.name, pool.name, real.path FROM place
          JOIN directory ON directory.id = place.directory
          LEFT JOIN directory_state AS home ON home.directory = place.directory
            AND home.until_scan IS NULL
          LEFT JOIN directory AS real ON real.id = home.canonical
          LEFT JOIN pool ON pool.id = home.pool
          WHERE place.until_scan IS NULL ORDER BY place.image
          """)
      while let row = try places.next() {
        let paths = Self.paths([row[1], row[4]], row[2])
        let pool = row[3] as String?
        guard meant[row[0]] == nil,
          let rule = rules.first(where: { $0.describes(paths, in: pool) })
        else { continue }
        meant[row[0]] = rule
      }
    }
    try reconcile("keep", "image", meant)
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO keep (image, from_scan, who, is_rule, said, reason, ends)
        SELECT :key, :scan, :who, 1, :said, :reason, :ends
        WHERE NOT EXISTS (SELECT 1 FROM keep WHERE image = :key AND until_scan IS NULL)
        """)
    try write(meant, by: insert)
    try database.run(PackageResources.collect_kept_sql, ["scan": scan])
  }

  /// Ends what was said of findings that are others now, and acknowledges those that rules describe.
  func acknowledge(by rules: [WordRule]) throws {
    let rules = rules.filter { ($0.ends ?? .distantFuture) > started }
    let meant = try rules.isEmpty ? [:] : findings(of: rules)
    let known = try Int64.fetchAll(
      database, sql: "SELECT finding FROM acknowledgement WHERE until_scan IS NULL")
    guard !known.isEmpty || !meant.isEmpty else { return }
    try FindingStates(database).take(known + meant.keys)
    try database.run(PackageResources.end_acknowledgements_sql, ["scan": scan])
    try reconcile("acknowledgement", "finding", meant)
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO acknowledgement (finding, from_scan, who, is_rule, said, reason, ends, state)
        SELECT finding, :scan, :who, 1, :said, :reason, :ends, state
        FROM temp.finding_state WHERE finding = :key AND NOT EXISTS (
          SELECT 1 FROM acknowledgement WHERE finding = :key AND until_scan IS NULL)
        """)
    try write(meant, by: insert)
  }

  /// Open findings by the first rule that describes one of the image's paths, or the path that a domain names.
  private func findings(of rules: [WordRule]) throws -> [Int64: WordRule] {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT finding.id, finding.kind, directory.path, place.name, pool.name, real.path
        FROM finding CROSS JOIN place ON place.image = finding.holder AND place.until_scan IS NULL
        JOIN directory ON directory.id = place.directory
        LEFT JOIN directory_state AS home ON home.directory = place.directory
          AND home.until_scan IS NULL
        LEFT JOIN directory AS real ON real.id = home.canonical
        LEFT JOIN pool ON pool.id = home.pool
        WHERE finding.until_scan IS NULL AND finding.holder > 0
        UNION ALL
        SELECT finding.id, finding.kind, directory.path, link.name, pool.name, real.path
        FROM finding LEFT JOIN link ON link.holder = finding.holder AND link.ordinal = finding.ordinal
          AND link.until_scan IS NULL
        LEFT JOIN directory ON directory.id = link.directory
        LEFT JOIN directory_state AS home ON home.directory = link.directory
          AND home.until_scan IS NULL
        LEFT JOIN directory AS real ON real.id = home.canonical
        LEFT JOIN pool ON pool.id = home.pool
        WHERE finding.until_scan IS NULL AND finding.holder < 0
        """)
    var meant: [Int64: WordRule] = [:]
    while let row = try rows.next() {
      let kind = FindingKind(rawValue: row[1])
      let paths = Self.paths([row[2], row[5]], row[3])
      let pool = row[4] as String?
      guard meant[row[0]] == nil,
        let rule = rules.first(where: {
          ($0.kinds.isEmpty || $0.kinds.contains(kind)) && $0.describes(paths, in: pool)
        })
      else { continue }
      meant[row[0]] = rule
    }
    return meant
  }

  /// The path of what stands, or is missed, in a directory: as it is known, and as it really is.
  private static func paths(_ directories: [Data?], _ name: Data?) -> [PathBytes] {
    guard let name else { return [] }
    return directories.compactMap { $0.map { PathBytes(directory: $0, name: name) } }
  }

  /// Ends the words of rules that are gone, or say it otherwise.
  private func reconcile(_ table: String, _ column: String, _ meant: [Int64: WordRule]) throws {
    let open = try Row.fetchAll(
      database,
      sql: """
        SELECT \(column) AS key, who, reason, ends FROM \(table)
        WHERE until_scan IS NULL AND is_rule
        """)
    for row in open {
      let key: Int64 = row["key"]
      if let rule = meant[key], rule.who == row["who"], rule.reason == row["reason"],
        rule.ends?.milliseconds == row["ends"]
      {
        continue
      }
      try database.execute(
        sql: "UPDATE \(table) SET until_scan = ? WHERE \(column) = ? AND until_scan IS NULL",
        arguments: [scan, key])
    }
  }

  private func write(_ meant: [Int64: WordRule], by insert: Statement) throws {
    for (key, rule) in meant.sorted(by: { $0.key < $1.key }) {
      try insert.execute(arguments: [
        "key": key, "scan": scan, "who": rule.who, "said": started.milliseconds,
        "reason": rule.reason, "ends": rule.ends?.milliseconds,
      ])
    }
  }
}

extension WordRule {
  /// Whether something in a pool is meant, by one of the paths that lead to it; without a path by a rule for all.
  fileprivate func describes(_ paths: [PathBytes], in pool: String?) -> Bool {
    (self.pool == nil || self.pool == pool)
      && (paths.isEmpty ? [""] : paths).contains(where: isMeant)
  }
}

extension Moment {
  /// Later than any day that is named.
  fileprivate static let distantFuture = Moment(milliseconds: .max)
}
