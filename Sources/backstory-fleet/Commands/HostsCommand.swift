import ArgumentParser
import Fleet
import Host
import Model

/// `backstory-fleet hosts`
struct HostsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hosts",
    abstract: "Lists the hosts, and when each was heard of last.",
    discussion: """
      backstory-fleet hosts
      backstory-fleet hosts --all --output json
      """)

  @Flag(help: "Also those that are retired.")
  var all = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let moment = FleetMoment(
      at: nil, now: Moment.now.milliseconds, maxAge: try connection.maxAge())
    try output.show(try connection.fleet().hosts(moment, all: all))
  }
}

/// `backstory-fleet retire HOST`
struct RetireCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retire",
    abstract: "Says that a host is no more: it sees no storage, and nothing waits for it.",
    discussion: """
      backstory-fleet retire kvm03
      backstory-fleet retire --end kvm03

      Its history stays. A host that is only silent is not retired: what it may use is not known.
      """)

  @Argument(help: "The host's name or machine-id.")
  var host: String

  @Flag(help: "Take it back.")
  var end = false

  @OptionGroup var connection: ConnectionOptions

  mutating func run() throws { try connection.fleet().retire(host, end: end) }
}

/// `backstory-fleet extract HOST`
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Writes the database of a host as the fleet has it, for 'backstory --db'.",
    discussion: """
      backstory-fleet extract kvm17 --to kvm17.sqlite
      backstory log --db kvm17.sqlite

      Secrets in references did not come, and are not in it.
      """)

  @Argument(help: "The host's name or machine-id.")
  var host: String

  @Option(help: ArgumentHelp("The file that is made.", valueName: "file"))
  var to: String

  @OptionGroup var connection: ConnectionOptions

  mutating func run() throws {
    let path = try UserPath.absolute(to)
    if try statusIfThere(ofPath: path, followingLink: false) != nil {
      throw CommandFailure(
        "there is something at '\(path.displayText)' already; name another file with --to")
    }
    try connection.fleet().extract(host, to: path)
  }
}
