import ArgumentParser
import Inventory
import Model
import Presentation

/// `backstory diff [FROM [TO]]`
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what changed between two scans.",
    discussion: """
      backstory diff
      backstory diff 2026-11-01 latest
      backstory diff --exit-code latest~7
      """)

  @Argument(
    help: "A scan: its number, latest, latest~N, or an ISO date or time. (default: latest~1)")
  var from: When?

  @Argument(help: "The scan to compare with. (default: latest)")
  var to: When?

  @Flag(help: "Exit 2 where there are differences.")
  var exitCode = false

  @OptionGroup var asking: AskingOptions

  mutating func run() throws {
    let answer = try asking.view().diff(
      from: from ?? .latest(back: 1), to: to ?? .latest(back: 0))
    try asking.output.show(.difference(answer))
    let isSame = answer.changes.isEmpty && answer.opened.isEmpty && answer.closed.isEmpty
    if exitCode, !isSame { throw Verdict.found }
  }
}
