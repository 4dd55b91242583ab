internal import Database
internal import GRDB
internal import Sighting

/// Which bases are read for the next scan, so that a change under their overlays is noticed.
extension InventoryWriter {
  /// Images that turned out to be bases, and whose content is not remembered yet; those with the most
  /// overlays first.
  func newBases(_ writer: Database, atMost limit: Int) throws -> [BaseToRead] {
    let counts = try stage.sink.overlayCounts(writer).sorted {
      ($1.overlays, $0.image) < ($0.overlays, $1.image)
    }
    let search = BaseSearch(writer)
    return try search.new(among: counts.map(\.image) + search.old(), atMost: limit)
  }

  /// Remembers what bases hold. Where an earlier version took a digest of the same bytes, overlays that were made
  /// on it were made on this.
  static func remember(_ contents: [Int64: Content], _ writer: Database) throws {
    let find = try writer.cachedStatement(sql: "SELECT content FROM image WHERE id = ?")
    // This comes after the scan: it belongs to the next one.
    let update = try writer.cachedStatement(
      sql: """
        UPDATE image SET content = ?, revised_scan = (SELECT max(id) + 1 FROM scan) WHERE id = ?
        """)
    let rename = try writer.cachedStatement(
      sql: """
        UPDATE foundation SET content = ?1, revised_scan = (SELECT max(id) + 1 FROM scan)
        WHERE content = ?2
        """)
    for (image, content) in contents.sorted(by: { $0.key < $1.key }) {
      let number = try content.number(writer)
      if let before = try Int64.fetchOne(find, arguments: [image]), before != number {
        try rename.execute(arguments: [number, before])
      }
      try update.execute(arguments: [number, image])
    }
  }
}
