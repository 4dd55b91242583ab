public import Database
internal import Foundation
internal import GRDB
public import Model
internal import Rules

extension ReadTransaction {
  /// When an image began to have a finding of a kind that it has now.
  func bisect(_ image: Int64, kind: FindingKind) throws -> Bisection {
    let spans = try Array(
      rows(
        StatementText.text(PackageResources.ask_finding_spans_sql),
        ["image": image, "kind": kind.rawValue]
      ).map { BadSpan(from: $0[0], until: $0[1], ordinal: $0[2], lastGood: $0[3]) })
    let doubtful = try untoldScans()[kind] ?? []
    guard !doubtful.contains(at), spans.contains(where: { $0.until.map { $0 > at } ?? true }) else {
      return Bisection(lastGood: try lastGood(image, before: at + 1, spans, doubtful, nil, from: 0))
    }
    // Back over what follows without a night between: the finding of another reference, say.
    var start = at + 1
    var oldest: BadSpan?
    for span in spans.reversed() where span.from < start && span.reaches(start, times) {
      (start, oldest) = (span.from, span)
    }
    let first = times.numbers.first { $0 >= start && !doubtful.contains($0) }
    guard let first else { return Bisection() }
    let isAboutLink = Rule[kind]?.traits.contains(.sharesTarget) ?? false
    // What the scan noted that found it is one that looked: there may be later ones, none before is asked.
    let noted = oldest?.lastGood.flatMap { times[kept: $0] } ?? 0
    let good = try lastGood(
      image, before: first, spans, doubtful, isAboutLink ? oldest?.ordinal : nil, from: noted)
    return try answer(image, firstBad: first, lastGood: good)
  }

  /// The last scan before one that looked, could tell, and saw none of the findings.
  private func lastGood(
    _ image: Int64, before end: Int64, _ spans: [BadSpan], _ doubtful: Set<Int64>,
    _ ordinal: Int64?, from earliest: Int64
  ) throws -> ScanPoint? {
    var end = end
    while let look: Int64 = try value(
      StatementText.text(PackageResources.ask_last_look_sql),
      ["image": image, "first": end, "ordinal": ordinal, "earliest": earliest])
    {
      if let bad = spans.first(where: { $0.contains(look) }) {
        end = bad.from
      } else if doubtful.contains(look) {
        end = look
      } else {
        return point(look)
      }
    }
    return earliest > 0 ? try lastGood(image, before: end, spans, doubtful, ordinal, from: 0) : nil
  }

  /// When it began that a condition is true of an image, or of any; or that a query finds something.
  func bisect(_ condition: BadNights, _ image: Int64?) throws -> Bisection {
    let looked = try looked(at: image)
    let nights = times.numbers.reversed()
    guard try condition.isBad(at, self) else {
      let good = try nights.first { try looked.contains($0) && !condition.isBad($0, self) }
      return Bisection(lastGood: good.map(point))
    }
    let first = try nights.prefix { try condition.isBad($0, self) }.last ?? at
    let good = try nights.first {
      try $0 < first && looked.contains($0) && !condition.isBad($0, self)
    }
    return try answer(image, firstBad: first, lastGood: good.map(point))
  }

  private func answer(
    _ image: Int64?, firstBad first: Int64, lastGood good: ScanPoint?
  ) throws -> Bisection {
    // Nobody could have looked before there was anything to look at.
    let earliest: Int64? = try image.flatMap {
      try value("SELECT first_scan FROM image WHERE id = :image", ["image": $0])
    }
    let unseen = times.numbers.filter {
      $0 < first && $0 > good?.scan ?? 0 && $0 >= earliest ?? 0
    }
    return Bisection(
      firstBad: point(first), lastGood: good, notSeen: unseen.map(point),
      changes: try changes(in: first, near: image, includingElsewhere: true))
  }

  /// The scans that looked at an image; without one, those that looked at everything.
  private func looked(at image: Int64?) throws -> Set<Int64> {
    guard let image else {
      return try Set(
        rows(StatementText.text(PackageResources.ask_whole_scans_sql)).map { $0[0] as Int64 })
    }
    return try Set(
      rows("SELECT scan FROM temp.looked WHERE image = :image", ["image": image])
        .map { $0[0] as Int64 })
  }
}

extension InventoryView {
  /// When an image began to have a finding of a kind that it has now.
  public func bisect(
    _ selector: ImageSelector, kind: FindingKind
  ) throws(StoreFault) -> Bisection {
    try reading { try $0.bisect($0.knownNumber(of: selector), kind: kind) }
  }

  /// When it began that a condition of SQL is true of an image, or of any: one over the columns of
  /// `images_in_scan`, or a query that then finds something.
  public func bisect(
    where sql: String, _ selector: ImageSelector?
  ) throws(StoreFault) -> Bisection {
    try reading { transaction in
      let image = try selector.map(transaction.knownNumber)
      return try transaction.bisect(try BadNights(sql, image, transaction), image)
    }
  }
}

/// From when to when a finding was open.
private struct BadSpan {
  let from: Int64
  let until: Int64?
  let ordinal: Int64?
  /// The last scan before that saw it right, as the scan noted it that found it.
  let lastGood: Int64?

  func contains(_ scan: Int64) -> Bool { from <= scan && until.map { $0 > scan } ?? true }

  /// Whether no scan that can be asked for lies between its end and another scan.
  func reaches(_ scan: Int64, _ times: ScanTimes) -> Bool {
    guard let until, until < scan else { return true }
    return times.kept(from: until).map { $0 >= scan } ?? true
  }
}

/// Of which nights a condition is true.
final class BadNights {
  private let sql: String
  private let image: Int64?
  private let isQuery: Bool
  private var known: [Int64: Bool] = [:]

  /// - Throws: `StoreFault.badQuery` for what is no condition, and no query that only reads.
  init(_ sql: String, _ image: Int64?, _ transaction: ReadTransaction) throws {
    self.sql = sql
    self.image = image
    let first = sql.drop(while: \.isWhitespace).prefix { $0.isLetter }.uppercased()
    isQuery = ["SELECT", "WITH", "VALUES"].contains(first)
    guard !isQuery, let image else { return }
    // Of one image all nights at once: it is a range of every index.
    for scan in transaction.times.numbers { known[scan] = false }
    try transaction.rows(
      sql: "SELECT DISTINCT scan FROM images_in_scan WHERE image_id = \(image) AND (\(sql)\n)"
    ) { row in
      if case .integer(let scan)? = row.cells.first { known[scan] = true }
    }
  }

  /// Whether it is true of a night, as far as that night knew.
  func isBad(_ scan: Int64, _ transaction: ReadTransaction) throws -> Bool {
    if let known = known[scan] { return known }
    let own = image.map { " WHERE image_id = \($0)" } ?? ""
    let asked =
      isQuery
      ? "SELECT EXISTS (SELECT 1 FROM (\(sql)\n)\(own))"
      : "SELECT EXISTS (SELECT 1 FROM images_in_scan WHERE scan = \(scan) AND kind = 'image' AND (\(sql)\n))"
    var isBad = false
    try transaction.asked(at: scan).rows(sql: asked) { row in
      if case .integer(let value)? = row.cells.first { isBad = value != 0 }
    }
    known[scan] = isBad
    return isBad
  }
}
