internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Rules

extension ReadTransaction {
  /// The references of an image, in the order of its header.
  func references(of holder: Int64, in directory: PathBytes) throws -> [Reference] {
    let found = try rows(
      """
      SELECT reference.holder, reference.role, reference.stored, reference.recorded_format, link.state,
        image_state.format AS holder_format, link.target_image, target.format AS target_format,
        target.fault AS target_fault, directory.path AS directory, link.name
      FROM reference_at AS reference
      LEFT JOIN image_state_at AS image_state ON image_state.image = reference.holder
      LEFT JOIN link_at AS link ON link.holder = reference.holder
        AND link.ordinal = reference.ordinal
      LEFT JOIN directory ON directory.id = link.directory
      LEFT JOIN image_state_at AS target ON target.image = link.target_image
      WHERE reference.holder = :holder
      ORDER BY reference.ordinal
      """, ["holder": holder])
    var references: [Reference] = []
    while let row = try found.next() {
      guard let role = ReferenceRole(rawValue: row["role"]) else { continue }
      var reference = Reference(
        role: role, storedBytes: Array(row["stored"] as Data),
        heldBy: ImageFormat(rawValue: row["holder_format"] ?? "") ?? .raw, in: directory,
        format: row["recorded_format"])
      reference.lead(to: row)
      reference.state = (row["state"] as String?).flatMap(LinkState.init)
      if role == .backing {
        reference.libvirtRefusal = try LibvirtAcceptance(row, in: self).refusal
      }
      references.append(reference)
    }
    return references
  }

}

extension Reference {
  /// Of several names of a parent the stored one need not be the one that leads to it.
  fileprivate mutating func lead(to row: Row) {
    guard role == .backing, ["vpc", "vhdx"].contains(row["holder_format"] as String?),
      let directory = row["directory"] as Data?
    else { return }
    var parent = ReferenceTarget(type: .file)
    parent.path = PathBytes(directory: directory, name: row["name"]).bytes
    target = parent
  }
}
