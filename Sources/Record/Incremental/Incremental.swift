internal import Database
internal import GRDB
internal import Sighting

/// Stages the files that a scan sees, so that they are compared with what is known when all have been seen.
///
/// Nothing of it is in the database before `Reconciliation` runs.
final class Incremental: ScanSink {
  private let rows: StagedRows
  private var nextSeen: Int64 = 1

  init(_ database: Database) throws {
    rows = try StagedRows(database)
    try database.execute(
      sql: """
        DROP VIEW IF EXISTS temp.judged_link;
        CREATE TEMP VIEW judged_link AS SELECT holder, ordinal, image FROM temp.relink
        """)
  }

  func add(
    _ file: SeenFile, in directory: WalkedDirectory, numbersOf stage: Stage, _ database: Database
  ) throws {
    let seen = nextSeen
    nextSeen += 1
    try rows.add(
      file, as: seen, in: directory, ownership: stage.number(of: file.ownership, database),
      detail: stage.number(ofDetail: file, database), database)
    guard let header = file.header else { return }
    try stage.forEachReference(of: header, database) {
      try rows.add($0, to: $1, ordinal: $2, of: seen, database)
    }
  }

  func flush(_ database: Database) {}

  let mayHaveParentNames = true

  func collectLinks(_ database: Database, scan: Int64) throws {
    try database.run(PackageResources.collect_links_sql, ["scan": scan])
  }

  func writeLanded(_ database: Database) {}

  func wroteLinks(_ database: Database, scan: Int64) throws {
    try database.run(listingColumns: PackageResources.promote_files_sql, scan: scan)
  }

  func overlayCounts(_ database: Database) throws -> [(image: Int64, overlays: Int64)] {
    let counts = try RawStatement(
      database,
      sql: """
        SELECT image, count(*) FROM temp.judged_link WHERE image IS NOT NULL GROUP BY image
        """)
    var found: [(image: Int64, overlays: Int64)] = []
    while try counts.next(database) {
      found.append((counts.integer(at: 0), counts.integer(at: 1)))
    }
    return found
  }

  var noted: ReconciledScan.Noted? { nil }
}
