package import Database
internal import GRDB

/// Judges a night: the rules, claims, foundations, what nothing uses, and what
/// the configuration asks. Each looks at what the one before it says.
package struct NightJudgement {
  private let night: ReconciledScan
  private let rules: [Rule]

  /// A judgement of a scan by some rules.
  package init(_ night: ReconciledScan, by rules: [Rule]) {
    self.night = night
    self.rules = rules
  }

  private var database: Database { night.database }

  /// Writes what opened and what closed, and what is awaited and unused.
  /// - Returns: what could not be judged, in sentences.
  package func run() throws -> [String] {
    let judgement = Judgement(night, by: rules)
    try judgement.collect()
    let view = try judgeView()
    // What a spoilt base held is asked for by those that were made on it.
    try FoundationJudgement(database, scan: night.scan).run()
    try run(PackageResources.keep_victims_sql)
    try ClaimJudgement(database, scan: night.scan).run(areDomainsKnown: view.areDomainsKnown)
    try judgement.judge()
    // Which scans looked at what, one of these views says.
    try AsOf.makeViews(database)
    try dateFindings()
    try run(PackageResources.base_causes_sql)
    try judgeOrphans(view)
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

  /// What a scan saw of whoever may use images.
  private struct View {
    /// Whether domains are known, or were asked for in vain: once they are, an image that none of them reaches
    /// is unused, whoever else refers to it.
    let areDomainsKnown: Bool
    /// Whether nothing that may use an image was out of sight.
    let isWhole: Bool
  }

  private func judgeView() throws -> View {
    let isAnyKnown =
      try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM domain_state)") ?? false
    let areDomainsKnown = isAnyKnown || night.areDomainsAsked
    try database.run(
      PackageResources.judge_view_sql,
      ["scan": night.scan, "covered": night.isCovered ? 1 : 0, "known": areDomainsKnown ? 1 : 0])
    let seen = try Row.fetchOne(
      database, sql: "SELECT is_whole, sees_users FROM scan WHERE id = ?",
      arguments: [night.scan])
    let isWhole: Bool? =
      areDomainsKnown ? seen?["is_whole"] : night.isCovered ? seen?["sees_users"] : false
    return View(areDomainsKnown: areDomainsKnown, isWhole: isWhole ?? false)
  }

  /// Without domains only what once was used can be called an orphan; once domains are known, it is
  /// whatever none of them reaches. Nothing is that a broken reference may mean.
  private func judgeOrphans(_ view: View) throws {
    try database.run(
      PackageResources.judge_unused_sql,
      ["scan": night.scan, "known": view.areDomainsKnown ? 1 : 0])
    try writeLookedPools()
    try database.run(
      PackageResources.finding_orphan_sql,
      [
        "scan": night.scan, "grace": night.grace, "age": night.graceAge,
        "whole": view.isWhole ? 1 : 0,
      ])
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
