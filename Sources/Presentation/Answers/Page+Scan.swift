internal import Model
internal import Query

extension Page {
  /// What a scan came to, and what to do next.
  func scan(_ answer: ScanResult) throws {
    let scan = answer.scan
    let took = HumanWords.duration(
      milliseconds: scan.finished.milliseconds.subtractingReportingOverflow(
        scan.started.milliseconds
      ).partialValue)
    let images = HumanWords.count(scan.counts.images, "image")
    let pools = HumanWords.count(Int64(answer.pools.count), "pool")
    try line(
      "Scan \(scan.number) ", Piece(scan.state.rawValue, scan.state.tone),
      ": \(images) in \(pools), \(took)")
    let changes = scan.counts.changesInWords
    try line("  \(changes.isEmpty ? "nothing changed" : changes.joined(separator: ", "))")
    try outcomes(answer.pools)
    try machines(answer.machines)
    try problems(answer.problems)
    try redirected(answer.redirected)
    try uncovered(answer.uncovered)
    try gap()
    try findingsOfScan(answer)
    if let statistics = answer.statistics { try statisticsOfScan(statistics) }
  }

  /// What the scan cost; times by the clock, but those of threads.
  private func statisticsOfScan(_ cost: ScanStatistics) throws {
    try gap()
    let files = HumanWords.count(cost.files, "file")
    let rate = HumanWords.number(cost.filesPerSecond)
    let bytes = HumanWords.size(UInt64(clamping: cost.bytesRead))
    let calls = HumanWords.count(cost.systemCalls, "system call")
    try line("\(files) at \(rate)/s, \(bytes) read, \(calls)")
    let phases = [ScanPhase.walk, .reconcile, .judge, .write].map {
      "\($0.rawValue) \(Self.seconds(cost.seconds(in: $0)))"
    }
    try line("  time     \(phases.joined(separator: ", ")); \(Self.seconds(cost.seconds)) in all")
    let (walk, read) = (Self.seconds(cost.walkSeconds), Self.seconds(cost.readSeconds))
    try line("  threads  walk \(walk), read \(read)")
  }

  /// Seconds with three digits after the point.
  private static func seconds(_ seconds: Double) -> String {
    let thousandths = Int64(min(max(seconds, 0), 1e12) * 1000)
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest + " s"
  }

  private func outcomes(_ pools: [PoolOutcome]) throws {
    try gap()
    let table = Table(on: self, "POOL", "STATE", .number("IMAGES"), "PATH")
    for pool in pools {
      try table.row(
        Piece(pool.name), Piece(pool.state.rawValue, pool.state.tone),
        Piece(HumanWords.number(pool.images)), Piece(TerminalText.escaped(pool.path)))
    }
    try table.finish()
    for pool in pools {
      guard let reason = pool.reason else { continue }
      try paragraph("\(pool.name): \(reason)", indent: 2, .warning)
    }
  }

  /// Where machines were read from, and how many there were.
  private func machines(_ sources: [MachineSourceOutcome]?) throws {
    guard let sources else { return }
    try gap()
    guard !sources.isEmpty else { return try line("No machines, as declared.") }
    let table = Table(on: self, "MACHINES", "STATE", .number("READ"), "SOURCE")
    for source in sources {
      try table.row(
        Piece(source.kind), Piece(source.state.rawValue, source.state.tone),
        Piece(HumanWords.number(Int64(source.machines))), Piece(TerminalText.escaped(source.source))
      )
    }
    try table.finish()
  }

  /// Directories that are listed; of more the number is.
  private static let directoryLimit = 20

  private func redirected(_ directories: [RedirectedDirectory]) throws {
    guard !directories.isEmpty else { return }
    try heading(
      "Now symbolic links, which scans do not follow: scan their targets", count: directories.count,
      .warning)
    for directory in directories.prefix(Self.directoryLimit) {
      let verb = directory.images == 1 ? "was" : "were"
      let images = HumanWords.count(directory.images, "image") + " " + verb
      try line(
        "  \(TerminalText.escaped(directory.path)) \(style.arrow) "
          + "\(TerminalText.escaped(directory.link)), where \(images)")
    }
    let rest = directories.count - Self.directoryLimit
    if rest > 0 { try line("  and \(rest) more") }
  }

