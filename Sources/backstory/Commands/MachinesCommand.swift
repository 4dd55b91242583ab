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
    abstract: "Lists machines and the images they use.",
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
    abstract: "Lists machines and the images they use, or forgets a source of machines.",
    discussion: """
      backstory machines --forget /mnt/old-host/etc/pve --dry-run

      Until a source that is no longer scanned is forgotten, its machines are kept and no image \
      is called an orphan. The scan after --forget removes its machines and closes their \
      findings; the history keeps what earlier scans saw. A source that is read again is added \
      again.
      """)

  @Option(
    help: ArgumentHelp(
      "Forget the machines that are known from this file or directory.", valueName: "path"))
  var forget: String?

  @Flag(name: .shortAndLong, help: "With --forget, only show what would be forgotten.")
  var dryRun = false

  @Flag(help: "With --forget, wait for a running scan to end.")
  var wait = false

  @OptionGroup var asking: AskingOptions

  func validate() throws {
    if forget == nil, dryRun || wait {
      throw ValidationError("--dry-run and --wait require --forget")
    }
    if forget != nil, asking.at != nil {
      throw ValidationError("earlier scans cannot be changed; leave out --at")
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
        "\(setting.origin.words) names '\(path.displayText)'; remove it there first, or the next scan will read it again"
      )
    }
    let file = try asking.database.existingFile(to: .act)
    let change = SourceChange(path, isDryRun: dryRun, waits: wait)
    let answer = try change.run(file, stop: try StopSignal())
    try asking.output.show(.sourceChange(answer), isAnswer: dryRun)
  }
}

/// `backstory machines export`
struct ExportMachinesCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Writes machines as a list for 'scan --machines list=FILE' on another host.",
    discussion: """
      backstory machines export >machines.jsonl

      The list is always JSON Lines. Its last line has the number of lines, so a truncated copy \
      is rejected.
      """)

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report {
    .machineList(
      try view.machines(), isComplete: try view.knowsAllMachines(),
      host: try HostIdentity.current().name, now: view.point)
  }
}
