import ArgumentParser
import Presentation
import Query

/// `backstory scans`
struct ScansCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "scans",
    abstract: "Lists scans with the changes that they found.",
    discussion: """
      backstory scans
      backstory scans --output csv
      """)

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report { .scans(try view.scans()) }
}
