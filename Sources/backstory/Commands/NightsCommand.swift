import ArgumentParser
import Presentation
import Query

/// `backstory nights`
struct NightsCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "nights",
    abstract: "Shows missing, partial and slow scans.",
    discussion: """
      backstory nights
      backstory nights --output csv

      A scan is missing if the gap between two scans is longer than usual for this inventory.
      """)

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report { .nights(try view.nights()) }
}
