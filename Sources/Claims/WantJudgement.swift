internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// States what references want that do not lead where they led, and judges which images are awaited for it:
/// none of them is ever called unused.
package struct WantJudgement {
  /// By which claims are judged; a scan by a newer rule states all wants again.
  static let rule: Int64 = 4
  /// What more idle images than these have in common names none of them.
  package static let mostOfOneName: Int64 = 64

  private let database: Database
  private let scan: Int64

  init(_ database: Database, scan: Int64) {
    self.database = database
    self.scan = scan
  }

  /// Judges the scan; `temp.reached` has what domains use.
  func run(areDomainsKnown: Bool) throws {
    let isNew = try isFirstByThisRule()
    try database.execute(
      sql: "UPDATE scan SET claims_rule = ? WHERE id = ?", arguments: [Self.rule, scan])
    try database.run(PackageResources.collect_wants_sql, ["all": isNew ? 1 : 0, "scan": scan])
    guard try isNew || isAnythingTouched() else { return }
    try OtherNames(database).collect(all: isNew)
    try addNames()
    try database.run(PackageResources.state_wants_sql, ["scan": scan])
    try database.run(
      PackageResources.judge_awaited_sql,
      ["scan": scan, "known": areDomainsKnown ? 1 : 0, "common": Self.mostOfOneName])
  }

  private func isFirstByThisRule() throws -> Bool {
    try Int64.fetchOne(
      database, sql: "SELECT claims_rule FROM scan WHERE id < ? ORDER BY id DESC LIMIT 1",
      arguments: [scan]) != Self.rule
  }

  /// Whether the answer may be another than that of the scan before.
  private func isAnythingTouched() throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (SELECT 1 FROM temp.want_touched) OR EXISTS (SELECT 1 FROM temp.vanished)
          OR EXISTS (SELECT 1 FROM temp.opened_place) OR EXISTS (SELECT 1 FROM temp.closed_place)
          OR EXISTS (SELECT 1 FROM temp.changed_alias)
          OR EXISTS (SELECT 1 FROM temp.changed_state) OR EXISTS (SELECT 1 FROM temp.changed_domain)
          OR EXISTS (
            SELECT 1 FROM temp.changed_file
            CROSS JOIN file_state AS old ON old.image = changed_file.image AND old.until_scan = :scan
            CROSS JOIN file_state AS new ON new.image = changed_file.image
              AND new.until_scan IS NULL
            WHERE old.is_in_use <> new.is_in_use)
          OR EXISTS (
            SELECT 1 FROM keep, (SELECT max(id) AS id FROM scan WHERE id < :scan) AS last
            WHERE keep.from_scan >= last.id OR keep.until_scan >= last.id)
          OR (SELECT has_domains FROM scan WHERE id = :scan) IS NOT (
            SELECT has_domains FROM scan WHERE id < :scan ORDER BY id DESC LIMIT 1)
        """, arguments: ["scan": scan]) ?? true
  }

  private func addNames() throws {
    let found = try Row.fetchCursor(
      database,
      sql: """
        SELECT link.holder, link.ordinal, reference.role, reference.stored, state.format,
          directory.path, link.name,
          CASE WHEN state.format IN ('vpc', 'vhdx') THEN image_detail.json END, alias.link_text
        FROM temp.want_touched CROSS JOIN link USING (holder, ordinal)
        CROSS JOIN reference ON reference.holder = link.holder
          AND reference.ordinal = link.ordinal AND reference.until_scan IS NULL
        LEFT JOIN directory ON directory.id = link.directory
        LEFT JOIN directory_state AS named ON named.directory = link.directory
          AND named.until_scan IS NULL
        LEFT JOIN directory_state AS walked ON walked.canonical = named.canonical
          AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
        LEFT JOIN alias ON alias.directory = coalesce(walked.directory, link.directory)
          AND alias.name = link.name AND alias.until_scan IS NULL
        LEFT JOIN image_state AS state ON state.image = link.holder AND state.until_scan IS NULL
        LEFT JOIN image_detail ON image_detail.id = state.detail
        WHERE link.until_scan IS NULL AND link.target_image IS NULL
          AND link.state <> 'ok' AND link.state <> 'outside-pools'
        """)
    let add = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.want_name (kind, key, holder, ordinal) VALUES (?, ?, ?, ?)")
    while let row = try found.next() {
      guard let role = ReferenceRole(rawValue: row[2]) else { continue }
      let place = (row[5] as Data?).flatMap { directory in
        (row[6] as Data?).map { PathBytes(directory: directory, name: $0) }
      }
      // A VHD or VHDX names its parent in several ways.
      let others = try (row[7] as String?).flatMap { try ImageDetail(json: $0).parentNames } ?? []
      let holder: Int64 = row[0]
      let ordinal: Int64 = row[1]
      // A symbolic link that leads nowhere says what it led to.
      let ends = (row[8] as Data?).map { [Array($0)] } ?? []
      for stored in [Array(row[3] as Data)] + others.map({ Array($0.utf8) }) + ends {
        let searched = SearchedNames(
          of: stored, as: role, heldBy: ImageFormat(rawValue: row[4] ?? "") ?? .raw, at: place)
        for name in searched.names {
          try add.execute(arguments: ["name", Data(name), holder, ordinal])
        }
        for tail in searched.tails {
          try add.execute(arguments: ["tail", Data(tail), holder, ordinal])
        }
      }
    }
  }
}
