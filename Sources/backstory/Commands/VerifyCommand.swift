import ArgumentParser
import Database
import Presentation
import Record

/// `backstory verify`
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks the database: the file, and what its rows promise.",
    discussion: """
      backstory verify
      backstory verify --db copy.sqlite --output json

      Nothing is changed. Exit code 2: something is wrong with it.
      """)

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let defects = try Inventory(reading: try database.existingFile()).verify()
    try output.show(.defects(defects))
    if !defects.isEmpty { throw ExitStatus.found }
  }
}
