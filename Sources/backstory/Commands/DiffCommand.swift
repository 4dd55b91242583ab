import ArgumentParser
import Inventory
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

  @Argument(help: "A scan: its number, latest, latest~N, or an ISO date or time.")
  var from = When.latest(back: 1)

  @Argument(help: "The scan to compare with.")
  var to = When.latest(back: 0)

  @Flag(help: "Exit 2 where there are differences.")
  var exitCode = false

  @OptionGroup var asking: AskingOptions

  mutating func run() throws {
    let answer = try asking.view().diff(from: from, to: to)
    try asking.output.show(.difference(answer))
    let isSame = answer.changes.isEmpty && answer.opened.isEmpty && answer.closed.isEmpty
    if exitCode, !isSame { throw Verdict.found }
  }
}
