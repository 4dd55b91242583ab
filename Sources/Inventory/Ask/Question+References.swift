internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

extension Question {
  /// The references of an image, in the order of its header.
  func references(of holder: Int64, in directory: PathBytes) throws -> [ReferenceAnswer] {
    let found = try rows(
      """
      SELECT reference.holder, reference.role, reference.stored, reference.recorded_format, link.state,
        image_state.format AS holder_format, link.target_image, target.format AS target_format,
        target.fault AS target_fault
      FROM reference
      LEFT JOIN image_state ON image_state.image = reference.holder
        AND \(Self.holds("image_state"))
      LEFT JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
        AND \(Self.holds("link"))
      LEFT JOIN image_state AS target ON target.image = link.target_image
        AND \(Self.holds("target"))
      WHERE reference.holder = :holder AND \(Self.holds("reference"))
      ORDER BY reference.ordinal
      """, ["holder": holder])
    var references: [ReferenceAnswer] = []
    while let row = try found.next() {
      guard let role = ReferenceRole(rawValue: row["role"]) else { continue }
      var reference = ReferenceAnswer(
        role: role, storedBytes: Array(row["stored"] as Data),
        heldBy: ImageFormat(rawValue: row["holder_format"] ?? "") ?? .raw, in: directory,
        format: row["recorded_format"])
      reference.state = (row["state"] as String?).flatMap(LinkState.init)
      if role == .backing {
        reference.libvirtRefusal = try LibvirtReception(row, in: self).refusal
      }
      references.append(reference)
    }
    return references
  }

  /// The SQL for the image under an image, where the link leads to one.
  static let base = """
    SELECT target_image FROM link
    WHERE holder = :image AND is_backing AND target_image IS NOT NULL AND \(holds("link"))
    ORDER BY ordinal LIMIT 1
    """

  /// The image under an image.
  func base(of image: Int64) throws -> Int64? {
    let found = try rows(Self.base, ["image": image])
    return try found.next()?[0]
  }

  /// An image and everything under it, top first; each image once.
  func chain(of top: Int64) throws -> [Int64] {
    var chain: [Int64] = []
    var seen: Set<Int64> = []
    var current: Int64? = top
    while let image = current, seen.insert(image).inserted {
      chain.append(image)
      current = try base(of: image)
    }
    return chain
  }
}
