internal import Model
public import Query
internal import Rules

extension Report {
  /// The answer of `status`.
  public static func status(_ answer: InventoryStatus) -> Report {
    Report(one: answer, rows: \.causes) { try $0.status($1) }
  }
}

extension Page {
  /// Causes that are told by name; the rest is counted.
  private static let mostCauses = 5
  /// Pools that are told, the largest; what was not seen whole is always told.
  private static let mostPools = 4

  /// One screen that says how it stands.
  func status(_ answer: InventoryStatus) throws {
    try line(Piece(answer.subject, .heading))
    try paragraph(answer.night)
    try causes(answer)
    if answer.opened + answer.closed > 0 {
      try gap()
      let opened = HumanWords.count(answer.opened, "finding")
      try line("Since the scan before: \(opened) opened, \(answer.closed) closed")
    }
    try gap()
    try poolsInShort(answer)
    // Of what a scan did not see the first lines tell.
    if answer.stale.isEmpty, let doubt = answer.doubts.first {
      try gap()
      try paragraph("Unused images are unknown: \(doubt)")
      try line("  backstory orphans --all")
    }
    guard let next = answer.next else { return }
    try gap()
    try line("Next: \(next)")
  }

  private func causes(_ answer: InventoryStatus) throws {
    let told = CauseEntry.entries(
      of: answer.groups.filter { $0.cause.kind.severity > .info && !$0.cause.isAcknowledged },
      by: .hits)
    guard !told.isEmpty || answer.acknowledged > 0 else { return }
    try gap()
    let room = told.count > Self.mostCauses ? Self.mostCauses - 1 : told.count
    for entry in told.prefix(room) {
      let mark = Piece("  \(style.mark(of: entry.severity)) ", entry.severity.tone)
      try sides([mark, entry.sentence], entry.numberInWords(now: answer.scan))
      try paragraph(entry.sinceAndCommand(now: answer.scan), indent: 8, .faint)
    }
    if told.count > room {
      let rest = told.dropFirst(room)
      let images = rest.reduce(into: Set<Int64>()) { $0.formUnion($1.images) }
      let count = HumanWords.count(Int64(images.count), "image")
      try line("    and \(count) with other faults: backstory check --brief")
    }
    if answer.acknowledged > 0 {
      let known = HumanWords.count(Int64(answer.acknowledged), "finding")
      try line(Piece("  \(style.good) ", .good), "\(known) acknowledged: backstory ack --list")
    }
  }

  private func poolsInShort(_ answer: InventoryStatus) throws {
    let table = Table(on: self, "POOL", .number("IMAGES"), .number("ON DISK"), "LAST COMPLETE")
    let large = Set(
      answer.pools.sorted { $0.actualSize > $1.actualSize }
        .prefix(answer.pools.count > Self.mostPools ? Self.mostPools - 1 : Self.mostPools)
        .map(\.outcome.path))
    let told = answer.pools.filter {
      large.contains($0.outcome.path) || $0.lastComplete?.scan != answer.scan.scan
    }
    for pool in told {
      let isSeen = pool.lastComplete?.scan == answer.scan.scan
      let seen = pool.lastComplete.map { isSeen ? "this scan" : "scan \($0.scan)" } ?? "never"
      try table.row(
        Piece(TerminalText.escaped(pool.outcome.name)),
        Piece(HumanWords.number(pool.outcome.images)),
        Piece(HumanWords.size(pool.actualSize)), Piece(seen, isSeen ? nil : .warning))
    }
    try table.finish()
    let rest = answer.pools.count - told.count
    if rest > 0 {
      try line("and \(HumanWords.number(Int64(rest))) more, each seen whole: backstory pools")
    }
  }
}

extension CauseGroup {
  /// Whether a scan saw what is gone while it was there.
  fileprivate var isLoss: Bool {
    cause.why?.kind != .neverSeen && findings.contains { $0.lastGood != nil }
  }
}

extension InventoryStatus {
  /// The host and what is to be known first: the first line of a screen, a page's title, a mail's subject.
  public var subject: String { "\(TerminalText.escaped(host)): \(headline)" }

  /// What is to be known first.
  var headline: String {
    let worst = groups.filter { $0.cause.kind.severity == .error && !$0.cause.isAcknowledged }
    if worst.isEmpty {
      if let unseen { return "no findings in what was seen; \(unseen)" }
      let warnings = counts[.warning] ?? 0
      if warnings > 0 { return "no errors; \(HumanWords.count(Int64(warnings), "warning"))" }
      if acknowledged > 0 { return "all findings are acknowledged" }
      return images == 0
        ? "no image was found"
        : images == 1
          ? "the only image has no findings"
          : "all \(HumanWords.count(images, "image")) have no findings"
    }
    let told = Self.told(worst)
    let rest = Self.rest(of: worst, beside: told)
    return [Self.sentence(told), rest, unseen].compactMap { $0 }.joined(separator: "; ")
  }

