import ArgumentParser
import Configuration
import Host
import Model
import Presentation
import Workflow

/// `backstory prune`
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Deletes old scans; answers about the remaining ones do not change.",
    discussion: """
      backstory prune --keep-last 7 --keep-weekly 8 --keep-monthly 24 --dry-run
      backstory prune --keep-daily 30

      The last scan is always kept, and so are scans that the centre of [fleet] does not have, for keep-unsent. The \
      database file shrinks; while it is rewritten it needs the same space again.
      """)

  @Option(help: ArgumentHelp("Keep this many of the last scans.", valueName: "n"))
  var keepLast = 0

  @Option(help: ArgumentHelp("Keep the last scan of each of this many days.", valueName: "n"))
  var keepDaily = 0

  @Option(help: ArgumentHelp("Keep the last scan of each of this many weeks.", valueName: "n"))
  var keepWeekly = 0

  @Option(help: ArgumentHelp("Keep the last scan of each of this many months.", valueName: "n"))
  var keepMonthly = 0

  @Flag(name: .shortAndLong, help: "Only show what would be deleted.")
  var dryRun = false

  @Flag(help: "Wait for a running scan to end.")
  var wait = false

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  private var policy: RetentionPolicy {
    var policy = RetentionPolicy()
    policy.last = keepLast
    policy.daily = keepDaily
    policy.weekly = keepWeekly
    policy.monthly = keepMonthly
    return policy
  }

  func validate() throws {
    for count in [keepLast, keepDaily, keepWeekly, keepMonthly] where count < 0 {
      throw ValidationError("\(count) scans cannot be kept; the number must be at least 0")
    }
    guard policy.keepsAnything else {
      throw ValidationError("nothing says what to keep; use --keep-last, --keep-daily, …")
    }
  }

  mutating func run() throws {
    let file = try database.existingFile(to: .act)
    let prune = Prune(
      keeping: policy, awaiting: try database.configuration.settings().unsent, isDryRun: dryRun,
      waits: wait)
    let answer = try prune.run(file, stop: try StopSignal())
    Console.warn(answer.warnings)
    try output.show(.prune(answer), isAnswer: dryRun)
  }
}
