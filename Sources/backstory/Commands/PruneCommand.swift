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
    abstract: "Forgets scans, never an answer about those that are kept.",
    discussion: """
      backstory prune --keep-last 7 --keep-weekly 8 --keep-monthly 24 --dry-run
      backstory prune --keep-daily 30

      The last scan is always kept, and those that the centre of [fleet] does not have, for keep-unsent. The database gets smaller; while it is written anew it \
      needs as much room again.
      """)

  @Option(help: ArgumentHelp("Keep the last so many scans.", valueName: "n"))
  var keepLast = 0

  @Option(help: ArgumentHelp("Keep the last scan of so many days.", valueName: "n"))
  var keepDaily = 0

  @Option(help: ArgumentHelp("Keep the last scan of so many weeks.", valueName: "n"))
  var keepWeekly = 0

  @Option(help: ArgumentHelp("Keep the last scan of so many months.", valueName: "n"))
  var keepMonthly = 0

  @Flag(name: .shortAndLong, help: "Only say what would be forgotten.")
  var dryRun = false

  @Flag(help: "Wait for a scan of the database to end.")
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
      throw ValidationError("\(count) scans cannot be kept; give a number from 0")
    }
    guard policy.keepsAnything else {
      throw ValidationError("nothing says what to keep; give --keep-last, --keep-daily, …")
    }
  }

  mutating func run() throws {
    let file = try database.existingFile(to: .act)
    let prune = Prune(
      keeping: policy, awaiting: try database.configuration.settings().unsent, isDryRun: dryRun,
      waits: wait)
    let answer = try prune.run(file, stop: try StopSignal())
    Console.warn(answer.warnings)
    try output.show(.prune(answer), isAnswer: false)
  }
}
