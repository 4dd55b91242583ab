internal import GRDB

extension ReceivedBundle {
  /// The last millisecond of the year 9999.
  static let lastMoment: Int64 = 253_402_300_799_999

  /// Rows that a host's own database would not take, or with which PostgreSQL cannot reckon: one host's bundle is not to
  /// spoil the answers about all others.
  static let impossible: [(table: String, condition: String)] = [
    (
      "scan",
      "state NOT IN ('complete', 'partial') OR started NOT BETWEEN 0 AND \(lastMoment) "
        + "OR finished NOT BETWEEN 0 AND \(lastMoment) OR is_forgotten NOT IN (0, 1) OR has_domains NOT IN (0, 1)"
        + " OR sees_users NOT IN (0, 1) OR sees_orphans NOT IN (0, 1) OR grace_age NOT BETWEEN 0 AND \(lastMoment)"
    ),
    (
      "pool_scan",
      "state NOT IN ('complete', 'partial', 'unavailable') OR scope NOT IN ('tree', 'images')"
    ),
    ("pool", "origin NOT IN ('argument', 'configuration', 'libvirt')"),
    ("image_state", "kind NOT IN ('image', 'other')"),
    ("file_state", "is_in_use NOT IN (0, 1)"),
    ("domain", "id >= 0"),
    ("domain_state", "is_running NOT IN (0, 1) OR is_live NOT IN (0, 1)"),
    ("image_detail", "NOT json_valid(json)"),
    ("reference", "detail IS NOT NULL AND NOT json_valid(detail)"),
    (
      "link",
      "is_backing NOT IN (0, 1) OR state NOT IN "
        + "('ok', 'missing', 'unreadable', 'outside-pools', 'remote', 'invalid', 'unknown')"
    ),
    ("want", "kind NOT IN ('image', 'identity', 'name', 'tail', 'content')"),
    ("awaited", "strength NOT IN ('named', 'common')"),
    ("finding", "severity NOT IN ('error', 'warning', 'info')"),
    ("finding", "detail IS NOT NULL AND NOT json_valid(detail)"),
    ("finding", "cause IS NOT NULL AND NOT json_valid(cause)"),
    ("acknowledgement", times("said") + " OR " + times("ends")),
    ("keep", times("said") + " OR " + times("ends")),
    ("settlement", times("said")),
  ]

  private static func times(_ column: String) -> String {
    "\(column) NOT BETWEEN 0 AND \(lastMoment)"
  }

  /// Refuses rows that cannot be.
  func checkValues() throws {
    try reading { reader in
      for (table, condition) in Self.impossible {
        let isFound = try Bool.fetchOne(
          reader, sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(condition))")
        guard isFound != true else {
          throw FleetFault.badBundle("its table '\(table)' has rows that cannot be")
        }
      }
    }
  }
}
