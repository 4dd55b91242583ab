import ArgumentParser
import Fleet
import Model
import Presentation
import Query

/// `backstory-fleet sql QUERY`
struct SQLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Runs a query of your own on PostgreSQL; nothing can be changed by it.",
    discussion: """
      backstory-fleet sql "SELECT host, count(*) FROM fleet_images GROUP BY host"
      backstory-fleet sql --host kvm17 "SELECT count(*) FROM current_images"

      Views: fleet_hosts, fleet_images, fleet_references, fleet_open_findings, fleet_storages.
      """)

  @Argument(help: "One statement that only reads.")
  var query: String

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let fleet = try connection.fleet()
    let query = query
    try output.show(
      Report.rows { each in
        try fleet.rows(sql: query) { columns, cells in
          try each(QueryRow(columns: columns, cells: cells.map(\.answer)))
        }
      })
  }
}

extension FleetCell {
  fileprivate var answer: QueryValue {
    switch self {
    case .null: .null
    case .integer(let value): .integer(value)
    case .real(let value): .real(value)
    case .text(let value): .text(value)
    case .blob(let value): .blob(value)
    }
  }
}
