internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Rules
internal import Sighting

extension ReadTransaction {
  /// What a move of an image, or of a directory with all in it, concerns.
  func moving(_ path: PathBytes) throws -> MovingFiles {
    var files = MovingFiles()
    let moved = try images(under: path)
    files.images = moved.values.sorted()
    var rows = try moved.keys.sorted().flatMap { try links(about: $0) }
    rows += try links(namedThrough: path)
    if rows.isEmpty, moved.isEmpty { throw StoreFault.unknownImage(path.displayText, scan: at) }
    var seen: Set<[Int64]> = []
    var places: [Int64: [PathBytes]] = [:]
    for row in rows where seen.insert([row["holder"], row["ordinal"]]).inserted {
      if let name = row["domain"] as String? {
        if let use = try use(by: name, row), !files.uses.contains(use) { files.uses.append(use) }
      } else if let link = try link(row, &places) {
        files.links.append(link)
      }
    }
    // An image opens its data file for every change: that comes first.
    files.links.sort {
      $0.holder == $1.holder ? $0.role == .dataFile && $1.role != .dataFile : $0.holder < $1.holder
    }
    return files
  }

  /// The images at a path or in a directory, by number, each at its first place there.
  private func images(under path: PathBytes) throws -> [Int64: PathBytes] {
    let found = try rows(
      """
      SELECT place.image, directory.path, place.name FROM directory
      JOIN place_at AS place ON place.directory = directory.id
      WHERE directory.path = :path OR (directory.path >= :below AND directory.path < :beyond)
        OR (directory.path = :directory AND place.name = :name)
      ORDER BY directory.path DESC, place.name DESC
      """, Self.subtree(path))
    var images: [Int64: PathBytes] = [:]
    while let row = try found.next() { images[row[0]] = PathBytes(directory: row[1], name: row[2]) }
    return images
  }

  /// The bounds of all paths under a path: a slash comes right before a zero.
  private static func subtree(_ path: PathBytes) -> [String: (any DatabaseValueConvertible)?] {
    [
      "path": path.databaseValue,
      "below": PathBytes(path.bytes + [UInt8(ascii: "/")]).databaseValue,
      "beyond": PathBytes(path.bytes + [UInt8(ascii: "0")]).databaseValue,
      "directory": path.directory.databaseValue, "name": Data(path.name),
    ]
  }

  private func links(about image: Int64) throws -> [Row] {
    try links("link.holder = :image OR link.target_image = :image", ["image": image])
  }

  /// Links whose names lead through what moves, wherever they end.
  private func links(namedThrough path: PathBytes) throws -> [Row] {
    try links(
      """
      link.directory IN (
        SELECT id FROM directory
        WHERE path = :path OR (path >= :below AND path < :beyond))
      OR (link.name = :name
        AND link.directory IN (SELECT id FROM directory WHERE path = :directory))
      """, Self.subtree(path))
  }

  private func links(
    _ condition: String, _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> [Row] {
    try Array(
      rows(
        """
        SELECT link.holder, link.ordinal, link.target_image, directory.path, link.name,
          reference.role, reference.stored, reference.detail, domain.name AS domain,
          coalesce(reference.recorded_format, reference.format_in_reference) AS stated,
          image_state.format, domain_state.source, domain_state.kind AS keeper
        FROM link_at AS link
        JOIN reference_at AS reference ON reference.holder = link.holder
          AND reference.ordinal = link.ordinal
        LEFT JOIN directory ON directory.id = link.directory
        LEFT JOIN domain ON domain.id = link.holder
        LEFT JOIN domain_state_at AS domain_state ON domain_state.domain = link.holder
        LEFT JOIN image_state_at AS image_state ON image_state.image = link.holder
        WHERE (\(condition))
        ORDER BY link.holder, link.ordinal
        """, values
      ).map { $0.copy() })
  }

  private func use(by domain: String, _ row: Row) throws -> MovingUse? {
    let use = try (row["detail"] as String?).map(DomainUse.init(json:))
    guard let directory = row["path"] as Data?, let name = row["name"] as Data? else { return nil }
    let source = PathBytes((row["source"] as Data?) ?? Data()).bytes
    let file = use?.sources.first.map { PathBytes(escaped: $0) ?? PathBytes($0) }
    let kind = (row["keeper"] as String?).flatMap { $0 == "libvirt" ? nil : $0 }
    return MovingUse(
      domain: domain, path: PathBytes(directory: directory, name: name),
      isDefinedHere: ["/etc/libvirt/qemu/", "/run/libvirt/qemu/"].contains {
        source.starts(with: $0.utf8)
      }, documents: use?.documents ?? [],
      snapshots: (use?.sources ?? []).compactMap(Self.snapshot).sorted(),
      keeper: kind.map { MovingUse.Keeper(kind: $0, file: file ?? PathBytes(source)) })
  }

  /// - Parameter known: places of images that were asked for before: many links have one target.
  private func link(_ row: Row, _ known: inout [Int64: [PathBytes]]) throws -> MovingLink? {
    func placesOnce(_ image: Int64) throws -> [PathBytes] {
      if let places = known[image] { return places }
      let places = try self.places(of: image)
      known[image] = places
      return places
    }
    let places = try placesOnce(row["holder"])
    guard let holder = places.first, let role = ReferenceRole(rawValue: row["role"]),
      let target = try (row["target_image"] as Int64?).flatMap({ try placesOnce($0).first })
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
