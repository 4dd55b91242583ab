internal import GRDB

/// Which bases are read for the next scan, so that a change under their overlays is noticed.
extension InventoryWriter {
  /// Images that turned out to be bases, and whose content is not remembered yet; those with the most
  /// overlays first.
  func newBases(_ writer: Database, atMost limit: Int) throws -> [BaseToRead] {
    let counts = try (stage.first?.chains.overlayCounts() ?? overlayCounts(writer)).sorted {
      ($1.overlays, $0.image) < ($0.overlays, $1.image)
    }
    return try BaseSearch(writer).new(among: counts.lazy.map(\.image), atMost: limit)
  }

  /// What the links that this scan judged lead to, and how many.
  private func overlayCounts(_ writer: Database) throws -> [(image: Int64, overlays: Int64)] {
    let counts = try RawStatement(
      writer,
      sql: """
        SELECT image, count(*) FROM temp.judged_link WHERE image IS NOT NULL GROUP BY image
        """)
    var found: [(image: Int64, overlays: Int64)] = []
    while try counts.next(writer) { found.append((counts.integer(at: 0), counts.integer(at: 1))) }
    return found
  }

  /// Remembers what bases hold.
  static func remember(_ contents: [Int64: Content], _ writer: Database) throws {
    let update = try writer.cachedStatement(sql: "UPDATE image SET content = ? WHERE id = ?")
    for (image, content) in contents.sorted(by: { $0.key < $1.key }) {
      try update.execute(arguments: [try content.number(writer), image])
    }
  }
}
