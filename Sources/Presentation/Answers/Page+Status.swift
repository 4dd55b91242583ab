public import Inventory
internal import Model

extension Report {
  /// The answer of `status`.
  public static func status(_ answer: StatusAnswer) -> Report {
    Report(
      human: { try $0.status(answer) },
      json: { try JSONText.write(answer, to: $0) },
      csv: { sink in
        let rows = CSVList<CauseAnswer>(to: sink)
        for cause in answer.causes { try rows.append(cause) }
      })
  }
}

extension Page {
  /// Causes that are told by name; the rest is counted.
  private static let mostCauses = 6

  /// One screen that says how it stands.
  func status(_ answer: StatusAnswer) throws {
    try line(Piece("\(TerminalText.escaped(answer.host)): \(answer.headline)", .heading))
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

  private func causes(_ answer: StatusAnswer) throws {
    let told = answer.causes.filter { $0.kind.severity > .info && !$0.isAcknowledged }
    guard !told.isEmpty || answer.acknowledged > 0 else { return }
    try gap()
    for cause in told.prefix(Self.mostCauses) {
      let mark = Piece("  \(cause.kind.severity == .error ? "x" : "!") ", cause.kind.severity.tone)
      try line(mark, Piece(cause.hits.padded(to: 26)), Piece(cause.what))
      let command = cause.repair.map { "; " + $0.joined(separator: " ") } ?? ""
      try paragraph(cause.when(now: answer.scan) + command, indent: 8, .faint)
    }
    if told.count > Self.mostCauses {
      let rest = HumanWords.count(Int64(told.count - Self.mostCauses), "more cause")
      try line("    \(rest): backstory check")
    }
    if answer.acknowledged > 0 {
      let known = HumanWords.count(Int64(answer.acknowledged), "finding")
      try line("    \(known) acknowledged: backstory ack --list")
    }
  }

  private func poolsInShort(_ answer: StatusAnswer) throws {
    let table = Table(on: self, "POOL", .number("IMAGES"), .number("ON DISK"), "SEEN WHOLE")
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

extension StatusAnswer {
  /// What is to be known first.
  fileprivate var headline: String {
    let errors = causes.filter { $0.kind.severity == .error && !$0.isAcknowledged }
    guard !errors.isEmpty else {
      return stale.first.map { "nothing is wrong in what was seen; \($0.inWords) was not seen" }
        ?? (counts[.warning] ?? 0 > 0
          ? "no errors; \(HumanWords.count(Int64(counts[.warning] ?? 0), "warning"))"
          : acknowledged > 0
            ? "nothing is wrong that nobody knows of"
            : "all \(HumanWords.count(images, "image")) stand as they should")
    }
    guard errors.count == 1 else { return "\(errors.count) causes of errors" }
    let isLost = errors[0].kind.has(.targetIsGone) && errors[0].images > 0
    return errors[0].hits + (isLost ? " lost what they stand on" : " in error")
  }

  /// Which scan, and how much of everything it saw.
  fileprivate var night: String {
    let whole = pools.count { $0.lastComplete?.scan == scan.scan }
    let seen = whole == pools.count ? "each seen whole" : "\(whole) seen whole"
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

extension CauseAnswer {
  /// `37 images, 12 machines`.
  fileprivate var hits: String {
    var parts: [String] = []
    if images > 0 { parts.append(HumanWords.count(Int64(images), "image")) }
    if domains > 0 { parts.append(HumanWords.count(Int64(domains), "machine")) }
    return parts.joined(separator: ", ")
  }

  /// What is wrong.
  fileprivate var what: String {
    let name = target.map { TerminalText.escaped(PathBytes($0.name)) }
    guard kind.has(.targetIsGone) else {
      return (Rule[kind]?.title ?? kind.rawValue) + (name.map { ": \($0)" } ?? "")
    }
    guard let name else { return Rule[kind]?.title ?? kind.rawValue }
    return why?.kind == .neverSeen ? "need \(name), which is not there" : "lost \(name)"
  }

  /// Since when, and where it is now.
  fileprivate func when(now: ScanPoint) -> String {
    let since = isNew ? "new" : HumanWords.since(since, now: now)
    guard let place = why?.nowAt.first else { return since }
    return since + "; now at " + TerminalText.escaped(place)
  }
}

extension CauseAnswer: CSVRow {
  static var columns: [CSVColumn<CauseAnswer>] {
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
