import ArgumentParser
import Model
import Presentation
import Query
import Rules

/// `backstory status`
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows the state on one screen, and what to do next.",
    discussion: """
      backstory status
      backstory status --at yesterday --output json

      A bare 'backstory' shows it too if a database exists. Findings with one cause are shown \
      once, worst first. A cause keeps its number while it is open; 'check --cause' and 'repair \
      --cause' take it.
      """)

  @Option(help: "Exit with 2 if a finding is at least this severe.")
  var failOn = Severity.error

  @OptionGroup var asking: AskingOptions

  mutating func run() throws {
    let status = try asking.view().status()
    try asking.output.show(.status(status))
    if status.causes.contains(where: { !$0.isAcknowledged && $0.kind.severity >= failOn }) {
      throw ExitStatus.found
    }
  }
}
