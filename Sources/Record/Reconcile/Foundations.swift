internal import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// What overlays stand on, against what they were made on.
///
/// An overlay sees its base through the blocks that it does not hold itself. As long as the base holds what it
/// held when the overlay was made, whatever file that is in and however it came there, nothing is wrong.
struct Foundations {
  private let database: Database
  private let scan: Int64

  init(_ database: Database, scan: Int64) {
    self.database = database
    self.scan = scan
  }

  /// Remembers what overlays were made on whose links this scan ended, reads bases, and takes up what they hold.
  /// - Returns: what could not be read, and why.
  func takeContents(
    reading: ([BaseToRead]) -> BaseContents
  ) throws -> [ScanProblem] {
    try database.run(PackageResources.keep_foundations_sql, ["scan": scan])
    let problems = try takeChanged(reading)
    try database.run(PackageResources.take_contents_sql, ["scan": scan])
    try database.run(PackageResources.keep_foundations_sql, ["scan": scan])
    return try problems + probeOverlays(reading) + compareViews(reading)
  }

  private func takeChanged(
    _ reading: ([BaseToRead]) -> BaseContents
  ) throws -> [ScanProblem] {
    let bases = try BaseSearch(database).changed()
    guard !bases.isEmpty else { return [] }
    let found = reading(bases)
    let take = try database.cachedStatement(
      sql: "INSERT INTO temp.base_content (image, content) VALUES (?, ?)")
    let miss = try database.cachedStatement(sql: "INSERT INTO temp.unread_base (image) VALUES (?)")
    for base in bases {
      if let content = found.contents[base.image], try isComparable(content, base.image) {
        try take.execute(arguments: [base.image, try content.number(database)])
      } else {
        try miss.execute(arguments: [base.image])
      }
    }
    try readAgainNextTime()
    return found.problems
  }

  /// Whether what was read can be held against what is remembered of an image: while its base is away, what a
  /// guest sees of it cannot be measured.
  private func isComparable(_ content: Content, _ image: Int64) throws -> Bool {
    let known = try Int64.fetchOne(
      database, sql: "SELECT content FROM image WHERE id = ?", arguments: [image])
    guard let known = try Content(known, database) else { return true }
    return known.isSame(as: content) != nil
  }

  /// Looks at overlays that were written to tonight, and whose base is not what they were made on: one that holds
  /// nothing was made anew.
  private func probeOverlays(_ reading: ([BaseToRead]) -> BaseContents) throws -> [ScanProblem] {
    let holders = try Int64.fetchAll(
      database,
      sql: """
        SELECT DISTINCT foundation.holder
        FROM foundation CROSS JOIN temp.seen ON seen.image = foundation.holder
        WHERE foundation.until_scan IS NULL AND seen.is_readable
        """)
    let search = BaseSearch(database)
    let overlays = try holders.compactMap { try search.base($0, for: .emptiness) }
    guard !overlays.isEmpty else { return [] }
    let found = reading(overlays)
    let note = try database.cachedStatement(
      sql: "INSERT INTO temp.empty_overlay (image) VALUES (?)")
    for image in found.empty.sorted() { try note.execute(arguments: [image]) }
    return found.problems
  }

  /// Holds what guests see of overlays that were set on another base, and written to tonight, against what they saw: a rebase that is
  /// safe copies the blocks in which the bases differ. The old base must still stand, and hold what it held.
  private func compareViews(_ reading: ([BaseToRead]) -> BaseContents) throws -> [ScanProblem] {
    let rows = try Row.fetchAll(
      database, sql: StatementText.text(PackageResources.collect_rebased_sql))
    let search = BaseSearch(database)
    var now: [BaseToRead] = []
    var then: [BaseToRead] = []
    for row in rows {
      guard let new = try search.base(row["holder"], for: .view),
        let old = try search.base(row["holder"], on: row["image"], for: .view)
      else { continue }
      now.append(new)
      then.append(old)
    }
    guard !now.isEmpty else { return [] }
    // One reading knows an image by one chain.
    let (new, old) = (reading(now), reading(then))
    let note = try database.cachedStatement(
      sql: "INSERT INTO temp.compared_view (holder, is_same) VALUES (?, ?)")
    for (image, content) in new.contents.sorted(by: { $0.key < $1.key }) {
      guard let before = old.contents[image], let isSame = content.isSame(as: before) else {
        continue
      }
      try note.execute(arguments: [image, isSame])
    }
    return new.problems + old.problems
  }

  /// A changed base whose content could not be read is not known any more: the next scan reads it again.
  private func readAgainNextTime() throws {
    try database.execute(
      sql: """
        UPDATE place SET signature = 0 WHERE until_scan IS NULL AND signature <> 0
          AND image IN (
            SELECT image FROM temp.unread_base JOIN image ON image.id = unread_base.image
            WHERE image.content IS NOT NULL)
        """)
  }
}
