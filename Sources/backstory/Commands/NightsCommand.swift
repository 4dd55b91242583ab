import ArgumentParser
import Presentation
import Query

/// `backstory nights`
struct NightsCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "nights",
    abstract: "Shows which nights are missing, partial or slow.",
    discussion: """
      backstory nights
      backstory nights --output csv

      A night is missing where the time between two scans is longer than scans of this inventory usually are apart.
      """)

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report { .nights(try view.nights()) }
}
