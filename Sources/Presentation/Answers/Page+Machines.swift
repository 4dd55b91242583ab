internal import DiskImage
public import Model
public import Query
internal import Sighting

extension Report {
  /// The answer of `machines`.
  public static func machines(_ machines: [MachineSummary]) -> Report {
    Report(list: machines) { try $0.machines($1) }
  }

  /// The answer of `machines --forget`.
  public static func sourceChange(_ answer: SourceChangeResult) -> Report {
    Report(one: answer) { try $0.sourceChange($1) }
  }

  /// The answer of `machines export`: a list that `scan --machines list=FILE` reads, whatever the output.
  public static func machineList(
    _ machines: [MachineSummary], isComplete: Bool, host: String, now: ScanPoint
  ) -> Report {
    Report(text: { sink in
      try MachineListText(isComplete: isComplete, host: host, created: now.time.text)
        .write(machines, to: sink)
    })
  }
}

extension Page {
  /// A source of machines that was let go of.
  func sourceChange(_ answer: SourceChangeResult) throws {
    let machines = HumanWords.count(answer.machines, "machine")
    let findings = HumanWords.count(answer.findings, "open finding")
    try line("\(TerminalText.escaped(answer.source))  \(machines), \(findings)")
    try line(
      answer.isDryRun
        ? "would be forgotten; nothing was done"
        : "forgotten: the next scan of machines removes and closes them")
  }

  /// Machines with what they use, a block each.
  func machines(_ machines: [MachineSummary]) throws {
    guard !machines.isEmpty else {
      return try line("No machines; name a source with: backstory scan --machines")
    }
    for (number, machine) in machines.enumerated() {
      if number > 0 { try gap() }
      let who = [machine.kind, machine.identity].compactMap { $0 }.joined(separator: " ")
      try line(
        Piece(TerminalText.escaped(machine.name), .heading),
        "  \(TerminalText.escaped(who))\(machine.isRunning ? ", running" : "")")
      for use in machine.uses {
        try labelled(use.occasion == "now" ? use.role.rawValue : use.occasion, use.sentence)
      }
    }
    try gap()
    try line("\(HumanWords.count(Int64(machines.count), "machine"))")
  }
}

extension MachineSummary.Use {
  /// Where it points, and what is to be known of it.
  fileprivate var sentence: String {
    let place =
      target.path.map { TerminalText.escaped(PathBytes($0)) }
      ?? TerminalText.escaped(target.uri ?? target.name ?? target.invalid ?? "?")
    var words: [String] = []
    if let slot = use.target { words.append(TerminalText.escaped(slot)) }
    if use.isReadOnly { words.append("read only") }
    if let state, state != .ok { words.append(state.rawValue) }
    return words.isEmpty ? place : "\(place) (\(words.joined(separator: ", ")))"
  }
}

extension MachineSummary: CSVRow {
  static let columns: [CSVColumn<MachineSummary>] =
    [
      CSVColumn("domain") { .text($0.name) },
      CSVColumn("kind") { .text($0.kind) },
      CSVColumn("id") { .text($0.identity) },
      CSVColumn("uuid") { .text($0.uuid) },
    ]
    + CSVColumn.path("source") { $0.source }
    + [
      CSVColumn("running") { .flag($0.isRunning) },
      CSVColumn("uses") { .number($0.uses.count) },
    ]
}
