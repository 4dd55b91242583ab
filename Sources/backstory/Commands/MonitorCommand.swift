import ArgumentParser
import Configuration
import Database
import Host
import Model
import Presentation
import Query

/// `backstory monitor`
struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Prints the state in one line, as a plugin for Nagios and Icinga.",
    discussion: """
      backstory monitor
      backstory monitor --pool default --errors 5 --stale-warning 2d

      Without --pool, the configured pools count; without a configuration, all pools that were \
      ever scanned.

      Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
      """)

  @Option(name: .customLong("pool"), help: "Only this pool; may be repeated.")
  var pools: [String] = []

  @Option(help: ArgumentHelp("Critical from this many errors on. (default: 1)", valueName: "n"))
  var errors: Int64?

  @Option(help: ArgumentHelp("Warning from this many warnings on. (default: 1)", valueName: "n"))
  var warnings: Int64?

  @Option(
    help: ArgumentHelp(
      "Warning if a pool has had no complete scan for longer. (default: 36h)", valueName: "age"))
  var staleWarning: Age?

  @Option(
    help: ArgumentHelp(
      "Critical if a pool has had no complete scan for longer. (default: 7d)", valueName: "age"))
  var staleCritical: Age?

  @OptionGroup var database: DatabaseOptions

  mutating func run() throws {
    let line: MonitorLine
    do {
      line = try judged()
    } catch {
      guard let sentence = CommandError(error)?.sentence else { throw error }
      line = MonitorLine(unknown: sentence)
    }
    try Console.write(text: line.text + "\n")
    throw ExitStatus.state(line.state.rawValue)
  }

  private func judged() throws -> MonitorLine {
    let settings = try database.configuration.settings()
    let view = try Inventory(reading: try database.existingFile()).view(at: .latest(back: 0))
    let day: Int64 = 86_400_000
    let limits = MonitorLimits(
      errors: errors ?? settings.number(.errors) ?? 1,
      warnings: warnings ?? settings.number(.warnings) ?? 1,
      staleWarning: (staleWarning ?? settings.age(.staleWarning))?.milliseconds ?? day,
      staleCritical: (staleCritical ?? settings.age(.staleCritical))?.milliseconds ?? day)
    let names = pools.isEmpty ? settings.pools.map(\.name) : pools
    return MonitorLine(
      try view.standing(), limits, pools: names.isEmpty ? nil : Set(names),
      now: Moment(milliseconds: Clock.now() / 1_000_000),
      stale: try view.staleParts().all(ofPool: nil))
  }
}
