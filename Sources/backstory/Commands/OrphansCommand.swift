import ArgumentParser
import Configuration
import Inventory
import Presentation

/// `backstory orphans`
struct OrphansCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "orphans",
    abstract: "Shows what nothing refers to, and what it would free.",
    discussion: """
      backstory orphans
      backstory orphans --older-than 2w --output csv
      backstory orphans --all
      """)

  @Flag(help: "Also images of which it cannot be said, with the reason.")
  var all = false

  @Option(help: ArgumentHelp("Only those unused for longer: 12h, 7d, 2w.", valueName: "age"))
  var olderThan: Age?

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report {
    let age = try olderThan ?? asking.database.configuration.settings().age(.olderThan)
    let orphans = try view.orphans(all: all, olderThanMilliseconds: age?.milliseconds)
    return .orphans(orphans, now: view.point)
  }
}
