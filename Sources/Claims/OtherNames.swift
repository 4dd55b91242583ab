internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Finds what may be meant by the references of images that have several names: a relative one leads elsewhere from
/// every directory in which its image has a name, and who opens the image chooses the name.
struct OtherNames {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Says of the touched references of such images which other images they lead to, into `temp.beside`, and touches
  /// those of which that may have changed tonight, or all.
  func collect(all: Bool) throws {
    try database.run(PackageResources.collect_homes_sql, ["all": all ? 1 : 0])
    let references = try Row.fetchCursor(
      database,
      sql: """
        SELECT link.holder, link.ordinal, link.target_image, reference.role, reference.stored,
          state.format, coalesce(real.path, directory.path) AS home
        FROM temp.home CROSS JOIN link ON link.holder = home.image
        CROSS JOIN temp.want_touched AS touched ON touched.holder = link.holder
          AND touched.ordinal = link.ordinal
        CROSS JOIN reference ON reference.holder = link.holder
          AND reference.ordinal = link.ordinal AND reference.until_scan IS NULL
        CROSS JOIN directory ON directory.id = home.directory
        LEFT JOIN directory_state AS walked ON walked.directory = directory.id
          AND walked.until_scan IS NULL
        LEFT JOIN directory AS real ON real.id = walked.canonical
        LEFT JOIN image_state AS state ON state.image = link.holder AND state.until_scan IS NULL
        WHERE link.until_scan IS NULL AND link.name IS NOT NULL
        """)
    while let row = try references.next() { try add(row) }
  }

  private func add(_ row: Row) throws {
    guard let role = ReferenceRole(rawValue: row["role"]) else { return }
    let home = PathBytes(row["home"] as Data)
    let goal = LinkDestination(
      ReferenceTarget(
        parsing: Array(row["stored"] as Data), as: role,
        heldBy: ImageFormat(rawValue: row["format"] ?? "") ?? .raw, in: home.bytes))
    guard let path = goal.path?.normal, let image = try image(at: path),
      image != row["target_image"] as Int64?, image != row["holder"] as Int64
    else { return }
    try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.beside (image, holder, ordinal) VALUES (?, ?, ?)"
    ).execute(arguments: [image, row["holder"], row["ordinal"]])
  }

  /// The image that stands at a path, or to which a symbolic link in a pool leads from there.
  private func image(at path: PathBytes) throws -> Int64? {
    try Int64.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT place.image FROM directory AS named
          LEFT JOIN directory_state AS way ON way.directory = named.id AND way.until_scan IS NULL
          CROSS JOIN directory_state AS walked
            ON walked.canonical = coalesce(way.canonical, named.id)
            AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
          LEFT JOIN alias ON alias.directory = walked.directory AND alias.name = :name
            AND alias.until_scan IS NULL
          LEFT JOIN directory_state AS ending ON ending.canonical = alias.target_directory
            AND ending.until_scan IS NULL AND ending.pool IS NOT NULL
          CROSS JOIN place ON place.directory = coalesce(ending.directory, walked.directory)
            AND place.name = coalesce(alias.target_name, :name) AND place.until_scan IS NULL
          WHERE named.host IN (SELECT id FROM host) AND named.path = :directory LIMIT 1
          """),
      arguments: ["directory": path.directory.databaseValue, "name": Data(path.name)])
  }
}
