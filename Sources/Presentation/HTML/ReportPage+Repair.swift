import DiskImage
internal import Model
internal import Query
import Repair

extension ReportPage {
  /// Images of a group whose commands are shown.
  private static let shownSteps = 3

  /// The commands that mend the images of a group, as far as a plan has any.
  func repair(of group: FindingGroup, _ markup: Markup) throws {
    var seen: Set<Mended> = []
    let planned = group.findings.map { Mended($0) }.filter { seen.insert($0).inserted }
      .flatMap { steps[$0] ?? [] }
    guard let first = planned.first else { return }
    try markup.element("div", ["class": "repair"]) {
      try markup.element("h4", text: "Repair: \(first.confidence.inWords)")
      try markup.element("p", text: first.why.prefix(1).uppercased() + first.why.dropFirst() + ".")
      // What is not certain is not shown for copying: it stands in the plan, beside its evidence.
      let shown = planned.filter { $0.isReady && $0.isReadable }.prefix(Self.shownSteps)
      let left = planned.count - shown.count
      if !shown.isEmpty, left > 0 {
        let count = HumanWords.number(Int64(shown.count))
        let all = HumanWords.count(Int64(planned.count), "image")
        try markup.element("p", text: "The first \(count) of \(all):")
      }
      if !shown.isEmpty {
        try markup.element("pre", ["tabindex": "0"]) {
          try markup.element("code") {
            for (number, line) in shown.flatMap(\.commands).map(\.shellText).enumerated() {
              if number > 0 { markup.line() }
              markup.text(line)
            }
          }
        }
      }
      try markup.element("p", ["class": "rest"]) {
        markup.text(
          first.isReady
            ? "Run all of it, checking each step before and after: " : "All of it, with evidence: "
        )
        try markup.element(
          "code",
          text: "backstory repair \(first.isReady ? "--apply " : "")"
            + (group.number.map { "--cause \($0)" } ?? "--kind \(group.kind.rawValue)"))
      }
    }
  }
}

extension RepairStep {
  /// Whether its commands can be shown as they are typed: other words need what the script defines.
  fileprivate var isReadable: Bool {
    commands.flatMap(\.words).allSatisfy { !TerminalText.differs($0) }
  }
}

extension Confidence {
  /// What the confidence means to whom reads the commands.
  fileprivate var inWords: String {
    switch self {
    case .certain: "certain"
    case .likely: "likely: check it first"
    case .ambiguous: "ambiguous: several candidates"
    case .manual: "by hand"
    }
  }
}
