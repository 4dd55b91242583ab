internal import Foundation
internal import GRDB
internal import Model

/// Which bases are to be read, so that a change under their overlays is noticed. Asked when it is known where
/// every image stands and where every link leads.
struct BaseSearch {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Images whose content is remembered, and of which a file was seen that is new, changed or at another
  /// place; and those that overlays stand on now which were made on others.
  func changed() throws -> [BaseToRead] {
    try Int64.fetchAll(
      database, sql: StatementText.text(PackageResources.collect_changed_bases_sql)
    ).compactMap(base)
  }

  /// Images that turned out to be bases, and whose content is not remembered yet, so many at most.
  func new(among images: some Sequence<Int64>, atMost limit: Int) throws -> [BaseToRead] {
    let isNew = try database.cachedStatement(
      sql: """
        SELECT EXISTS (SELECT 1 FROM image WHERE id = ?1 AND content IS NULL) AND EXISTS (
          SELECT 1 FROM link WHERE target_image = ?1 AND until_scan IS NULL
            AND is_backing AND state = 'ok')
        """)
    var bases: [BaseToRead] = []
    for image in images {
      guard bases.count < limit else { break }
      guard try Bool.fetchOne(isNew, arguments: [image]) == true else { continue }
      if let base = try base(image) { bases.append(base) }
    }
    return bases
  }

  /// How an image is to be read; `nil` where it stands nowhere.
  private func base(_ image: Int64) throws -> BaseToRead? {
    let find = try database.cachedStatement(
      sql: """
        SELECT format = 'raw', coalesce(cluster_size, 0) FROM image_state
        WHERE image = ? AND until_scan IS NULL
        """)
    guard let state = try Row.fetchOne(find, arguments: [image]), let file = try file(of: image)
    else { return nil }
    let isRaw: Bool = state[0]
    return BaseToRead(
      image: image, file: file, start: isRaw ? 0 : UInt64(clamping: state[1] as Int64),
      parts: isRaw ? [] : try parts(of: image))
  }

  private func parts(of image: Int64) throws -> [BaseFile] {
    let find = try database.cachedStatement(
      sql: """
        SELECT target_image FROM link
        WHERE holder = ? AND until_scan IS NULL AND NOT is_backing AND state = 'ok'
        ORDER BY ordinal
        """)
    return try Int64.fetchAll(find, arguments: [image]).compactMap(file)
  }

  /// The file of an image, at any of its places; `nil` where it stands nowhere.
  func file(of image: Int64) throws -> BaseFile? {
    let find = try database.cachedStatement(
      sql: """
        SELECT directory.path, place.name, image.inode, filesystem.identity
        FROM image
        CROSS JOIN filesystem ON filesystem.id = image.filesystem
        CROSS JOIN place ON place.image = image.id AND place.until_scan IS NULL
        CROSS JOIN directory ON directory.id = place.directory
        WHERE image.id = ? LIMIT 1
        """)
    return try Row.fetchOne(find, arguments: [image]).map { row in
      BaseFile(
        path: PathBytes(directory: row[0], name: row[1]),
        inode: UInt64(bitPattern: row[2] as Int64), filesystem: row[3])
    }
  }
}
