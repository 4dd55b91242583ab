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
  private static let mostCauses = 6

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
      try sides([mark, entry.sentence], entry.numberInWords)
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
    for pool in answer.pools {
      let isSeen = pool.lastComplete?.scan == answer.scan.scan
      let seen = pool.lastComplete.map { isSeen ? "this scan" : "scan \($0.scan)" } ?? "never"
      try table.row(
        Piece(TerminalText.escaped(pool.outcome.name)),
        Piece(HumanWords.number(pool.outcome.images)),
        Piece(HumanWords.size(pool.actualSize)), Piece(seen, isSeen ? nil : .warning))
    }
    try table.finish()
  }
}

extension InventoryStatus {
  /// The host and what is to be known first: the first line of a screen, a page's title, a mail's subject.
  public var subject: String { "\(TerminalText.escaped(host)): \(headline)" }

  /// What is to be known first.
  var headline: String {
    let errors = causes.filter { $0.kind.severity == .error && !$0.isAcknowledged }
    guard !errors.isEmpty else {
      return stale.first.map { "no findings in what was seen; \($0.inWords) was not seen" }
        ?? (counts[.warning] ?? 0 > 0
          ? "no errors; \(HumanWords.count(Int64(counts[.warning] ?? 0), "warning"))"
          : acknowledged > 0
            ? "all findings are acknowledged"
            : "all \(HumanWords.count(images, "image")) have no findings")
    }
    let worst = groups.filter { $0.cause.kind.severity == .error && !$0.cause.isAcknowledged }
    let lost = worst.filter { $0.cause.kind.has(.targetIsGone) && !$0.images.isEmpty }
    let told = CauseEntry(groups: lost.isEmpty ? worst : lost)
    guard !lost.isEmpty else { return told.hitsInWords + " in error" }
    let isSeen = lost.contains { $0.findings.contains { $0.lastGood != nil } }
    return told.hitsInWords + Self.loss(isSeen: isSeen, hitsOne: told.hitsOne)
  }

  /// What images lost, as the end of a sentence; without a scan that saw it, nobody knows that it was theirs.
  private static func loss(isSeen: Bool, hitsOne: Bool) -> String {
    switch (isSeen, hitsOne) {
    case (true, true): " lost its base"
    case (true, false): " lost their base"
    case (false, true): " needs a missing file"
    case (false, false): " need a missing file"
    }
  }

  /// Which scan, and how much of everything it saw.
  fileprivate var night: String {
    let whole = pools.count { $0.lastComplete?.scan == scan.scan }
    let seen = whole == pools.count ? "all complete" : "\(whole) complete"
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
    var parts = first.map { [age.since($0)] } ?? []
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
