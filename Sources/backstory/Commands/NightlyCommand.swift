import ArgumentParser
import Configuration
import Database
import Host
import Model
import Presentation
import Query
import Workflow

/// `backstory nightly`
struct NightlyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightly",
    abstract: "Scans, prunes and writes the configured outputs.",
    discussion: """
      backstory nightly
      backstory nightly --config /etc/backstory/backstory.toml

      Scans, deletes the scans that [retention] does not keep, and writes the outputs that \
      [output] names. Prints one line on standard error.

      Exit code 3: something could not be scanned or deleted; the rest is done. Exit code 1: the \
      scan failed, or an output could not be written.
      """)

  @OptionGroup var database: DatabaseOptions

  mutating func run() throws {
    // The database holds references as they are stored, with the secrets in them.
    Account.keepNewFilesPrivate()
    let settings = try database.configuration.settings()
    let file = try database.fileToWrite()
    let outcome = try NightlyRun(
      ScanRequest(settings), database: file, keeping: settings.retention,
      awaiting: settings.unsent, outputs: Self.outputs(settings)
    ).run(stop: StopSignal()) { try Self.log($0) }
    let scan = outcome.scan
    Console.log(scan.openFindings > 0 ? .notice : .info, scan.summaryLine)
    // What nobody gets to see is no part of the work that can wait until the next night.
    if !outcome.isShown { throw ExitStatus.failed }
    if scan.scan.state == .partial || !outcome.isPruned { throw ExitStatus.partial }
  }

  /// What the configuration wants written after a scan.
  private static func outputs(_ settings: Settings) -> [NightlyRun.Output] {
    let metrics = settings.path(.metrics).map { target in
      NightlyRun.Output(name: "metrics") { try MetricsCommand.write($0, to: target) }
    }
    let report = settings.path(.report).map { target in
      NightlyRun.Output(name: "report") { try ReportPage($0).write(to: target, mode: .privately) }
    }
    return [metrics, report].compactMap(\.self)
  }

  private static func log(_ step: NightlyRun.Step) throws {
    switch step {
    case .scanned(let scan): log(scan)
    case .pruned(let result): Console.warn(result.warnings)
    case .failedToPrune(let error):
      guard let sentence = sentence(of: error) else { throw error }
      Console.complain("the scan was written, but no scan was deleted: " + sentence)
    case .failedToWrite(let output, let error):
      let sentence = sentence(of: error) ?? "cannot write the \(output): \(error)"
      Console.complain(
        error is StoreFault
          ? "the scan was written, but the \(output) could not be made: \(sentence)" : sentence)
    }
  }

  /// Why something failed that follows the scan. Of the database only the reason is said: the scan is in it.
  private static func sentence(of error: any Error) -> String? {
    (error as? StoreFault)?.reason ?? CommandError(error)?.sentence
  }

  /// What a scan could not see, in the journal's lines.
  private static func log(_ scan: ScanResult) {
    for pool in scan.pools {
      if let reason = pool.reason { Console.log(.warning, "pool '\(pool.name)': \(reason)") }
    }
    for source in scan.machines ?? [] {
      guard let reason = source.reason else { continue }
      Console.log(.warning, "machines of '\(source.source.displayText)': \(reason)")
    }
    // What a pool or a source says of itself is said once.
    let said = Set(
      scan.pools.compactMap { pool in
        pool.reason.map { ScanProblem(filename: pool.path, message: $0) }
      }
        + (scan.machines ?? []).compactMap { source in
          source.reason.map { ScanProblem(filename: source.source, message: $0) }
        })
    for problem in scan.problems.filter({ !said.contains($0) }).prefix(problemLimit) {
      Console.log(.warning, "'\(problem.filename.displayText)': \(problem.message)")
    }
    for directory in scan.redirected.prefix(problemLimit) {
      Console.log(
        .warning,
        "'\(directory.path.displayText)' is a symbolic link to '\(directory.link.displayText)' now, which no scan "
          + "follows; scan where it leads")
    }
    for directory in scan.uncovered.prefix(problemLimit) {
      Console.log(
        .warning,
        "'\(directory.path.displayText)' has disks of machines and belongs to no pool")
    }
    Console.warn(scan.warnings)
  }

  /// Problems that are said one by one; the rest is in the database.
  private static let problemLimit = 20
}
