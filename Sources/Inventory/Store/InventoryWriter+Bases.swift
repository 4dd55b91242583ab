internal import Foundation
internal import GRDB
internal import Model

/// Which bases are to be read, so that a change under their overlays is noticed.
extension InventoryWriter {
  /// Images that overlays depend on, that were seen changed, and whose content is remembered: the
  /// content of each is to be read again before `finish`.
  public func changedBases() throws(StoreFault) -> [BaseToRead] {
    try writing { writer in
      try Row.fetchAll(
        writer,
        sql: """
          SELECT seen.known_image, directory.path, seen.name, coalesce(seen.cluster_size, 0),
            seen.format
          FROM temp.seen JOIN image ON image.id = seen.known_image
          JOIN directory ON directory.id = seen.directory
          WHERE image.content IS NOT NULL AND seen.is_readable
          """
      ).map { BaseToRead(image: $0[0], row: $0) }
    }
  }

  /// Images that turned out to be bases, and whose content is not remembered yet; those with the most
  /// overlays first.
  func newBases(_ writer: Database, atMost limit: Int) throws -> [BaseToRead] {
    let find = try RawStatement(writer, sql: Self.findNewBase)
    var bases: [BaseToRead] = []
    let counts = try (stage.first?.chains.overlayCounts() ?? overlayCounts(writer)).sorted {
      ($1.overlays, $0.image) < ($0.overlays, $1.image)
    }
    for (image, _) in counts {
      guard bases.count < limit else { break }
      if let base = try newBase(image, find, writer) { bases.append(base) }
    }
    return bases
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

  /// Finds an image that backs others, and whose content is not remembered.
  private static let findNewBase = """
    SELECT directory.path, place.name, coalesce(image_state.cluster_size, 0),
      image_state.format = 'raw'
    FROM image
    CROSS JOIN image_state ON image_state.image = image.id AND image_state.until_scan IS NULL
    CROSS JOIN place ON place.image = image.id AND place.until_scan IS NULL
    CROSS JOIN directory ON directory.id = place.directory
    WHERE image.id = ? AND image.content IS NULL AND EXISTS (
      SELECT 1 FROM link WHERE link.target_image = image.id AND link.until_scan IS NULL
        AND link.is_backing AND link.state = 'ok')
    LIMIT 1
    """

  private func newBase(
    _ image: Int64, _ find: RawStatement, _ writer: Database
  ) throws -> BaseToRead? {
    find.bind(image, at: 1)
    guard try find.next(writer) else { return nil }
    defer { find.reset() }
    var directory: [UInt8] = []
    find.appendBlob(at: 0, to: &directory)
    var name: [UInt8] = []
    find.appendBlob(at: 1, to: &name)
    let isRaw = find.integer(at: 3) != 0
    return BaseToRead(
      image: image, path: PathBytes(directory).appending(name),
      start: isRaw ? 0 : UInt64(clamping: find.integer(at: 2)))
  }
}

extension BaseToRead {
  /// From a directory's path, a name, a cluster's bytes and a format in the columns from 1 on.
  fileprivate init(image: Int64, row: Row) {
    let format: String = row[4]
    self.init(
      image: image, path: PathBytes(directory: row[1], name: row[2]),
      start: format == "raw" ? 0 : UInt64(clamping: row[3] as Int64))
  }
}
