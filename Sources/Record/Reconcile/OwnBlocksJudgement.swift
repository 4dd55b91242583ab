internal import Database
internal import GRDB
internal import Sighting

/// Asks which blocks images own that may be deleted, and writes it down.
struct OwnBlocksJudgement {
  /// Images that one scan asks of; of more the size is what they free at most.
  static let mostImages: Int64 = 4096

  private let database: Database
  private let scan: Int64

  init(_ database: Database, scan: Int64) {
    self.database = database
    self.scan = scan
  }

  func run(measuring: ([FileToMeasure]) -> [Int64: OwnBlocks]) throws {
    let images = try Int64.fetchAll(
      database, sql: StatementText.text(PackageResources.collect_unowned_sql),
      arguments: ["limit": Self.mostImages])
    let search = BaseSearch(database)
    let files = try images.compactMap { image in
      try search.file(of: image).map { FileToMeasure(image: image, file: $0) }
    }
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.own_now;
        CREATE TEMP TABLE own_now (image INTEGER PRIMARY KEY, bytes INTEGER, names INTEGER NOT NULL)
        """)
    let insert = try database.cachedStatement(sql: "INSERT INTO temp.own_now VALUES (?, ?, ?)")
    for (image, blocks) in measuring(files).sorted(by: { $0.key < $1.key }) {
      try insert.execute(arguments: [
        image, blocks.bytes.map { Int64(clamping: $0) }, Int64(blocks.names),
      ])
    }
    try database.run(PackageResources.reconcile_own_blocks_sql, ["scan": scan])
  }
}