  private func uncovered(_ directories: [UncoveredDirectory]) throws {
    guard !directories.isEmpty else { return }
    try heading("Used by machines, but in no pool: scan it too", count: directories.count, .warning)
    for directory in directories.prefix(Self.directoryLimit) {
      let machines = TerminalText.escaped(Finding.inWords(machines: directory.domains))
      try line("  \(TerminalText.escaped(directory.path)): \(machines)")
    }
    let rest = directories.count - Self.directoryLimit
    if rest > 0 { try line("  and \(rest) more") }
  }

  private func problems(_ problems: [ScanProblem]) throws {
    guard !problems.isEmpty else { return }
    try heading("Not scanned, kept as last seen", count: problems.count, .warning)
    for problem in problems {
      try line("  \(TerminalText.escaped(problem.filename)): \(problem.message)")
    }
  }

  private func findingsOfScan(_ answer: ScanResult) throws {
    let closed =
      answer.closedFindings == 0 ? "" : HumanWords.number(answer.closedFindings) + " closed"
    guard answer.openFindings > 0 else {
      return try line(Piece("No findings", .good), closed.isEmpty ? "." : "; \(closed).")
    }
    let opened =
      answer.openedFindings == 0 ? "" : HumanWords.number(answer.openedFindings) + " new"
    let news = [opened, closed].filter { !$0.isEmpty }.joined(separator: ", ")
    let open = HumanWords.count(answer.openFindings, "finding") + " open"
    try line(
      Piece(open, .warning), news.isEmpty ? "" : " (\(news))",
      "; see what to do with: backstory check")
  }

  /// Every scan in a line.
  func scans(_ scans: [ScanSummary]) throws {
    guard !scans.isEmpty else { return try line("No scans yet; begin with: backstory scan PATH") }
    let table = Table(
      on: self, .number("SCAN"), .whole("FINISHED"), .number("TOOK"), .number("IMAGES"), "STATE",
      "CHANGES")
    for scan in scans {
      let took = scan.finished.milliseconds.subtractingReportingOverflow(scan.started.milliseconds)
      try table.row(
        Piece("\(scan.number)"), Piece(HumanWords.time(scan.finished)),
        Piece(HumanWords.duration(milliseconds: took.partialValue)),
        Piece(HumanWords.number(scan.counts.images)), Piece(scan.state.rawValue, scan.state.tone),
        Piece(scan.counts.marks))
    }
    try table.finish()
  }

  /// Every pool in a line.
  func pools(_ pools: [PoolSummary]) throws {
    guard !pools.isEmpty else { return try line("No pools yet; begin with: backstory scan PATH") }
    let table = Table(
      on: self, "POOL", "STATE", .number("IMAGES"), .number("ON DISK"), .number("FINDINGS"),
      "LAST COMPLETE", "PATH")
    for pool in pools {
      let open = pool.openFindings ?? 0
      let findings = Piece("\(open)", open > 0 ? .warning : nil)
      try table.row(
        Piece(pool.outcome.name), Piece(pool.outcome.state.rawValue, pool.outcome.state.tone),
        Piece(HumanWords.number(pool.outcome.images)), Piece(HumanWords.size(pool.actualSize)),
        findings, Piece(pool.lastComplete.map { "scan \($0.scan)" } ?? "never"),
        Piece(TerminalText.escaped(pool.outcome.path)))
    }
    try table.finish()
    for pool in pools {
      guard let reason = pool.outcome.reason else { continue }
      try paragraph("\(pool.outcome.name): \(reason)", indent: 2, .warning)
    }
  }
}

extension ScanState {
  var tone: Style.Tone {
    switch self {
    case .complete: .good
    case .partial: .warning
    }
  }
}

extension PoolState {
  var tone: Style.Tone {
    switch self {
    case .complete: .good
    case .partial: .warning
    case .unavailable: .error
    }
  }
}

extension ScanCounts {
  /// What is not as it was, each with its number.
  var changesInWords: [String] {
    [
      (added, "added"), (removed, "removed"), (moved, "moved"), (changed, "changed"),
      (replaced, "replaced"), (unreadable, "unreadable"),
    ].filter { $0.0 > 0 }.map { "\(HumanWords.number($0.0)) \($0.1)" }
  }

  /// What is not as it was, with the marks of `diff`.
  var marks: String {
    let parts = [
      (added, "+"), (removed, "-"), (moved, ">"), (changed, "M"), (replaced, "R"),
    ].filter { $0.0 > 0 }.map { $0.1 + HumanWords.number($0.0) }
    return parts.isEmpty ? "none" : parts.joined(separator: " ")
  }
}
