import ArgumentParser
import Inventory
import Presentation

/// `backstory sql QUERY`
struct SQLCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Runs a query of your own; nothing can be changed by it.",
    discussion: """
      backstory sql "SELECT name FROM sqlite_schema WHERE type = 'view'"
      backstory sql "SELECT * FROM scan ORDER BY id DESC LIMIT 5" --output csv
      """)

  @Argument(help: "One statement that only reads.")
  var query: String

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) -> Report {
    .rows { each in try view.rows(sql: query, each: each) }
  }
}
