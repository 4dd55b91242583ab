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
    let stop = try StopSignal()
    var request = try ScanRequest(settings)
    request.waits = true
    let answer = try Scan(request, database: file, stop: stop).run { _ in }
    for pool in answer.pools {
      if let reason = pool.reason { Console.log(.warning, "pool '\(pool.name)': \(reason)") }
    }
    for source in answer.machines ?? [] {
      guard let reason = source.reason else { continue }
      Console.log(.warning, "machines of '\(source.source.displayText)': \(reason)")
    }
    for problem in answer.problems.prefix(Self.problemLimit) {
      Console.log(.warning, "'\(problem.filename.displayText)': \(problem.message)")
    }
    for directory in answer.redirected.prefix(Self.problemLimit) {
      Console.log(
        .warning,
        "'\(directory.path.displayText)' is a symbolic link to '\(directory.link.displayText)' now, which no scan "
          + "follows; scan where it leads")
    }
    for directory in answer.uncovered.prefix(Self.problemLimit) {
      Console.log(
        .warning,
        "'\(directory.path.displayText)' has disks of machines and belongs to no pool")
    }
    Console.warn(answer.warnings)
    let isPruned = try prune(file, settings, stop)
    let isShown = writeOutputs(of: file, settings)
    Console.log(answer.openFindings > 0 ? .notice : .info, answer.summaryLine)
    // What nobody gets to see is no part of the work that can wait until the next night.
    if !isShown { throw ExitStatus.failed }
    if answer.scan.state == .partial || !isPruned { throw ExitStatus.partial }
  }

  /// Problems that are said one by one; the rest is in the database.
  private static let problemLimit = 20

  /// Writes what the configuration wants written after a scan.
  /// - Returns: false where anything of it failed, and why has been said.
  private func writeOutputs(of file: PathBytes, _ settings: Settings) -> Bool {
    let metrics = write("metrics", of: file, to: settings.path(.metrics)) { view, target in
      try MetricsCommand.write(view, to: target)
    }
    let report = write("report", of: file, to: settings.path(.report)) { view, target in
      try ReportPage(view).write(to: target, mode: .privately)
    }
    return metrics && report
  }

  private func write(
    _ name: String, of file: PathBytes, to target: PathBytes?,
    _ body: (InventoryView, PathBytes) throws -> Void
  ) -> Bool {
    guard let target else { return true }
    do {
      try body(try Inventory(reading: file).view(at: .latest(back: 0)), target)
      return true
    } catch {
      let isOfDatabase = error is StoreFault
      let sentence = Self.sentence(of: error) ?? "cannot write the \(name): \(error)"
      Console.complain(
        isOfDatabase
          ? "the scan was written, but the \(name) could not be made: \(sentence)" : sentence)
      return false
    }
  }

  /// Why something failed that follows the scan. Of the database only the reason is said: the scan is in it.
  private static func sentence(of error: any Error) -> String? {
    (error as? StoreFault)?.reason ?? CommandError(error)?.sentence
  }

  /// Forgets scans, where the configuration says which.
  /// - Returns: false where that failed, and why has been said.
  private func prune(
    _ file: PathBytes, _ settings: Settings, _ stop: StopSignal
  ) throws -> Bool {
    guard let policy = settings.retention else { return true }
    do {
      let prune = Prune(
        keeping: policy, awaiting: settings.unsent, isDryRun: false, waits: true)
      let answer = try prune.run(file, stop: stop)
      Console.warn(answer.warnings)
      return true
    } catch {
      guard let sentence = Self.sentence(of: error) else { throw error }
      Console.complain("the scan was written, but no scan was deleted: " + sentence)
      return false
    }
  }
}
