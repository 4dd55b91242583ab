internal import Foundation
internal import GRDB
internal import Model

/// Which bases are to be read, so that a change under their overlays is noticed.
extension InventoryWriter {
  /// Images whose content is remembered, and that were seen changed or at another place: the content of each
  /// is to be read again. Asked when it is known which image every file is: at a base's path there may be
  /// another file now.
  func changedBases(_ writer: Database) throws -> [BaseToRead] {
    try Row.fetchAll(
      writer,
      sql: """
        SELECT seen.image, seen.directory, seen.name, coalesce(seen.cluster_size, 0),
          seen.format = 'raw', seen.inode, seen.filesystem, min(seen.id)
        FROM temp.seen JOIN image ON image.id = seen.image
        WHERE image.content IS NOT NULL AND seen.is_readable
        GROUP BY seen.image ORDER BY min(seen.id)
        """
    ).compactMap { row in
      guard let directory = try stage.path(ofDirectory: row[1], writer),
        let filesystem = try stage.identity(ofFilesystem: row[6], writer)
      else { return nil }
      let isRaw: Bool = row[4]
      return BaseToRead(
        image: row[0], path: directory.appending(row[2] as Data),
        inode: UInt64(bitPattern: row[5] as Int64), filesystem: filesystem,
        start: isRaw ? 0 : UInt64(clamping: row[3] as Int64))
    }
  }

  /// Takes up the contents of changed bases, for `Reconciliation`.
  func stage(_ contents: [Int64: Int64], of bases: [BaseToRead], _ writer: Database) throws {
    try Self.write(
      contents, "INSERT OR REPLACE INTO temp.base_content (content, image) VALUES (?, ?)", writer)
    let unread = try writer.cachedStatement(sql: "INSERT INTO temp.unread_base VALUES (?)")
    for base in bases where contents[base.image] == nil {
      try unread.execute(arguments: [base.image])
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
      image_state.format = 'raw', image.inode, filesystem.identity
    FROM image
    CROSS JOIN filesystem ON filesystem.id = image.filesystem
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
    var filesystem: [UInt8] = []
    find.appendBlob(at: 5, to: &filesystem)
    return BaseToRead(
      image: image, path: PathBytes(directory).appending(name),
      inode: UInt64(bitPattern: find.integer(at: 4)),
      filesystem: String(decoding: filesystem, as: UTF8.self),
      start: isRaw ? 0 : UInt64(clamping: find.integer(at: 2)))
  }
}
