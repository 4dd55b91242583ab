import ArgumentParser
import Fleet

/// `backstory-fleet init`
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Makes the tables of a fleet in a database of PostgreSQL's.",
    discussion: """
      createdb backstory
      backstory-fleet init --connect 'dbname=backstory'

      The role that runs it owns the tables. Where it may make roles, it also makes backstory_reader and \
      backstory_importer, to be granted to those who ask, and to the one that imports.
      """)

  @OptionGroup var connection: ConnectionOptions

  mutating func run() throws {
    try Fleet(connection: try connection.connection()).create()
    try Console.write(text: "The fleet is made, and empty; 'backstory send' on a host fills it.\n")
  }
}

/// `backstory-fleet migrate`
struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Brings the tables up to date after this program was upgraded.",
    discussion: """
      backstory-fleet migrate

      Run it as the role that owns the tables. Upgrade the centre before its hosts.
      """)

  @OptionGroup var connection: ConnectionOptions

  mutating func run() throws {
    let (from, to) = try Fleet(connection: try connection.connection()).migrate()
    try Console.write(
      text: from == to
        ? "The tables are of version \(to).\n" : "The tables went from version \(from) to \(to).\n")
  }
}
