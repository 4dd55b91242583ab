import ArgumentParser
import Fleet
import Model
import Rules

/// `backstory-fleet check`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Shows what is wrong on any host, and what only all of them together tell.",
    discussion: """
      backstory-fleet check
      backstory-fleet check --kind shared-writable --output json
      backstory-fleet check --host kvm17 --at yesterday
      """)

  @Option(name: .customLong("kind"), help: "Only findings of a kind; may be repeated.")
  var kinds: [String] = []

  @Option(help: "Exit 2 where a finding is at least as bad.")
  var failOn = Severity.error

  @OptionGroup var asking: FleetAskingOptions

  func validate() throws {
    for kind in kinds { try Fleet.expect(kind: kind) }
  }

  mutating func run() throws {
    try asking.showFindings(kinds: Set(kinds), failOn: failOn)
  }
}

/// `backstory-fleet broken`
struct BrokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "broken",
    abstract: "Shows the links of all hosts that lead nowhere.",
    discussion: """
      backstory-fleet broken --output csv
      backstory-fleet broken --host kvm17
      """)

  @Option(help: "Exit 2 where a finding is at least as bad.")
  var failOn = Severity.error

  @OptionGroup var asking: FleetAskingOptions

  mutating func run() throws {
    let kinds = Set(Rule.kinds(.leadsNowhere).map(\.rawValue))
    try asking.showFindings(kinds: kinds, isOwn: false, failOn: failOn)
  }
}

extension FleetAskingOptions {
  /// Shows findings, and ends with 2 where one is as bad.
  fileprivate func showFindings(
    kinds: Set<String>, isOwn: Bool = true, failOn: Severity
  ) throws {
    let found = try connection.fleet().findings(try moment(), kinds: kinds, isOwn: isOwn)
    try output.show(found.answer)
    if found.severities.contains(where: { $0 >= failOn }) { throw ExitStatus.found }
  }
}
