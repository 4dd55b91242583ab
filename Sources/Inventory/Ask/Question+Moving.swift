internal import DiskImage
internal import Foundation
internal import GRDB

extension Question {
  /// What a move of an image, or of a directory with all in it, concerns.
  func moving(_ path: PathBytes) throws -> MovingFiles {
    var files = MovingFiles()
    let moved = try images(under: path)
    if moved.isEmpty { throw StoreFault.unknownImage(path.displayText, scan: at) }
    files.images = moved.values.sorted()
    var seen: Set<[Int64]> = []
    for image in moved.keys.sorted() {
      for row in try links(about: image) {
        let holder: Int64 = row["holder"]
        guard seen.insert([holder, row["ordinal"]]).inserted else { continue }
        if let name = row["domain"] as String? {
          if let use = try use(by: name, row) { files.uses.append(use) }
        } else if let link = try link(row) {
          files.links.append(link)
        }
      }
    }
    files.links.sort { $0.holder < $1.holder }
    return files
  }

  /// The images at a path or in a directory, by number, each at its first place there.
  private func images(under path: PathBytes) throws -> [Int64: PathBytes] {
    let found = try rows(
      """
      SELECT place.image, directory.path, place.name FROM directory
      JOIN place ON place.directory = directory.id AND \(Self.holds("place"))
      WHERE directory.path = :path OR (directory.path >= :below AND directory.path < :beyond)
        OR (directory.path = :directory AND place.name = :name)
      ORDER BY directory.path DESC, place.name DESC
      """,
      [
        "path": path.databaseValue, "below": PathBytes(path.bytes + [0x2f]).databaseValue,
        "beyond": PathBytes(path.bytes + [0x30]).databaseValue,
        "directory": path.directory.databaseValue, "name": Data(path.name),
      ])
    var images: [Int64: PathBytes] = [:]
    while let row = try found.next() { images[row[0]] = PathBytes(directory: row[1], name: row[2]) }
    return images
  }

  private func links(about image: Int64) throws -> [Row] {
    try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT link.holder, link.ordinal, link.target_image, directory.path, link.name,
            reference.role, reference.stored, domain.name AS domain,
            coalesce(reference.recorded_format, reference.format_in_reference) AS stated,
            image_state.format
          FROM link
          JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
            AND \(Self.holds("reference"))
          LEFT JOIN directory ON directory.id = link.directory
          LEFT JOIN domain ON domain.id = link.holder
          LEFT JOIN image_state ON image_state.image = link.holder
            AND \(Self.holds("image_state"))
          WHERE (link.holder = :image OR link.target_image = :image) AND \(Self.holds("link"))
          ORDER BY link.holder, link.ordinal
          """), arguments: arguments(["image": image]))
  }

  private func use(by domain: String, _ row: Row) throws -> (domain: String, path: PathBytes)? {
    guard let directory = row["path"] as Data?, let name = row["name"] as Data? else { return nil }
    return (domain, PathBytes(directory: directory, name: name))
  }

  private func link(_ row: Row) throws -> MovingLink? {
    let places = try places(of: row["holder"])
    guard let holder = places.first, let role = ReferenceRole(rawValue: row["role"]),
      let target = try (row["target_image"] as Int64?).flatMap(primaryPlace)
    else { return nil }
    let format: String = row["format"] ?? "raw"
    let stored = Array(row["stored"] as Data)
    return MovingLink(
      holder: holder, otherNames: places, format: format, role: role, stored: stored,
      statedFormat: row["stated"],
      meaning: ReferenceTarget(
        parsing: stored, as: role, heldBy: ImageFormat(rawValue: format) ?? .raw,
        in: holder.directory.bytes), target: target)
  }
}
