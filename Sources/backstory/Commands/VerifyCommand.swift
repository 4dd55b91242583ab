import ArgumentParser
import Database
import Presentation
import Record

/// `backstory verify`
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks the database file and the consistency of its rows.",
    discussion: """
      backstory verify
      backstory verify --db copy.sqlite --output json

      Nothing is changed. Exit code 2: the database has defects.
      """)

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let defects = try Inventory(reading: try database.existingFile()).verify()
    try output.show(.defects(defects))
    if !defects.isEmpty { throw ExitStatus.found }
  }
}
