package import Database
internal import GRDB

/// Judges a night by the rules: collects of what they have to be asked, and, when it is known who needs what, writes
/// what opened and what closed, and which rules were asked. It writes findings, and no table of anybody else.
package struct NightJudgement {
  private let night: ReconciledScan
  private let judgement: Judgement

  /// A judgement of a scan by some rules.
  package init(_ night: ReconciledScan, by rules: [Rule]) {
    self.night = night
    judgement = Judgement(night, by: rules)
  }

  private var database: Database { night.database }

  /// Collects what machines use and of what the rules have to be asked, in temporary tables.
  package func collect() throws { try judgement.collect() }

  /// Writes what opened and what closed.
  /// - Returns: what could not be judged, in sentences.
  package func judge() throws -> [String] {
    try judgement.judge()
    // Which scans looked at what, one of these views says.
    try AsOf.makeViews(database)
    try dateFindings()
    try run(PackageResources.base_causes_sql)
    try judgeOrphans()
    let warnings = try SavedQueries(night).judge()
    try run(PackageResources.number_causes_sql)
    return warnings
  }

  private func run(_ script: [UInt8]) throws { try database.run(script, ["scan": night.scan]) }

  /// Says of the findings that this scan opened when they were seen right last. Most often that is the scan
  /// before: the others are only asked where it is not.
  private func dateFindings() throws {
    let before = try Int64.fetchOne(
      database, sql: "SELECT max(id) FROM scan WHERE id < ?", arguments: [night.scan])
    guard let before else { return }
    for earliest in [before, 0] {
      try database.run(PackageResources.last_good_sql, ["scan": night.scan, "earliest": earliest])
    }
  }

  /// What was unused for long enough is an orphan.
  private func judgeOrphans() throws {
    try writeLookedPools()
    try database.run(
      PackageResources.finding_orphan_sql,
      ["scan": night.scan, "grace": night.grace, "age": night.graceAge])
  }

  /// The pools that this scan saw whole.
  private func writeLookedPools() throws {
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.looked_pool;
        CREATE TEMP TABLE looked_pool (pool INTEGER PRIMARY KEY)
        """)
    for number in night.wholePools {
      try database.execute(
        sql: "INSERT OR IGNORE INTO temp.looked_pool VALUES (?)", arguments: [number])
    }
  }
}
