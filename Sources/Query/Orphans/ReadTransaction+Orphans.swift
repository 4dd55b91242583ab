internal import Claims
internal import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Rules

extension ReadTransaction {
  /// What nothing refers to, in byte order of the paths; with `includingUnknown` also what may be needed, what
  /// cannot be said of, and why not.
  func orphans(includingUnknown: Bool) throws -> [Orphan] {
    let view = try DomainView(self)
    let kept = try keptImages()
    var places = try PlaceCache(self)
    var orphans: [Orphan] = []
    if view.isSure || includingUnknown {
      orphans = try candidates(PackageResources.ask_orphans_sql)
        .filter { kept[$0.image] == nil }.compactMap { try found($0, view, &places) }
      try addHolders(to: &orphans)
    }
    if includingUnknown {
      let idle = try candidates(
        view.isKnown ? PackageResources.ask_unreached_sql : PackageResources.ask_unreferenced_sql)
      let unused = Set(idle.filter { $0.awaited == nil }.map(\.image))
        .union(orphans.map(\.imageID))
      orphans += try idle.compactMap {
        guard let word = kept[$0.image] else {
          return try doubtful($0, view, &places, unused: unused)
        }
        return try self.kept($0, by: word)
      }
      orphans += try detached()
    }
    return orphans.sorted { $0.filename < $1.filename }
  }

  /// Why of no image it is certain that nothing uses it, in sentences; none where it may be.
  func doubtsOfOrphans() throws -> [String] { try DomainView(self).doubtsOfAll }

  /// Allocated bytes of all orphans that are certain.
  func reclaimableSize() throws -> UInt64 {
    guard try DomainView(self).isSure else { return 0 }
    let kept = try keptImages()
    return try candidates(PackageResources.ask_orphans_sql).reduce(0) { sum, candidate in
      guard candidate.places > 0, kept[candidate.image] == nil else { return sum }
      let (total, overflow) = sum.addingReportingOverflow(candidate.freed)
      return overflow ? .max : total
    }
  }

  /// Pools that other hosts may use and of which nobody says who does, in sentences: while there is
  /// one, nothing is certain to be unused.
  func sharedPools() throws -> [String] {
    try Array(
      rows(
        "SELECT directory, type FROM shared_pool WHERE scan = (SELECT scan FROM asof) ORDER BY directory, pool"
      )
      .map { row in
        "'\(PathBytes(row[0] as Data).displayText)' is on \(row[1] as String); "
          + "others may use it: name them with viewers, or say exclusive"
      })
  }

  private func candidates(_ sql: [UInt8]) throws -> [OrphanCandidate] {
    try Array(rows(StatementText.text(sql)).map { OrphanCandidate($0) })
  }

  /// The first of its places. Few have several, which have to be brought into the order of directories.
  private func place(
    of candidate: OrphanCandidate, _ places: inout PlaceCache
  ) throws -> PathBytes? {
    try candidate.places == 1
      ? places.look(for: candidate.image, at: at)?.path : primaryPlace(of: candidate.image)
  }

  /// What a person keeps, or stands below that.
  private func kept(
    _ candidate: OrphanCandidate, by kept: (named: Int64, word: SpokenWord)
  ) throws -> Orphan? {
    guard let path = try primaryPlace(of: candidate.image) else { return nil }
    let word = kept.word
    let reason = word.reason.map { ": \($0)" } ?? ""
    var evidence = "\(word.by) keeps it since scan \(word.since.scan)"
    if kept.named != candidate.image {
      let named = try lastPlace(of: kept.named)?.displayText ?? "#\(kept.named)"
      evidence = "\(word.by) keeps '\(named)', which depends on it"
    }
    return candidate.answer(at: path, .kept, since: word.since, [evidence + reason])
  }

  /// Adds what stands on orphans and is one itself: it is moved before them. What stands on one and is none yet is
  /// told as well: an overlay in its grace may get a machine today.
  private func addHolders(to orphans: inout [Orphan]) throws {
    let paths = Dictionary(orphans.map { ($0.imageID, $0.filename) }) { first, _ in first }
    for position in orphans.indices {
      let holders = try Array(
        rows(
          """
          SELECT DISTINCT holder FROM link_at
          WHERE target_image = :image AND holder > 0 AND holder <> :image ORDER BY holder
          """, ["image": orphans[position].imageID]
        ).map { $0[0] as Int64 })
      orphans[position].holders = holders
      let unused = holders.compactMap { paths[$0] }
      if let first = unused.first {
        let more = unused.count > 1 ? " and \(unused.count - 1) more" : ""
        orphans[position].evidence.append("'\(first.displayText)'\(more)\(Orphan.goesFirst)")
      }
      if let other = try holders.first(where: { paths[$0] == nil }).flatMap(primaryPlace) {
        orphans[position].evidence.append(
          "'\(other.displayText)' depends on it, and is not certain to be unused")
      }
    }
  }

