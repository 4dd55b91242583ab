import ArgumentParser
import Fleet
import Model

/// `backstory-fleet diff [FROM [TO]]`
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what changed on all hosts between two times.",
    discussion: """
      backstory-fleet diff
      backstory-fleet diff yesterday
      backstory-fleet diff 2026-11-01 2026-11-08 --output csv
      backstory-fleet diff --exit-code --host kvm17 latest~7

      Without a time each host's last scan is compared with the one before.
      """)

  @Argument(help: "A date or time, yesterday, 2d. (default: each host's last scan but one)")
  var from: When?

  @Argument(help: "The time to compare with. (default: now)")
  var to: When?

  @Flag(help: "Exit with 2 if there are differences.")
  var exitCode = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { _ = try (from?.fleetTime(), to?.fleetTime()) }

  mutating func run() throws {
    let answer = try connection.fleet().diff(from: try from?.fleetTime(), to: try to?.fleetTime())
    try output.show(answer)
    if exitCode, !answer.objects.isEmpty { throw ExitStatus.found }
  }
}
