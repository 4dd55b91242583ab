import ArgumentParser
import Fleet
import Model

/// `backstory-fleet log`
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Shows what happened on all hosts, the newest first.",
    discussion: """
      backstory-fleet log -n 50
      backstory-fleet log --since 2026-11-01 --until 2026-11-08 --output csv
      backstory-fleet log --host kvm17 --since yesterday
      """)

  @Option(help: ArgumentHelp("Only what happened after that time.", valueName: "when"))
  var since: When?

  @Option(help: ArgumentHelp("Only what happened up to that time.", valueName: "when"))
  var until: When?

  @Option(
    name: [.customShort("n"), .customLong("max-count")],
    help: ArgumentHelp("The newest so many events.", valueName: "count"))
  var limit: Int64?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("-n is \(limit), write a number from 0") }
    _ = try (since?.fleetTime(), until?.fleetTime())
  }

  mutating func run() throws {
    try output.show(
      try connection.fleet().log(
        since: try since?.fleetTime(), until: try until?.fleetTime(), limit: limit))
  }
}

/// `backstory-fleet history IMAGE`
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Shows the life of an image on all hosts, oldest event first.",
    discussion: """
      backstory-fleet history /srv/images/base.qcow2
      backstory-fleet history 'shared#11857' --output json
      backstory-fleet history --host kvm17 '#12'
      """)

  @Argument(help: "A path, or shared# and a number (quoted for the shell).")
  var image: String

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let name = image.hasPrefix("shared#") ? image : try UserPath.absolute(image).displayText
    try output.show(try connection.fleet().history(of: name))
  }
}

extension When {
  /// The time that is meant for all hosts, in milliseconds; `nil` for now.
  /// - Throws: `ValidationError` for what names a scan of one host.
  func fleetTime() throws -> Int64? {
    switch self {
    case .latest(back: 0): nil
    case .before(let moment): moment.milliseconds
    case .number, .latest:
      throw ValidationError("the number of a scan is of one host; give --host, or a date or time")
    }
  }
}
