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
    abstract: "Says in one line how the inventory stands, for Nagios and Icinga.",
    discussion: """
      backstory monitor
      backstory monitor --pool default --errors 5 --stale-warning 2d

      Without --pool, the pools of the configuration count; without a configuration, all that were \
      ever scanned.

      Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
      """)

  @Option(name: .customLong("pool"), help: "Only a pool; may be repeated.")
  var pools: [String] = []

  @Option(help: ArgumentHelp("Critical from so many errors on; else 1.", valueName: "n"))
  var errors: Int64?

  @Option(help: ArgumentHelp("Warn from so many warnings on; else 1.", valueName: "n"))
  var warnings: Int64?

  @Option(
    help: ArgumentHelp(
      "Warn when a pool was not seen whole for longer; else 36h.", valueName: "age"))
  var staleWarning: Age?

  @Option(
    help: ArgumentHelp(
      "Critical when a pool was not seen whole for longer; else 7d.", valueName: "age"))
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
