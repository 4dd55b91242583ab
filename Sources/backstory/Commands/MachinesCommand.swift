import ArgumentParser
import Configuration
import Host
import Machines
import Model
import Presentation
import Query
import Workflow

/// `backstory machines`
struct MachinesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machines",
    abstract: "Lists the machines with the images that they use.",
    discussion: """
      backstory machines
      backstory machines --output json
      backstory machines export >machines.jsonl
      backstory machines --forget /mnt/old-host/etc/pve
      """,
    subcommands: [ListMachinesCommand.self, ExportMachinesCommand.self],
    defaultSubcommand: ListMachinesCommand.self)
}

/// `backstory machines list`, which may be left out.
struct ListMachinesCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the machines with the images that they use, or lets go of a source of them.",
    discussion: """
      backstory machines --forget /mnt/old-host/etc/pve --dry-run

      A source that no scan asks for any more is waited for until it is let go of: its machines stay as \
      they were, and nothing is called an orphan. The scan after --forget ends them and closes their \
      findings; what earlier scans saw stays in the history. A source that is read again is known again.
      """)

  @Option(
    help: ArgumentHelp(
      "Let go of what is known of machines from a file or directory.", valueName: "path"))
  var forget: String?

  @Flag(name: .shortAndLong, help: "With --forget, only say what would be let go of.")
  var dryRun = false

  @Flag(help: "With --forget, wait for a scan of the database to end.")
  var wait = false

  @OptionGroup var asking: AskingOptions

  func validate() throws {
    if forget == nil, dryRun || wait {
      throw ValidationError("--dry-run and --wait go with --forget")
    }
    if forget != nil, asking.at != nil {
      throw ValidationError("the past cannot be changed; leave out --at")
    }
  }

  func report(from view: InventoryView) throws -> Report { .machines(try view.machines()) }

  mutating func run() throws {
    guard let forget else { return try asking.output.show(try report(from: try asking.view())) }
    // As --machines names it: with its kind, or without.
    let kinds = MachineSourceKind.allCases.map { "\($0.rawValue)=" }
    let text = kinds.first { forget.hasPrefix($0) }.map { String(forget.dropFirst($0.count)) }
    let path = try UserPath.absolute(text ?? forget, escaped: false)
    let settings = try asking.database.configuration.settings()
    if let setting = settings.machines.first(where: { $0.path == path }) {
      throw ValidationError(
        "\(setting.origin.words) asks for '\(path.displayText)'; take it out first, or the next scan knows it again"
      )
    }
    let file = try asking.database.existingFile(to: .act)
    let change = SourceChange(path, isDryRun: dryRun, waits: wait)
    try asking.output.show(.sourceChange(try change.run(file, stop: try StopSignal())))
  }
}

/// `backstory machines export`
struct ExportMachinesCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Writes the machines as a list that 'scan --machines list=FILE' reads on another host.",
    discussion: """
      backstory machines export >machines.jsonl

      The list is JSON Lines, whatever the output. Its last line says how many lines there are: a copy \
      that was cut is not believed.
      """)

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report {
    .machineList(
      try view.machines(), isComplete: try view.knowsAllMachines(),
      host: try HostIdentity.current().name, now: view.point)
  }
}
