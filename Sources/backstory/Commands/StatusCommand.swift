import ArgumentParser
import Model
import Presentation
import Query
import Rules

/// `backstory status`
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Says on one screen how it stands, and what to do next.",
    discussion: """
      backstory status
      backstory status --at yesterday --output json

      Without any command it is shown as well, where there is a database. Findings that have one cause are told once, worst first. A cause has a number as long as it is \
      open, which 'check --cause' and 'repair --cause' take.
      """)

  @Option(help: "Exit 2 where a finding is at least as bad.")
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
