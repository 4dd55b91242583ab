internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

/// Says of every link that this scan found broken why it is: what moved, went or changed.
struct FindingCauses {
  private let database: Database
  private let scan: Int64

  init(_ database: Database, scan: Int64) {
    self.database = database
    self.scan = scan
  }

  func write() throws {
    let opened = try Row.fetchAll(
      database, sql: StatementText.text(PackageResources.ask_opened_links_sql),
      arguments: ["scan": scan])
    let update = try database.cachedStatement(sql: "UPDATE finding SET cause = ? WHERE id = ?")
    for row in opened {
      guard let cause = try cause(row) else { continue }
      try update.execute(arguments: [try cause.json(), row["id"]])
    }
    try database.run(PackageResources.base_causes_sql, ["scan": scan])
  }

  private func cause(_ row: Row) throws -> KeptCause? {
    let last = scan - 1
    if row["kind"] == FindingKind.backingFormatMismatch.rawValue {
      return replacement(of: row["old_target"], by: row["new_target"])
    }
    if let old = row["old_stored"] as Data? {
      let text = PathBytes(ReferenceTarget.redacting(Array(old))).displayText
      return KeptCause(
        .referenceChanged, "it referred to '\(text)' until scan \(last)",
        image: row["old_target"])
    }
    guard let state = (row["old_state"] as String?).flatMap(LinkState.init) else {
      return KeptCause(
        .neverSeen, "it has been so since scan \(scan), the first that knows this reference")
    }
    guard let target = row["old_target"] as Int64? else {
      return state == .outsidePools
        ? KeptCause(.targetRemoved, "it was there, outside the pools, in scan \(last)")
        : KeptCause(.neverSeen, "no scan has seen it at its place")
    }
    return try cause(holder: row["holder"], target: target, isElsewhere: row["is_elsewhere"])
  }

  /// Why a target shows another format than before: another image stands there.
  private func replacement(of old: Int64?, by new: Int64?) -> KeptCause? {
    guard let old, let new, old != new else { return nil }
    return KeptCause(
      .targetReplaced,
      "image #\(new) stands in scan \(scan) where image #\(old) stood until scan \(scan - 1)",
      image: old)
  }

  private func cause(holder: Int64, target: Int64, isElsewhere: Bool) throws -> KeptCause {
    if isElsewhere, holder > 0 {
      return KeptCause(
        .imageMoved,
        "the image itself moved in scan \(scan), and it names its base relative to its directory",
        image: target)
    }
    let stands =
      try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS (SELECT 1 FROM place WHERE image = ? AND until_scan IS NULL)",
        arguments: [target]) ?? false
    return stands
      ? KeptCause(
        .targetMoved,
        "image #\(target), which stood there until scan \(scan - 1), stands elsewhere now",
        image: target)
      : KeptCause(
        .targetRemoved, "image #\(target), which stood there until scan \(scan - 1), is gone")
  }
}

/// A cause as the database keeps it: where the target is now is looked up when it is asked for.
struct KeptCause: Codable {
  let kind: String
  let evidence: String
  /// The image that was the target.
  let image: Int64?

  init(_ kind: FindingCause.Kind, _ evidence: String, image: Int64? = nil) {
    self.kind = kind.rawValue
    self.evidence = evidence
    self.image = image
  }

  init(json: String) throws {
    self = try JSONDecoder().decode(KeptCause.self, from: Data(json.utf8))
  }

  func json() throws -> String {
    String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
  }
}
