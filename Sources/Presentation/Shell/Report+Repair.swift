internal import Model
public import Repair

extension Report {
  /// The answer of `repair`: a script for eyes and `sh`.
  public static func repair(_ plan: RepairPlan) -> Report {
    Report(list: plan.steps) { page, _ in try RepairScript.write(plan, to: page.sink) }
  }
}

extension Report {
  /// The answer of `repair --apply` and `repair --undo`.
  public static func repairRun(_ outcomes: [RepairOutcome]) -> Report {
    Report(list: outcomes) { page, outcomes in
      if outcomes.isEmpty { try page.line("There is nothing to do.") }
      for outcome in outcomes {
        try page.line("\(outcome.result.rawValue): \(TerminalText.escaped(outcome.filename))")
        try page.line("  \(TerminalText.escaped(outcome.message))")
      }
    }
  }
}

extension RepairOutcome: CSVRow {
  static let columns: [CSVColumn<RepairOutcome>] =
    CSVColumn.path("filename") { $0.filename }
    + [
      CSVColumn("kind") { .text($0.kind?.rawValue) },
      CSVColumn("result") { .text($0.result.rawValue) },
      CSVColumn("message") { .text($0.message) },
    ]
}

extension RepairStep: CSVRow {
  static let columns: [CSVColumn<RepairStep>] =
    CSVColumn.path("filename") { $0.filename }
    + [
      CSVColumn("image-id") { .number($0.imageID) },
      CSVColumn("kind") { .text($0.kind.rawValue) },
      CSVColumn("confidence") { .text($0.confidence.rawValue) },
      CSVColumn("commands") { .list($0.commands.map(\.shellText)) },
      CSVColumn("why") { .text($0.why) },
      CSVColumn("evidence") { .list($0.evidence) },
      CSVColumn("candidates") { .list($0.candidates.map(TerminalText.escaped)) },
    ]
}
