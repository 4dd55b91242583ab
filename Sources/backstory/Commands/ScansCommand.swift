import ArgumentParser
import Presentation
import Query

/// `backstory scans`
struct ScansCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "scans",
    abstract: "Lists the scans with what they found changed.",
    discussion: """
      backstory scans
      backstory scans --output csv
      """)

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report { .scans(try view.scans()) }
}
