import ArgumentParser
import Database
import Model
import Presentation
import Query

/// What every command that asks the database takes.
struct AskingOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "The answer as of a scan: its number, latest, latest~N, a date or time, yesterday, 2d.",
      valueName: "when"), completion: .custom(Completion.scans))
  var at: When?

  /// The inventory as it was asked for.
  func view() throws -> InventoryView {
    try Inventory(reading: try database.existingFile()).view(at: at ?? .latest(back: 0))
  }
}

extension InventoryView {
  /// Says in one line what an answer rests on that the last scan did not see.
  /// - Returns: whether there is anything.
  @discardableResult
  func warnOfStaleness(pool: String? = nil) throws -> Bool {
    warn(of: try staleParts().all(ofPool: pool))
  }

  /// Says in one line what some images of an answer rest on.
  @discardableResult
  func warn(of parts: [Staleness]) -> Bool {
    guard let first = parts.first else { return false }
    let rest =
      parts.count > 1 ? ", and \(parts.count - 1) more: see 'backstory status --output json'" : ""
    Console.log(
      .warning,
      "backstory: some of this is from before scan \(point.scan), which did not see \(first.inWords)\(rest)"
    )
    return true
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
