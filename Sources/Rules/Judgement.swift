internal import Database
internal import DiskImage
internal import GRDB
internal import Model

/// Asks every rule of what a scan has reconciled, and writes what opened, what closed, and which rules were
/// asked; nothing else in the database changes.
struct Judgement {
  private let night: ReconciledScan
  private let rules: [Rule]

  init(_ night: ReconciledScan, by rules: [Rule]) {
    self.night = night
    self.rules = rules
  }

  private var database: Database { night.database }

  /// Collects of what the rules have to be asked.
  func collect() throws {
    try FormatTraits.write(to: database)
    try writeRules()
    try database.run(PackageResources.collect_stale_rules_sql)
    try ChainWalk(
      database, scan: night.scan, maxDepth: night.maxDepth, all: night.noted?.chains,
      pools: stalePools(.chains)
    ).stageAll()
    if let noted = night.noted {
      try collectForFirstLooks(noted)
    } else {
      try database.run(PackageResources.collect_touched_sql, ["scan": night.scan])
    }
    try database.run(PackageResources.collect_domains_sql)
    try database.run(PackageResources.collect_suspects_sql)
    try database.run(PackageResources.collect_unmet_sql)
    try database.run(PackageResources.collect_stray_links_sql)
    try RefusedLinks(database, scan: night.scan).collect()
  }

  /// Judges all but orphans; the scan says by then whether its view is whole.
  func judge() throws {
    let values = ["scan": night.scan, "depth": night.maxDepth]
    for rule in rules {
      if let query = rule.query { try database.run(query, values) }
    }
    try database.run(PackageResources.reconcile_findings_sql, values)
    try database.run(PackageResources.write_judged_rules_sql)
  }

  /// What is said of each kind, and the pools, for the queries.
  private func writeRules() throws {
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.rule;
        CREATE TEMP TABLE rule (
          kind TEXT PRIMARY KEY, severity TEXT NOT NULL, scope TEXT NOT NULL, version INTEGER NOT NULL,
          setting INTEGER, is_about_link INTEGER NOT NULL, cause TEXT NOT NULL) WITHOUT ROWID;
        DROP TABLE IF EXISTS temp.judged_pool;
        CREATE TEMP TABLE judged_pool (pool INTEGER PRIMARY KEY);
        """)
    for rule in rules {
      let setting: Int64? = rule.scope == .chains ? night.maxDepth : nil
      try database.execute(
        sql: "INSERT INTO temp.rule VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          rule.kind.rawValue, rule.severity.rawValue, rule.scope.rawValue, rule.version, setting,
          rule.traits.contains(.sharesTarget), rule.cause.rawValue,
        ])
    }
    for pool in night.pools {
      try database.execute(
        sql: "INSERT OR IGNORE INTO temp.judged_pool VALUES (?)", arguments: [pool])
    }
  }

  private func stalePools(_ scope: Rule.Scope) throws -> [Int64] {
    try Int64.fetchAll(
      database,
      sql: """
        SELECT DISTINCT stale_rule.pool FROM temp.stale_rule JOIN temp.rule USING (kind)
        WHERE rule.scope = ? ORDER BY 1
        """, arguments: [scope.rawValue])
  }

  /// Images of which the rules want to be asked for where their links lead, beside those that were noted when they
  /// were read.
  private func collectForFirstLooks(_ noted: ReconciledScan.Noted) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO temp.touched (holder) SELECT holder FROM temp.deep_chain")
    let wants = FirstLooks(rules)
    if wants.strayLinks { try database.run(PackageResources.first_stray_links_sql) }
    if wants.otherFormats, noted.hasSeveralFormats {
      try database.run(PackageResources.first_formats_sql)
    }
  }
}
