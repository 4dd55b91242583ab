internal import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Judges what overlays stand on, against what they were made on.
struct FoundationJudgement {
  private let database: Database
  private let scan: Int64

  init(_ database: Database, scan: Int64) {
    self.database = database
    self.scan = scan
  }

  /// Judges every overlay that may stand on something else than it was made on, into `temp.verdict`.
  func run() throws {
    let rows = try Row.fetchAll(
      database, sql: StatementText.text(PackageResources.ask_foundations_sql),
      arguments: ["scan": scan])
    let write = try database.cachedStatement(
      sql: "INSERT INTO temp.verdict (holder, ordinal, word, base) VALUES (?, ?, ?, ?)")
    var verdicts = try rows.map { try verdict(Standing(row: $0, database)) }
    let victims = Set(zip(rows, verdicts).filter { $1 == .victim }.map { $0.0["holder"] as Int64 })
    for (index, row) in rows.enumerated() where verdicts[index] == .victim && victims.count > 1 {
      // What changed below its base is told once, of that.
      if try isAny(of: victims, at: row["target_image"]) { verdicts[index] = .waits }
    }
    for (row, verdict) in zip(rows, verdicts) {
      try write.execute(arguments: [
        row["holder"], row["ordinal"], verdict.rawValue, row["target_image"],
      ])
    }
  }

  /// Whether one of these images is in the chain of another, that one included.
  private func isAny(of images: Set<Int64>, at top: Int64) throws -> Bool {
    let chain = try Int64.fetchAll(
      database,
      sql: """
        WITH RECURSIVE down (image) AS (
          SELECT ?
          UNION
          SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
          WHERE link.until_scan IS NULL AND link.is_backing AND link.target_image IS NOT NULL)
        SELECT image FROM down
        """, arguments: [top])
    return !images.isDisjoint(with: chain)
  }

  private enum Verdict: String {
    /// It stands on what it was made on, or was created again on its current base.
    case same
    /// Its base holds something else.
    case victim
    /// It was set on another base by its header alone.
    case changed
    /// There is nothing that it stands on.
    case gone
    /// It cannot be told tonight; what was told stays.
    case waits
  }

  private func verdict(_ now: Standing) throws -> Verdict {
    switch now.state {
    case .ok: break
    case .unreadable, .unknown, nil: return .waits
    case .missing, .outsidePools, .remote, .invalid: return .gone
    }
    if now.isUnread { return .waits }
    switch now.isSameContent {
    case true?: return .same
    // What was not measured then is taken to be what is measured first.
    case nil: return now.wasMeasured ? .waits : .same
    case false?: break
    }
    if now.isMarkRenewed || now.isMadeAnew { return .same }
    if now.isOtherText { return try verdictOfOtherText(now) }
    return .victim
  }

  /// Of an overlay that was told to stand on another image than before.
  private func verdictOfOtherText(_ now: Standing) throws -> Verdict {
    if let isSame = now.isSameView { return isSame ? .same : .changed }
    if now.isTold { return .changed }
    // What lay between was copied into it: the guest sees what it saw.
    if try isBelow(now.made, now.target, as: now.since) { return .same }
    // A rebase that is safe copies the blocks in which the bases differ.
    if now.isNewText, now.hasGrown { return .same }
    return .changed
  }

  /// Whether an image was in the chain below another before a scan.
  private func isBelow(_ top: Int64, _ image: Int64?, as scan: Int64) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        WITH RECURSIVE down (image) AS (
          SELECT :top
          UNION
          SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
          WHERE link.is_backing AND link.target_image IS NOT NULL AND link.from_scan < :scan
            AND (link.until_scan IS NULL OR link.until_scan >= :scan))
        SELECT EXISTS (SELECT 1 FROM down WHERE image = :image AND image <> :top)
        """, arguments: ["top": top, "image": image, "scan": scan]) ?? false
  }
}

/// An overlay as it stands tonight, beside what it was made on.
private struct Standing {
  let state: LinkState?
  let made: Int64
  let target: Int64?
  /// The scan that wrote down what it was made on.
  let since: Int64
  let isUnread: Bool
  let wasMeasured: Bool
  /// Whether the content is the one that it was made on; `nil` where that cannot be told.
  let isSameContent: Bool?
  /// Whether it records a new state of its parent, and that is the state in which the parent is.
  let isMarkRenewed: Bool
  /// Whether it holds nothing, or held nothing then, and was written after its base.
  let isMadeAnew: Bool
  /// Whether it was told to stand on another image.
  let isOtherText: Bool
  let isNewText: Bool
  /// Whether its guest sees on that what it saw; `nil` where that was not compared tonight.
  let isSameView: Bool?
  /// Whether the finding about that is open.
  let isTold: Bool
  let hasGrown: Bool

  init(row: Row, _ database: Database) throws {
    state = (row["state"] as String?).flatMap(LinkState.init)
    made = row["image"]
    target = row["target_image"]
    since = row["from_scan"]
    isUnread = row["is_unread"] ?? false
    let then = try Content(row["content"], database)
    wasMeasured = then != nil
    isSameContent = try Self.isSame(then, row, database)
    let mark = row["parent_mark"] as String?
    isMarkRenewed =
      mark != nil && mark != row["mark"] as String? && mark == row["own_mark"] as String?
    isMadeAnew = row["is_made_anew"]
    isOtherText = row["now_stored"] as Data != row["stored"] as Data && target != made
    isNewText = row["is_new_text"]
    isSameView = row["is_same_view"]
    isTold = row["is_told"]
    let size = row["actual_size"] as Int64?
    let sizeNow = row["now_size"] as Int64?
    hasGrown = size.flatMap { size in sizeNow.map { $0 > size } } ?? false
  }

  /// By their contents; where one was not measured, by samples of the two files. Another image of which nothing
  /// speaks for its being a copy is another.
  private static func isSame(_ then: Content?, _ row: Row, _ database: Database) throws -> Bool? {
    if let then, let now = try Content(row["target_content"], database) {
      return then.isSame(as: now)
    }
    guard row["image"] as Int64? != row["target_image"] as Int64? else { return nil }
    let (was, now) = (row["was_sample"] as Int64?, row["target_sample"] as Int64?)
    return was != nil && was == now
  }
}
