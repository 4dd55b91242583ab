internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Chooses among several names that an image records of its parent (VHD, VHDX): the one that leads to the
/// identity which it records too, whatever a host on which it stood before has left in the others.
struct ParentNames {
  let database: Database
  let oracle: PathOracle
  /// The number of a directory that nothing may have named before.
  let directory: (PathBytes) throws -> Int64

  /// Says of the links of `temp.relink` to which of their names they lead, and looks again at those that lead
  /// to no parent, or to a wrong one.
  func restate() throws {
    try collectDoubtful()
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT relink.holder, relink.ordinal, state.format, state.parent_mark, image_detail.json
        FROM temp.relink
        CROSS JOIN image_state AS state ON state.image = relink.holder AND state.until_scan IS NULL
        CROSS JOIN image_detail ON image_detail.id = state.detail
        WHERE relink.is_backing AND state.format IN ('vpc', 'vhdx')
        """)
    for row in rows {
      guard let names = try ImageDetail(json: row["json"]).parentNames, names.count > 1,
        let home = try home(of: row["holder"])
      else { continue }
      let format = ImageFormat(rawValue: row["format"]) ?? .raw
      let marks = (row["parent_mark"] as String?)?.split(separator: " ").map(String.init) ?? []
      let goals = names.map { LinkDestination.parent(Array($0.utf8), heldBy: format, in: home) }
      try write(try choose(among: goals, marks), of: row["holder"], row["ordinal"])
    }
  }

  /// What is not found, means nothing by its best name, or leads to another parent may be right by another
  /// name by now.
  private func collectDoubtful() throws {
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name, state)
        SELECT link.holder, link.ordinal, link.is_backing, link.directory, link.name,
          CASE link.state WHEN 'invalid' THEN 'invalid' END
        FROM (
          SELECT holder, ordinal FROM link WHERE until_scan IS NULL AND state <> 'ok'
          UNION SELECT holder, ordinal FROM finding
            WHERE until_scan IS NULL AND kind = 'parent-mismatch') AS doubtful
        CROSS JOIN link ON link.holder = doubtful.holder AND link.ordinal = doubtful.ordinal
          AND link.until_scan IS NULL AND link.is_backing
        CROSS JOIN image_state AS state ON state.image = link.holder AND state.until_scan IS NULL
          AND state.format IN ('vpc', 'vhdx')
        CROSS JOIN reference ON reference.holder = link.holder
          AND reference.ordinal = link.ordinal AND reference.until_scan IS NULL
        """)
  }

  /// The name that leads to an image with a recorded identity; else one that leads to an image, else one that
  /// leads to anything, else one whose directory is there; else the best that means anything.
  private func choose(among goals: [LinkDestination], _ marks: [String]) throws -> LinkDestination?
  {
    var standing: LinkDestination?
    for goal in goals {
      guard let path = goal.path, let own = try mark(at: path) else { continue }
      if let mark = own.mark, marks.contains(mark) { return goal }
      standing = standing ?? goal
    }
    if let standing { return standing }
    let paths = goals.filter { $0.path != nil }
    return paths.first { isThere($0.path) } ?? paths.first { isThere($0.path?.directory) }
      ?? paths.first ?? goals.first
  }

  private func isThere(_ path: PathBytes?) -> Bool {
    switch path.map(oracle.presence) {
    case .present, .directory: true
    case .unseen, .failed, .missing, nil: false
    }
  }

  /// The identity of the image at a path; `nil` where the inventory has none there.
  private func mark(at path: PathBytes) throws -> (image: Int64, mark: String?)? {
    try Row.fetchOne(
      database,
      sql: """
        SELECT place.image, state.own_mark FROM directory AS named
        JOIN directory_state AS walked ON walked.canonical = coalesce((
            SELECT canonical FROM directory_state
            WHERE directory = named.id AND until_scan IS NULL), named.id)
          AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
        JOIN place ON place.directory = walked.directory
        LEFT JOIN image_state AS state ON state.image = place.image AND state.until_scan IS NULL
        WHERE named.path = ? AND place.name = ? AND place.until_scan IS NULL LIMIT 1
        """, arguments: [path.directory.databaseValue, Data(path.name)]
    ).map { ($0["image"], $0["own_mark"]) }
  }

  private func write(_ goal: LinkDestination?, of holder: Int64, _ ordinal: Int64) throws {
    guard let goal else { return }
    try database.execute(
      sql: """
        UPDATE temp.relink SET directory = ?, name = ?, state = ?, image = NULL
        WHERE holder = ? AND ordinal = ?
        """,
      arguments: [
        try goal.path.map { try directory($0.directory) }, goal.path.map { Data($0.name) },
        goal.state?.rawValue, holder, ordinal,
      ])
  }

  private func home(of image: Int64) throws -> PathBytes? {
    try Data.fetchOne(
      database,
      sql: """
        SELECT directory.path FROM place JOIN directory ON directory.id = place.directory
        WHERE place.image = ? AND place.until_scan IS NULL
        ORDER BY directory.path, place.name LIMIT 1
        """, arguments: [image]
    ).map { PathBytes($0) }
  }
}

extension LinkDestination {
  /// Where the name of a parent leads from a directory.
  fileprivate static func parent(
    _ name: [UInt8], heldBy format: ImageFormat, in home: PathBytes
  ) -> LinkDestination {
    LinkDestination(ReferenceTarget(parsing: name, as: .backing, heldBy: format, in: home.bytes))
  }
}
