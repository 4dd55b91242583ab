internal import GRDB

/// Every migration ever shipped, oldest first. Append; never edit, never reorder.
enum SchemaHistory {
  static let migrations: [(name: String, script: [UInt8])] = [
    ("m0001-inventory", PackageResources.m0001_inventory_sql),
    ("m0002-retake-contents", PackageResources.m0002_retake_contents_sql),
    ("m0003-former-pools", PackageResources.m0003_former_pools_sql),
    ("m0004-retake-samples", PackageResources.m0004_retake_samples_sql),
    ("m0005-link-states", PackageResources.m0005_link_states_sql),
    ("m0006-judged-depth", PackageResources.m0006_judged_depth_sql),
    ("m0007-places-of-image", PackageResources.m0007_places_of_image_sql),
    ("m0008-looks-of-pools", PackageResources.m0008_looks_of_pools_sql),
    ("m0009-shared-pools", PackageResources.m0009_shared_pools_sql),
    ("m0010-judged-rules", PackageResources.m0010_judged_rules_sql),
    ("m0011-scans-that-looked", PackageResources.m0011_scans_that_looked_sql),
    ("m0012-claims", PackageResources.m0012_claims_sql),
    ("m0013-retake-parents", PackageResources.m0013_retake_parents_sql),
    ("m0014-foundations", PackageResources.m0014_foundations_sql),
    ("m0016-machines", PackageResources.m0016_machines_sql),
    ("m0017-words", PackageResources.m0017_words_sql),
    ("m0018-forgotten-pools", PackageResources.m0018_forgotten_pools_sql),
    ("m0019-causes", PackageResources.m0019_causes_sql),
    ("m0020-own-blocks", PackageResources.m0020_own_blocks_sql),
    ("m0021-room", PackageResources.m0021_room_sql),
    ("m0022-memory", PackageResources.m0022_memory_sql),
    ("m0024-forgotten-sources", PackageResources.m0024_forgotten_sources_sql),
    ("m0025-views", PackageResources.m0025_views_sql),
    ("m0026-fleet", PackageResources.m0026_fleet_sql),
    ("m0027-outside-targets", PackageResources.m0027_outside_targets_sql),
    ("m0028-holdings", PackageResources.m0028_holdings_sql),
    ("m0029-machine-sources", PackageResources.m0029_machine_sources_sql),
    ("m0030-told-findings", PackageResources.m0030_told_findings_sql),
  ]

  /// SQLite's `application_id` of our databases: "BkSt".
  static let applicationID = 0x426b_5374

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (name, script) in migrations {
      migrator.registerMigration(name) {
        try $0.execute(sql: String(decoding: script, as: UTF8.self))
        try $0.execute(sql: "PRAGMA application_id = \(applicationID)")
      }
    }
    return migrator
  }

  /// What a database that is already there can be.
  enum Standing: Equatable {
    case empty, current, older, foreign
    case newer(migration: String)
  }

  static func standing(of database: Database) throws -> Standing {
    if try isEmpty(database) { return .empty }
    let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    guard id == applicationID, try database.tableExists("grdb_migrations") else { return .foreign }
    let applied = try String.fetchAll(
      database, sql: "SELECT identifier FROM grdb_migrations ORDER BY identifier")
    if let unknown = applied.first(where: { name in !migrations.contains { $0.name == name } }) {
      return .newer(migration: unknown)
    }
    return applied.count == migrations.count ? .current : .older
  }

  /// Whether nothing was ever migrated. The list of migrations is made before the first of them: who is
  /// killed in between leaves it empty and alone.
  private static func isEmpty(_ database: Database) throws -> Bool {
    let others =
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'")
      ?? 0
    guard others == 0 else { return false }
    guard try database.tableExists("grdb_migrations") else { return true }
    return try Int.fetchOne(database, sql: "SELECT count(*) FROM grdb_migrations") == 0
  }
}
