internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// An image of a chain, and what may be said of its format.
struct ChainImage {
  let path: PathBytes
  /// What its header shows.
  let detected: String
  /// Whether the header says that the data are encrypted.
  let isEncrypted: Bool
  private let id: Int64
  private let fault: String?
  /// Whether it is a fixed VHD, which has its header at the end and shows raw.
  private let isFixedVHD: Bool
  private let transaction: ReadTransaction

  init(_ id: Int64, _ transaction: ReadTransaction) throws {
    guard let image = try transaction.image(id) else {
      throw DiskRefusal.unresolved(PathBytes("#\(id)".utf8))
    }
    self.id = id
    self.transaction = transaction
    path = image.filename
    detected = image.format
    isEncrypted = image.isEncrypted
    fault = image.fault
    isFixedVHD = image.content == "vpc-fixed"
  }

  /// The format for certain: as recorded by its user here, by all its other users, or as detected
  /// where that is safe.
  func format(recorded: String?) throws -> String {
    let claims = try recorded.map { [$0] } ?? self.claims()
    if claims.count > 1 { throw DiskRefusal.formatsDiffer(path, claims) }
    // A raw disk is its guest's, and a guest may write any header on it.
    if claims == ["raw"] { return "raw" }
    if isFixedVHD, claims == ["vpc"] { return "vpc" }
    if let claim = claims.first {
      guard claim == detected else {
        throw DiskRefusal.formatContradicted(path, recorded: claim, detected: detected)
      }
    }
    if let fault { throw DiskRefusal.headerMalformed(path, reason: fault) }
    guard try !claims.isEmpty || isDetectedSafely() else {
      throw DiskRefusal.formatUnknown(path, detected: detected)
    }
    return detected
  }

  /// Whether the detected format may be believed: it is raw, the image names no base, or a base that
  /// is itself trusted (libvirt docs/kbase/backing_chains).
  private func isDetectedSafely() throws -> Bool {
    var seen: Set<Int64> = []
    var current: ChainImage? = self
    while let image = current, seen.insert(image.id).inserted {
      guard image.detected != "raw", let base = try image.base() else { return true }
      if base.state == .missing { throw DiskRefusal.missing(base.place) }
      if base.recorded != nil { return base.state != .invalid }
      current = try base.image.map { try ChainImage($0, transaction) }
      if let current, try !current.claims().isEmpty { return try current.claims().count == 1 }
    }
    return false
  }

  /// The formats that images and domains record for this one, each once, in byte order.
  private func claims() throws -> [String] {
    try Array(
      transaction.rows(
        """
        SELECT DISTINCT coalesce(reference.recorded_format, reference.format_in_reference) AS format
        FROM link_at AS link JOIN reference_at AS reference ON reference.holder = link.holder
          AND reference.ordinal = link.ordinal
        WHERE link.target_image = :image AND format IS NOT NULL
          AND reference.role IN ('backing', 'disk', 'parent')
        ORDER BY format
        """, ["image": id]
      ).map { $0[0] as String })
  }

  /// The base; `nil` where the image names none.
  func base() throws -> ChainBase? {
    try reference("link.is_backing").map { row in
      ChainBase(
        image: row["target_image"],
        state: (row["state"] as String?).flatMap(LinkState.init) ?? .unknown,
        recorded: row["recorded_format"] ?? row["format_in_reference"], target: target(of: row),
        stored: Array(row["stored"] as Data), isParent: row["role"] == ReferenceRole.parent.rawValue
      )
    }
  }

  /// Where the data are, of an image that has them in a file of their own.
  func dataFile() throws -> ReferenceTarget? {
    guard let row = try reference("reference.role = 'data-file'") else { return nil }
    let target = target(of: row)
    if row["state"] == LinkState.missing.rawValue {
      throw DiskRefusal.missing(PathBytes(target.path ?? []))
    }
    return target
  }

  private func target(of row: Row) -> ReferenceTarget {
    ReferenceTarget(parsing: Array(row["stored"] as Data), in: path.directory.bytes)
  }

  private func reference(_ condition: String) throws -> Row? {
    try transaction.row(
      """
      SELECT reference.role, reference.stored, reference.recorded_format, reference.format_in_reference,
        link.state, link.target_image
      FROM reference_at AS reference JOIN link_at AS link ON link.holder = reference.holder
        AND link.ordinal = reference.ordinal
      WHERE reference.holder = :image AND \(condition)
      ORDER BY reference.ordinal LIMIT 1
      """, ["image": id])
  }
}
