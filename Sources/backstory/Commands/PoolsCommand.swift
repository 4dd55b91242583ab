import ArgumentParser
import Inventory
import Presentation

/// `backstory pools`
struct PoolsCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "pools",
    abstract: "Lists the pools with what they hold.",
    discussion: """
      backstory pools
      backstory pools --at latest~1 --output json
      """)

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report { .pools(try view.pools()) }
}
