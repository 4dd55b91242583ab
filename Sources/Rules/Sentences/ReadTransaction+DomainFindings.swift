package import Database
internal import DiskImage
package import Foundation
package import GRDB
internal import Model
internal import Sighting

extension ReadTransaction {
  /// The reference of a domain that a finding is about.
  package static func domainReference(_ row: Row) -> FindingReference? {
    guard let role = (row["role"] as String?).flatMap(ReferenceRole.init),
      let stored = row["stored"] as Data?
    else { return nil }
    let shown = PathBytes(stored)
    let target = (row["target_directory"] as Data?).map {
      PathBytes(directory: $0, name: row["target_name"])
    }
    return FindingReference(
      role: role, stored: shown, target: target ?? shown, format: row["recorded_format"])
  }

  /// The pool in which a file of a directory would be.
  package func pool(ofDirectory path: Data) throws -> String? {
    try value(
      """
      SELECT pool.name FROM directory
      JOIN directory_state_at AS directory_state ON directory_state.directory = directory.id
      JOIN pool_at AS pool ON pool.id = directory_state.pool
      WHERE directory.path = :path
      """, ["path": path])
  }

  /// The descriptor by which a process has a deleted file open, as a path: what stands there is the content.
  func whereItIsOpen(holder: Int64, ordinal: Int64) throws -> String? {
    let found = try rows(
      "SELECT detail FROM reference_at WHERE holder = :holder AND ordinal = :ordinal",
      ["holder": holder, "ordinal": ordinal])
    guard let row = try found.next() else { return nil }
    let use = try DomainUse(json: row[0])
    guard let source = use.sources.first, let number = use.target?.split(separator: " ").last else {
      return nil
    }
    return "'\(PathBytes(source).directory.displayText)/fd/\(number)'"
  }

  /// The stored name of an image's base.
  func nameOfBase(of image: Int64?) throws -> String? {
    guard let image else { return nil }
    let found = try rows(
      """
      SELECT stored FROM reference_at
      WHERE holder = :image AND role = 'backing' LIMIT 1
      """, ["image": image])
    return try found.next().map { PathBytes($0[0] as Data).displayText }
  }

  /// `2 overlays depend`; `nil` where none leads to it.
  func overlaysInWords(of base: Int64?) throws -> String? {
    guard let base else { return nil }
    let count: Int64 =
      try value(
        "SELECT count(DISTINCT holder) FROM link_at WHERE target_image = :base AND is_backing",
        ["base": base]) ?? 0
    if count == 0 { return nil }
    return count == 1 ? "1 overlay depends" : "\(count) overlays depend"
  }

  /// The domains that write to an image, in quotes.
  func writersInWords(of image: Int64) throws -> [String: String] {
    let writers = try Array(
      rows(
        """
        SELECT DISTINCT domain.id, domain.name, domain.kind FROM link_at AS link
        JOIN reference_at AS reference ON reference.holder = link.holder
          AND reference.ordinal = link.ordinal
        JOIN domain ON domain.id = link.holder
        WHERE link.target_image = :image AND reference.role = 'disk'
          AND NOT json_extract(reference.detail, '$."read-only"')
          AND NOT coalesce(json_extract(reference.detail, '$.transient'), 0)
        ORDER BY domain.name
        """, ["image": image]
      ).map { (name: $0[1] as String, kind: $0[2] as String? ?? "libvirt") })
    var words = ["domains": writers.map { "'\($0.name)'" }.joined(separator: ", ")]
    let others = Set(writers.map(\.kind)).subtracting(["libvirt"]).sorted()
    if !others.isEmpty { words["keepers"] = others.joined(separator: ", ") }
    return words
  }

  /// Whether any machine is known that is not libvirt's.
  package func knowsOtherKeepers() throws -> Bool {
    try value("SELECT EXISTS (SELECT 1 FROM domain_state_at WHERE kind <> 'libvirt')") ?? false
  }
}
