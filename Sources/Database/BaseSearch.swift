internal import Foundation
package import GRDB
internal import Model
package import Sighting

/// Which bases are to be read, so that a change under their overlays is noticed. Asked when it is known where
/// every image stands and where every link leads.
package struct BaseSearch {
  /// Images of a chain that are read at most.
  private static let longestChain = 256
  /// Formats of which the tables can be read.
  private static let mapped: Set<String> = [
    "raw", "luks", "qcow2", "qed", "vdi", "vpc", "vhdx", "vmdk",
  ]

  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// Images whose content is remembered, and of which a file was seen that is new, changed or at another
  /// place; and those that overlays stand on now which were made on others.
  package func changed() throws -> [BaseToRead] {
    try Row.fetchAll(
      database, sql: StatementText.text(PackageResources.collect_changed_bases_sql)
    ).compactMap { row in
      let method = Content.Method(rawValue: row["method"])
      return try base(
        row["image"], for: method == .files ? .digest : method == .guest ? .view : .content)
    }
  }

  /// Images of which is known what an earlier version took.
  package func old() throws -> [Int64] {
    try Int64.fetchAll(
      database,
      sql: """
        SELECT image.id FROM content CROSS JOIN image ON image.content = content.id
        WHERE content.method = 1 AND content.level = 0 ORDER BY image.id
        """)
  }

  /// Images that turned out to be bases, and whose content is not remembered yet, or only as an earlier version
  /// took it; so many at most.
  package func new(among images: some Sequence<Int64>, atMost limit: Int) throws -> [BaseToRead] {
    let isNew = try database.cachedStatement(
      sql: """
        SELECT image.content IS NULL FROM image
        LEFT JOIN content ON content.id = image.content
        WHERE image.id = ?1 AND (image.content IS NULL OR (content.method = 1 AND content.level = 0))
          AND EXISTS (
            SELECT 1 FROM link WHERE target_image = ?1 AND until_scan IS NULL
              AND is_backing AND state = 'ok')
          -- What was taken then is still to be compared with.
          AND NOT EXISTS (
            SELECT 1 FROM link
            JOIN foundation ON foundation.holder = link.holder AND foundation.ordinal = link.ordinal
              AND foundation.until_scan IS NULL
            JOIN content AS made ON made.id = foundation.content
            WHERE link.target_image = ?1 AND link.until_scan IS NULL
              AND made.method = 1)
        """)
    var bases: [BaseToRead] = []
    for image in images {
      guard bases.count < limit else { break }
      guard try Bool.fetchOne(isNew, arguments: [image]) != nil else { continue }
      if let base = try base(image, for: .content) { bases.append(base) }
    }
    return bases
  }

  /// How an image is to be read, as if it stood on another base where one is given; `nil` where it stands nowhere.
  /// Where a link leads nowhere, the image may be taken that it led to last: wherever that stands.
  package func base(
    _ image: Int64, on other: Int64? = nil, orWhatItLedTo: Bool = false,
    for purpose: BaseToRead.Purpose
  ) throws -> BaseToRead? {
    var layers: [BaseLayer] = []
    var isWhole = true
    var next: Int64? = image
    while let image = next, layers.count < Self.longestChain {
      guard let layer = try layer(image) else {
        isWhole = false
        break
      }
      layers.append(layer)
      // What looks like a header on a raw disk is its guest's, and names no base.
      if purpose == .emptiness || layer.format == "raw" { break }
      let link = try layers.count == 1 && other != nil ? Base(target: other) : below(image)
      next = link?.target
      if link != nil, next == nil, orWhatItLedTo { next = try formerBase(of: image) }
      if link != nil, next == nil { isWhole = false }
      if !Self.mapped.contains(layer.format) { break }
    }
    if layers.count == Self.longestChain { isWhole = false }
    guard layers.first != nil else { return nil }
    return BaseToRead(image: image, layers: layers, isWhole: isWhole, purpose: purpose)
  }

  /// The base that an image names: `target` is `nil` where that is not there to be read.
  private struct Base {
    let target: Int64?
  }

  /// Where the link to the base leads; `nil` where the image has none.
  private func below(_ image: Int64) throws -> Base? {
    let find = try database.cachedStatement(
      sql: """
        SELECT iif(state = 'ok', target_image, NULL) FROM link
        WHERE holder = ? AND until_scan IS NULL AND is_backing ORDER BY ordinal LIMIT 1
        """)
    return try Row.fetchOne(find, arguments: [image]).map { Base(target: $0[0]) }
  }

  private func formerBase(of image: Int64) throws -> Int64? {
    let find = try database.cachedStatement(
      sql: """
        SELECT target_image FROM link
        WHERE holder = ? AND is_backing AND state = 'ok' AND target_image IS NOT NULL
        ORDER BY from_scan DESC LIMIT 1
        """)
    return try Int64.fetchOne(find, arguments: [image])
  }

  /// One image of a chain; `nil` where it, or a file that its data lies in, is not there.
  private func layer(_ image: Int64) throws -> BaseLayer? {
    // A disk that was known as raw before its guest wrote something that looks like a header is raw.
    let find = try database.cachedStatement(
      sql: """
        SELECT iif(image.accepted_format = 'raw', 'raw', state.format),
          coalesce(state.cluster_size, 0)
        FROM image_state AS state JOIN image ON image.id = state.image
        WHERE state.image = ? AND state.until_scan IS NULL
        """)
    guard let state = try Row.fetchOne(find, arguments: [image]), let file = try file(of: image)
    else { return nil }
    let format: String = state[0]
    let isRaw = format == "raw"
    guard let parts = isRaw ? [] : try parts(of: image) else { return nil }
    return BaseLayer(
      image: image, format: format, file: file, parts: parts,
      start: isRaw ? 0 : UInt64(clamping: state[1] as Int64))
  }

  /// The other files that the data of an image lies in; `nil` where one is not there.
  private func parts(of image: Int64) throws -> [BaseFile]? {
    let find = try database.cachedStatement(
      sql: """
        SELECT iif(link.state = 'ok', link.target_image, NULL)
        FROM reference LEFT JOIN link ON link.holder = reference.holder
          AND link.ordinal = reference.ordinal AND link.until_scan IS NULL
        WHERE reference.holder = ? AND reference.until_scan IS NULL
          AND reference.role IN ('extent', 'data-file')
        ORDER BY reference.ordinal
        """)
    var parts: [BaseFile] = []
    for target in try Int64?.fetchAll(find, arguments: [image]) {
      guard let target, let part = try file(of: target) else { return nil }
      parts.append(part)
    }
    return parts
  }

  /// The file of an image, at any of its places; `nil` where it stands nowhere.
  package func file(of image: Int64) throws -> BaseFile? {
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
