import ArgumentParser
import Inventory
import Model
import Presentation

/// What every command that asks the database takes.
struct AskingOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "As it was after a scan: its number, latest, latest~N, or an ISO date or time.",
      valueName: "when"))
  var at: When?

  /// The inventory as it was asked for.
  func view() throws -> InventoryView {
    try Inventory(reading: try database.existingFile()).view(at: at ?? .latest(back: 0))
  }
}

/// A command that asks one question and shows the answer.
protocol AskingCommand: ParsableCommand {
  var asking: AskingOptions { get }
  /// The answer of a view.
  func report(from view: InventoryView) throws -> Report
}

extension AskingCommand {
  mutating func run() throws {
    try asking.output.show(try report(from: try asking.view()))
  }
}
