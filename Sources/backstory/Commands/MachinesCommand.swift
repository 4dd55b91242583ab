import ArgumentParser
import Host
import Inventory
import Presentation

/// `backstory machines`
struct MachinesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machines",
    abstract: "Lists the machines with the images that they use.",
    discussion: """
      backstory machines
      backstory machines --output json
      backstory machines export >machines.jsonl
      """,
    subcommands: [ListMachinesCommand.self, ExportMachinesCommand.self],
    defaultSubcommand: ListMachinesCommand.self)
}

/// `backstory machines list`, which may be left out.
struct ListMachinesCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the machines with the images that they use.")

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report { .machines(try view.machines()) }
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