  /// What a finding says of.
  private func found(
    _ candidate: OrphanCandidate, _ view: DomainView, _ places: inout PlaceCache
  ) throws -> Orphan? {
    try place(of: candidate, &places).map { path in
      let verdict: Orphan.Verdict = view.isSure ? .orphan : .unknown
      var answer = candidate.answer(
        at: path, verdict, since: point(candidate.since),
        view.evidence(for: verdict, of: candidate))
      if candidate.places > 1 {
        answer.otherNames = try self.places(of: candidate.image).filter { $0 != path }
      }
      return answer
    }
  }

  /// What no finding says of; `unused` has all that nobody uses or may use.
  private func doubtful(
    _ candidate: OrphanCandidate, _ view: DomainView, _ places: inout PlaceCache,
    unused: Set<Int64>
  ) throws -> Orphan? {
    guard let path = try place(of: candidate, &places) else { return nil }
    guard let awaited = candidate.awaited else {
      return candidate.answer(
        at: path, .unknown, since: point(candidate.since),
        view.evidence(for: .unknown, of: candidate))
    }
    let claims = try ClaimSearch(self).claims(on: candidate.image)
    let isNamed = awaited.strength == "named"
    var evidence = claims.map(\.sentence)
    if isNamed {
      evidence.append("see 'backstory repair'")
      let waiting = claims.map(\.user)
      if !waiting.isEmpty, waiting.allSatisfy({ $0.isAmong(unused) }) {
        evidence.append("only an unused image may need it; repair that one or move it first")
      }
    } else {
      evidence.append(
        "more than \(WantJudgement.mostOfOneName) unused images are equally likely to be meant")
    }
    var answer = candidate.answer(
      at: path, isNamed ? .awaited : .unknown, since: point(awaited.since), evidence)
    answer.claims = claims
    return answer
  }
}

/// An image that nothing refers to for certain, as a row tells of it.
private struct OrphanCandidate {
  let image: Int64
  let since: Int64
  let lastUser: PathBytes?
  /// Allocated bytes.
  let size: UInt64
  /// Bytes of them that no other file shares; `nil` where that is not known.
  private let ownSize: UInt64?
  /// Names of the file that pools know.
  let places: Int64
  /// Names of the file that no pool knows.
  private let otherNames: Int64
  /// Whether the scan asked what is shared.
  private let isMeasured: Bool
  /// How certain it is that it may be meant, and since which scan, where it may be.
  let awaited: (strength: String, since: Int64)?

  init(_ row: Row) {
    image = row["image"]
    since = row["since"]
    lastUser = (row["last_user"] as Data?).map { PathBytes($0) }
    size = UInt64(clamping: row["actual_size"] as Int64)
    ownSize = (row["own_bytes"] as Int64?).map { UInt64(clamping: $0) }
    let places: Int64 = row["places"]
    self.places = places
    otherNames = (row["names"] as Int64?).map { max(0, $0 - places) } ?? 0
    isMeasured = row["is_measured"] ?? false
    awaited = (row["strength"] as String?).map { ($0, row["awaited_since"]) }
  }

  /// Bytes that are free without it.
  var freed: UInt64 { otherNames > 0 ? 0 : min(ownSize ?? size, size) }

  func answer(
    at path: PathBytes, _ verdict: Orphan.Verdict, since: ScanPoint, _ evidence: [String]
  ) -> Orphan {
    var answer = Orphan(
      filename: path, imageID: image, verdict: verdict, since: since, lastUser: lastUser,
      reclaimableSize: freed, evidence: evidence)
    answer.isAtMost = isMeasured && ownSize == nil && freed > 0
    if otherNames > 0 {
      answer.evidence.append(
        "its file has \(otherNames) more \(otherNames == 1 ? "name" : "names") outside the pools: "
          + "deleting it frees nothing")
    } else if freed < size {
      answer.evidence.append("other files share \(size - freed) bytes of its blocks")
    }
    return answer
  }
}

extension Claim.User {
  fileprivate func isAmong(_ images: Set<Int64>) -> Bool {
    if case .image(_, let id) = self { images.contains(id) } else { false }
  }
}

/// Whether a scan saw every domain: the difference between unused and no known user.
private struct DomainView {
  /// Whether any domain was ever given.
  let isKnown: Bool
  /// Whether every domain and every pool was seen, and nothing led out of what was.
  let isWhole: Bool
  /// Whether what nobody uses, as far as was seen, is certain to be unused.
  var isSure: Bool { isJudged && (isKnown ? isWhole : gaps.isEmpty) }
  /// Whether it was asked what broken references may mean.
  private let isJudged: Bool
  /// Whether the scan was judged by a rule of claims; what earlier versions said stays as it was.
  private let isRuled: Bool
  /// What those are called that may use an image: libvirt has domains, others machines.
  private let noun: String
  /// Why not, in sentences.
  private let gaps: [String]
  /// Pools that hosts may use of which nothing is known, in sentences.
  private let shares: [String]
  /// The scans that saw everything, oldest first.
  private let wholeScans: [Int64]
  private let grace: Int64
  /// Milliseconds.
  private let graceAge: Int64
  private let times: [Int64: Moment]

