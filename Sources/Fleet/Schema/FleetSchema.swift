internal import Database

/// Every version of the fleet's tables, oldest first. Append; never edit, never reorder.
enum FleetSchema {
  static let versions: [(name: String, script: [UInt8])] = [
    ("f0001_fleet", PackageResources.f0001_fleet_sql),
    ("f0002_hosts", PackageResources.f0002_hosts_sql),
    ("f0003_functions", PackageResources.f0003_functions_sql),
    ("f0004_views", PackageResources.f0004_views_sql),
    ("f0005_doubts", PackageResources.f0005_doubts_sql),
    ("f0006_room", PackageResources.f0006_room_sql),
  ]

  static var current: Int64 { Int64(versions.count) }
}

extension Fleet {
  /// Makes the tables, and the roles of those who import and who read, where this role may make roles.
  /// - Throws: `madeAlready` where they are there.
  public func create() throws {
    if try version() != nil { throw FleetFault.madeAlready }
    _ = try bringUpToDate(from: 0)
  }

  /// Brings the tables up to date.
  /// - Returns: the version of before, and that of now.
  public func migrate() throws -> (from: Int64, to: Int64) {
    guard let version = try version() else { throw FleetFault.noFleet }
    guard version <= FleetSchema.current else { throw FleetFault.newerSchema(version: version) }
    return try bringUpToDate(from: version)
  }

  private func bringUpToDate(from version: Int64) throws -> (from: Int64, to: Int64) {
    try server.transaction {
      try server.run("SELECT pg_advisory_xact_lock(7310291)")
      try server.script("CREATE SCHEMA IF NOT EXISTS backstory")
      for (index, step) in FleetSchema.versions.enumerated() where Int64(index) >= version {
        try server.script(StatementText.text(step.script))
        try server.run(
          "INSERT INTO schema_version (version, name) VALUES ($1, $2)",
          [.number(Int64(index) + 1), .text(step.name)])
      }
      try server.script(StatementText.text(PackageResources.fleet_roles_sql))
    }
    return (version, FleetSchema.current)
  }

  /// The version of the tables; `nil` where there are none.
  func version() throws -> Int64? {
    let isThere = try server.row(
      "SELECT to_regclass('backstory.schema_version') IS NOT NULL AS is_there")
    guard isThere?.flag("is_there") == true else { return nil }
    return try server.row("SELECT max(version) AS version FROM schema_version")?.number("version")
  }

  /// - Throws: where the tables are not those of this program.
  func checkSchema() throws {
    guard let version = try version() else { throw FleetFault.noFleet }
    if version < FleetSchema.current { throw FleetFault.olderSchema(version: version) }
    if version > FleetSchema.current { throw FleetFault.newerSchema(version: version) }
  }
}
