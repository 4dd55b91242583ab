package import Database
internal import GRDB

/// Judges of a scan that is reconciled who needs an image or may need it, and since when nobody does: what its view
/// is worth, what overlays were made on, what references want, what is awaited and unused.
///
/// It stands below the rules, which read what it says and write nothing of it. `temp.reached` and `temp.domain_link`
/// have by then what machines use, and `temp.touched` what there is to judge again.
package struct ClaimJudgement {
  private let night: ReconciledScan

  /// A judgement of a scan.
  package init(_ night: ReconciledScan) { self.night = night }

  private var database: Database { night.database }

  /// Writes what has begun and what has ended, and what the scan could see.
  package func run() throws {
    let areDomainsKnown = try areDomainsKnown()
    let known: Int64 = areDomainsKnown ? 1 : 0
    try database.run(
      PackageResources.judge_view_sql,
      ["scan": night.scan, "covered": night.isCovered ? 1 : 0, "known": known])
    // What a spoilt base held is asked for by those that were made on it.
    try FoundationJudgement(database, scan: night.scan).run()
    try database.run(PackageResources.keep_victims_sql, ["scan": night.scan])
    try WantJudgement(database, scan: night.scan).run(areDomainsKnown: areDomainsKnown)
    // Nothing is unused that a broken reference may mean.
    try database.run(PackageResources.judge_unused_sql, ["scan": night.scan, "known": known])
  }

  /// Whether domains are known, or were asked for in vain. If so, every image that no domain reaches is unused, even
  /// if another image refers to it. If not, only an image that was used before can be unused.
  private func areDomainsKnown() throws -> Bool {
    if night.areDomainsAsked { return true }
    return try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM domain_state)") ?? false
  }
}
