internal import Foundation
internal import GRDB
internal import Model

extension Question {
  /// What nothing refers to, in byte order of the paths; with `includingUnknown` also what cannot be
  /// said of, and why not.
  func orphans(includingUnknown: Bool) throws -> [OrphanAnswer] {
    let view = try DomainView(self)
    let sure: OrphanAnswer.Verdict = view.isSure ? .orphan : .unknown
    var orphans: [OrphanAnswer] = []
    if sure == .orphan || includingUnknown {
      orphans = try self.orphans(
        ofVerdict: sure, sql: StatementText.text(PackageResources.ask_orphans_sql), view,
        includingUnknown: includingUnknown)
    }
    if includingUnknown {
      let sql =
        view.isKnown ? PackageResources.ask_unreached_sql : PackageResources.ask_unreferenced_sql
      orphans += try self.orphans(
        ofVerdict: .unknown, sql: StatementText.text(sql), view, includingUnknown: true)
      orphans += try detached()
    }
    return orphans.sorted { $0.filename < $1.filename }
  }

  /// Pools that other hosts may use and of which nobody says who does, in sentences: while there is
  /// one, nothing is certain to be unused.
  func sharedPools() throws -> [String] {
    try rows(
      "SELECT directory, type FROM shared_pool WHERE scan = (SELECT scan FROM asof) ORDER BY directory, pool"
    )
    .map { row in
      "'\(PathBytes(row[0] as Data).displayText)' is on \(row[1] as String); "
        + "others may use it: name them with viewers, or say exclusive"
    }.reduceToArray()
  }

  private func orphans(
    ofVerdict verdict: OrphanAnswer.Verdict, sql: String, _ view: DomainView,
    includingUnknown: Bool
  ) throws -> [OrphanAnswer] {
    let found = try rows(sql).map { $0.copy() }.reduceToArray()
    let spokenFor = try BrokenClaims(asOf: at, database)
      .spokenFor(among: found.map { $0["image"] as Int64 })
    var orphans: [OrphanAnswer] = []
    for row in found {
      let id: Int64 = row["image"]
      // What was found before there was this guard is no verdict either.
      let isSpokenFor = spokenFor.contains(id)
      guard !isSpokenFor || includingUnknown, let path = try primaryPlace(of: id) else { continue }
      let since: Int64 = row["since"]
      orphans.append(
        OrphanAnswer(
          filename: path, imageID: id, verdict: isSpokenFor ? .unknown : verdict,
          since: point(since), lastUser: (row["last_user"] as Data?).map { PathBytes($0) },
          reclaimableSize: UInt64(clamping: row["actual_size"] as Int64),
          evidence: isSpokenFor
            ? DomainView.evidenceOfBrokenClaims : view.evidence(for: verdict, since: since)))
    }
    return orphans
  }
}

/// What a scan knew of domains: what makes the difference between nobody and nobody known.
private struct DomainView {
  /// Whether any domain was ever given.
  let isKnown: Bool
  /// Whether every domain and every pool was seen, and nothing led out of what was.
  let isWhole: Bool
  /// Whether what nobody uses, as far as was seen, is certain to be unused.
  var isSure: Bool { isKnown ? isWhole : shares.isEmpty }
  /// Why not, in sentences.
  private let gaps: [String]
  /// Pools that hosts may use of which nothing is known, in sentences.
  private let shares: [String]
  /// The scans that saw everything, oldest first.
  private let wholeScans: [Int64]
  private let grace: Int64

  /// Why an image that a broken reference may mean is not called an orphan.
  static let evidenceOfBrokenClaims = [
    "a broken reference may mean this image, or one that stands on it; see 'backstory broken'"
  ]

  init(_ question: Question) throws {
    isKnown =
      try question.value(
        """
        SELECT EXISTS (SELECT 1 FROM domain_state WHERE from_scan <= (SELECT scan FROM asof))
          OR EXISTS (SELECT 1 FROM scan WHERE id <= (SELECT scan FROM asof) AND has_domains)
        """) ?? false
    let scan = try question.row("SELECT * FROM scan WHERE id = (SELECT scan FROM asof)")
    isWhole = scan?["is_whole"] ?? false
    grace = scan?["grace"] ?? 1
    wholeScans = try question.rows(
      "SELECT id FROM scan WHERE id <= (SELECT scan FROM asof) AND is_whole ORDER BY id"
    )
    .map { $0[0] as Int64 }.reduceToArray()
    shares = try question.sharedPools()
    gaps =
      isWhole
      ? [] : try Self.gaps(question, hasDomains: scan?["has_domains"] ?? false, shares: shares)
  }

  private static func gaps(
    _ question: Question, hasDomains: Bool, shares: [String]
  ) throws -> [String] {
    var gaps = shares
    if !hasDomains { gaps.append("not every source of domains was seen in this scan") }
    gaps += try question.rows(
      """
      SELECT pool.name FROM pool_at AS pool
      LEFT JOIN pool_scan ON pool_scan.pool = pool.id
        AND pool_scan.scan = (SELECT scan FROM asof)
      WHERE pool.not_visited IS NULL AND coalesce(pool_scan.state, '') <> 'complete'
      ORDER BY pool.path
      """
    ).map { "pool '\($0[0] as String)' was not seen whole in this scan" }.reduceToArray()
    return gaps.isEmpty
      ? ["a domain uses an image that no scan looked into, and what that refers to is not known"]
      : gaps
  }

  func evidence(for verdict: OrphanAnswer.Verdict, since scan: Int64) -> [String] {
    guard isKnown else {
      return verdict == .orphan
        ? ["it was used until scan \(scan - 1), and nothing refers to it since"]
        : ["no image refers to it; no domains were given, so whether one uses it is not known"]
          + shares
    }
    let count = wholeScans.count { $0 >= scan }
    let seen = "no domain reaches it, over any number of links"
    if verdict == .orphan {
      return [
        "\(seen), since scan \(scan)", "\(count) scans saw every domain and every pool since",
      ]
    }
    guard isWhole else { return ["\(seen), as far as is known"] + gaps }
    return ["\(seen)", "\(count) of the \(grace) whole scans that make it certain said so"]
  }
}