  init(_ transaction: ReadTransaction) throws {
    isKnown =
      try transaction.value(
        """
        SELECT EXISTS (SELECT 1 FROM domain_state WHERE from_scan <= (SELECT scan FROM asof))
          OR EXISTS (SELECT 1 FROM scan WHERE id <= (SELECT scan FROM asof) AND has_domains)
        """) ?? false
    let scan = try transaction.row("SELECT * FROM scan WHERE id = (SELECT scan FROM asof)")
    isWhole = scan?["is_whole"] ?? false
    isJudged = try transaction.areClaimsJudged()
    noun = try transaction.knowsOtherKeepers() ? "machine" : "domain"
    let rule: Int64 = scan?["claims_rule"] ?? 0
    isRuled = rule > 0
    grace = scan?["grace"] ?? 1
    graceAge = scan?["grace_age"] ?? 0
    let whole = try Array(
      transaction.rows(
        """
        SELECT id, started FROM scan
        WHERE id <= (SELECT scan FROM asof) AND CASE WHEN :known THEN is_whole ELSE sees_users END
        ORDER BY id
        """, ["known": isKnown]
      ).map { ($0[0] as Int64, Moment(milliseconds: $0[1])) })
    wholeScans = whole.map(\.0)
    times = Dictionary(whole) { $1 }
    shares = try transaction.sharedPools()
    gaps =
      isKnown && isWhole
      ? []
      : try Self.gaps(
        transaction, isKnown: isKnown, hasDomains: scan?["has_domains"] ?? false, shares: shares,
        noun: noun)
  }

  private static func gaps(
    _ transaction: ReadTransaction, isKnown: Bool, hasDomains: Bool, shares: [String], noun: String
  ) throws -> [String] {
    var gaps = shares
    if isKnown, !hasDomains { gaps.append("not every source of \(noun)s was seen in this scan") }
    gaps += try Array(
      transaction.rows(
        """
        SELECT pool.name FROM pool_at AS pool
        LEFT JOIN pool_scan ON pool_scan.pool = pool.id
          AND pool_scan.scan = (SELECT scan FROM asof)
        WHERE pool.not_visited IS NULL
          AND (coalesce(pool_scan.state, '') <> 'complete' OR pool_scan.scope <> 'tree')
        ORDER BY pool.path
        """
      ).map { "pool '\($0[0] as String)' was not seen completely in this scan" })
    return gaps.isEmpty && isKnown
      ? ["a \(noun) uses an image that was not scanned, so it is unknown what that refers to"]
      : gaps
  }

  /// Why of no image it is certain that nobody uses it, in sentences.
  var doubtsOfAll: [String] { isJudged && !isSure ? gaps : [] }

  func evidence(for verdict: Orphan.Verdict, of candidate: OrphanCandidate) -> [String] {
    let since = candidate.since
    guard isKnown else {
      guard verdict == .orphan || candidate.lastUser != nil else {
        return [
          "no image refers to it; no domains were scanned, so it is unknown whether one uses it"
        ]
          + shares
      }
      return ["it was used until scan \(since - 1), and nothing refers to it since"] + doubts(since)
    }
    let seen = "no \(noun) uses it, directly or through other images"
    let known = candidate.lastUser == nil && isRuled ? "it has no known user: \(seen)" : seen
    if verdict == .orphan {
      let count = wholeScans.count { $0 >= since }
      return [
        "\(known), since scan \(since)", "\(count) scans saw every \(noun) and every pool since",
      ]
    }
    guard isWhole else { return ["\(seen), as far as is known"] + doubts(since) }
    return [known] + doubts(since)
  }

  /// Why what nobody uses is not called an orphan, in sentences; none where it is.
  private func doubts(_ since: Int64) -> [String] {
    guard isJudged else {
      return [
        "this scan is of an earlier version that did not record what broken references may mean; scan again"
      ]
    }
    guard gaps.isEmpty else { return gaps }
    let counted = wholeScans.filter { $0 >= since }
    guard let first = counted.first.flatMap({ times[$0] }),
      let last = counted.last.flatMap({ times[$0] })
    else { return [] }
    var doubts: [String] = []
    if counted.count < grace {
      doubts.append("\(counted.count) of the \(grace) complete scans that make it certain agree")
    }
    let passed = last.milliseconds - first.milliseconds
    if passed < graceAge {
      doubts.append(
        "the first and the last of them are \(Self.hours(passed)) hours apart, of "
          + "\(Self.hours(graceAge)) that make it certain")
    }
    return doubts
  }

  private static func hours(_ milliseconds: Int64) -> Int64 { max(0, milliseconds) / 3_600_000 }
}
