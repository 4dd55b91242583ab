import ArgumentParser
import Inventory
import Presentation

/// A length of time as users write it: `30m`, `12h`, `7d`, `2w`.
struct Age: ExpressibleByArgument {
  let milliseconds: Int64

  init?(argument: String) {
    let units: [Character: Int64] = [
      "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]
    guard let unit = argument.last.flatMap({ units[$0] }),
      let count = Int64(argument.dropLast()), count >= 0
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    milliseconds = product
  }
}

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
    let orphans = try view.orphans(all: all, olderThanMilliseconds: olderThan?.milliseconds)
    return .orphans(orphans, now: view.point)
  }
}
