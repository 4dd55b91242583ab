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
    var references: [ReferenceAnswer] = []
    while let row = try found.next() {
      guard let role = ReferenceRole(rawValue: row["role"]) else { continue }
      var reference = ReferenceAnswer(
        role: role, storedBytes: Array(row["stored"] as Data),
        heldBy: ImageFormat(rawValue: row["holder_format"] ?? "") ?? .raw, in: directory,
        format: row["recorded_format"])
      reference.lead(to: row)
      reference.state = (row["state"] as String?).flatMap(LinkState.init)
      if role == .backing {
        reference.libvirtRefusal = try LibvirtReception(row, in: self).refusal
      }
      references.append(reference)
    }
    return references
  }

  /// An image and everything under it, top first; each image once.
  func chain(of top: Int64) throws -> [Int64] {
    let way = try WayDown(self)
    var chain: [Int64] = []
    var seen: Set<Int64> = []
    var current: Int64? = top
    while let image = current, seen.insert(image).inserted {
      chain.append(image)
      current = try way.base(of: image, at: at)
    }
    return chain
  }
}

extension ReferenceAnswer {
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

/// The way down chains, one look for each image: of several links that lead to an image the first counts.
struct WayDown {
  /// The SQL for the image under the one that is bound first; `links` is a table of links, or a view.
  static func step(over links: String) -> String {
    """
    SELECT target_image FROM \(links)
    WHERE holder = ?1 AND is_backing AND target_image IS NOT NULL
    ORDER BY ordinal LIMIT 1
    """
  }

  private let question: Question
  private let below: RawStatement

  init(_ question: Question) throws {
    self.question = question
    try question.take()
    below = try RawStatement(question.database, sql: Self.step(over: "link_at"))
  }

  /// The image under another as of a scan.
  func base(of image: Int64, at scan: Int64) throws -> Int64? {
    try question.asked(at: scan).take()
    below.bind(image, at: 1)
    defer { below.reset() }
    return try below.next(question.database) ? below.integer(at: 0) : nil
  }
}