  /// Errors that are said in a sentence: bases that images lost, else what else is gone, else all.
  private static func told(_ worst: [CauseGroup]) -> [CauseGroup] {
    let gone = worst.filter { $0.cause.kind.has(.targetIsGone) && !$0.images.isEmpty }
    let lost = gone.filter(\.isLoss)
    let bases = lost.filter { $0.cause.kind == .backingMissing }
    return [bases, lost, gone].first { !$0.isEmpty } ?? worst
  }

  private static func sentence(_ groups: [CauseGroup]) -> String {
    let entry = CauseEntry(groups: groups)
    guard let first = groups.first, first.cause.kind.has(.targetIsGone), !first.images.isEmpty
    else { return entry.hitsInWords + " in error" }
    let isBase = groups.allSatisfy { $0.cause.kind == .backingMissing }
    return entry.hitsInWords
      + loss(isSeen: groups.contains(where: \.isLoss), isBase, hitsOne: entry.hitsOne)
  }

  /// Who else is in error: `90 more images in error`.
  private static func rest(of worst: [CauseGroup], beside told: [CauseGroup]) -> String? {
    let images = worst.hitImages.subtracting(told.hitImages).count
    let known = told.reduce(into: Set<String>()) { $0.formUnion($1.domains) }
    let machines = worst.reduce(into: Set<String>()) { $0.formUnion($1.domains) }
      .subtracting(known).count
    let more = [(images, "image"), (machines, "machine")].first { $0.0 > 0 }
    return more.map { HumanWords.count(Int64($0.0), "more \($0.1)") + " in error" }
  }

  /// What images lost, as the end of a sentence; without a scan that saw it, nobody knows that it was theirs.
  private static func loss(isSeen: Bool, _ isBase: Bool, hitsOne: Bool) -> String {
    switch (isSeen, hitsOne) {
    case (true, true): isBase ? " lost its base" : " lost a file"
    case (true, false): isBase ? " lost their base" : " lost a file"
    case (false, true): " needs a missing file"
    case (false, false): " need a missing file"
    }
  }

  /// `pool 'nas' and 4 more were not seen`.
  var unseen: String? {
    guard let first = stale.first else { return nil }
    let rest = stale.count - 1
    let verb = rest > 0 || first.isMany ? "were" : "was"
    return first.partInWords + (rest > 0 ? " and \(rest) more" : "") + " \(verb) not seen"
  }

  /// Which scan, and how much of everything it saw.
  fileprivate var night: String {
    let whole = pools.count { $0.lastComplete?.scan == scan.scan }
    let isWhole = whole == pools.count
    let seen =
      !isWhole
      ? "\(whole) complete" : state == .complete ? "all complete" : "but not everything was seen"
    let sizes = [
      HumanWords.count(images, "image"), HumanWords.count(Int64(pools.count), "pool"), seen,
    ]
    return "Scan \(scan.scan), \(HumanWords.time(scan.time)): \(sizes.joined(separator: ", "))."
  }

  /// The command that helps most.
  fileprivate var next: String? {
    let open = causes.filter { !$0.isAcknowledged }
    if let repair = open.first(where: { $0.kind.severity == .error })?.repair {
      return repair.joined(separator: " ")
    }
    if (counts[.error] ?? 0) > 0 { return "backstory check" }
    return (counts[.warning] ?? 0) > 0 ? "backstory check --fail-on warning" : nil
  }
}

extension CauseEntry {
  /// Since when, where it is now, and what to do.
  fileprivate func sinceAndCommand(now: ScanPoint) -> String {
    let age = AgeInWords(now: now)
    let first = findings.min { $0.since.scan < $1.since.scan }
    var parts = [age.since(findings)]
    if groups.count == 1, let place = first?.cause?.nowAt.first, self.first.why != nil {
      parts.append("now at " + TerminalText.escaped(place))
    }
    parts.append(repair ?? listing)
    return parts.joined(separator: "; ")
  }
}

extension CauseSummary: CSVRow {
  static var columns: [CSVColumn<CauseSummary>] {
    [
      CSVColumn("cause") { .number($0.number) }, CSVColumn("kind") { .text($0.kind.rawValue) },
      CSVColumn("severity") { .text($0.kind.severity.rawValue) },
    ] + CSVColumn.path("target") { $0.target } + [
      CSVColumn("images") { .number($0.images) }, CSVColumn("domains") { .number($0.domains) },
    ] + CSVColumn.point("since") { $0.since } + [
      CSVColumn("acknowledged") { .number($0.acknowledged) },
      CSVColumn("repair") { .text($0.repair?.joined(separator: " ")) },
    ]
  }
}
