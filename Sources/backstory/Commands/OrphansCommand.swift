import ArgumentParser
import Configuration
import Model
import Presentation
import Query
import Repair

/// `backstory orphans`
struct OrphansCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orphans",
    abstract: "Shows images that nothing refers to, and what deleting them frees.",
    discussion: """
      backstory orphans
      backstory orphans --older-than 2w --output csv
      backstory orphans --larger 10G --limit 20
      backstory orphans --sort age 'web-*'
      backstory orphans --all
      backstory orphans --older-than 4w --script > away.sh; less away.sh; sh away.sh
      """)

  /// What comes first.
  enum Order: String, CaseIterable, ExpressibleByArgument {
    case size, age, path
  }

  @Flag(help: "Also images that may be needed, or of which that is unknown, with the reason.")
  var all = false

  @Option(
    help: ArgumentHelp("Only images that are unused for longer: 12h, 7d, 2w.", valueName: "age"))
  var olderThan: Age?

  @Option(
    help:
      "The order: by size freed, by age, or by path. (default: size for human output, path for JSON and CSV)"
  )
  var sort: Order?

  @OptionGroup var selection: SelectionOptions

  @Flag(help: "Print a script that moves the images out of their pools and deletes nothing.")
  var script = false

  @Option(
    help: ArgumentHelp(
      "Where the script moves images to. (default: the pool's path with '.quarantine' appended)",
      valueName: "dir"))
  var quarantine: String?

  @OptionGroup var asking: AskingOptions

  func validate() throws {
    guard quarantine == nil || script else {
      throw ValidationError("--quarantine requires --script")
    }
    guard !(script && asking.at != nil) else {
      throw ValidationError("--script works on the last scan; leave out --at")
    }
  }

  mutating func run() throws {
    let view = try asking.view()
    let age = try olderThan ?? asking.database.configuration.settings().age(.olderThan)
    let found = try view.orphans(all: all, olderThanMilliseconds: age?.milliseconds)
      .filter { selection.wants($0.filename, size: $0.reclaimableSize) }
    let order = sort ?? (asking.output.format == .human && !script ? .size : .path)
    let orphans = Array(
      found.sorted { isBefore($0, $1, order) }.prefix(selection.limit ?? .max))
    for reason in try view.sharedPools() {
      Console.log(.warning, "backstory: no image is called an orphan: " + reason)
    }
    try view.warnOfStaleness()
    guard script else {
      let isTold = !all && asking.output.format == .human
      let unknown = isTold ? try unknown(view, age) : []
      return try asking.output.show(.orphans(orphans, unknown: unknown, now: view.point))
    }
    let plan = Quarantine(
      orphans, pools: try view.pools(countingFindings: false),
      to: try quarantine.map { try UserPath.absolute($0) })
    try Console.write { try Report.quarantine(plan, to: $0) }
    if plan.moves.isEmpty, !plan.leftAlone.isEmpty { throw ExitStatus.failed }
  }

  /// Images that would be listed, had all been asked for, as unknown.
  private func unknown(_ view: InventoryView, _ age: Age?) throws -> [Orphan] {
    try view.orphans(all: true, olderThanMilliseconds: age?.milliseconds).filter {
      $0.verdict == .unknown && selection.wants($0.filename, size: $0.reclaimableSize)
    }
  }

  private func isBefore(_ left: Orphan, _ right: Orphan, _ order: Order) -> Bool {
    switch order {
    case .size:
      if left.reclaimableSize != right.reclaimableSize {
        return left.reclaimableSize > right.reclaimableSize
      }
    case .age:
      if left.since.scan != right.since.scan { return left.since.scan < right.since.scan }
    case .path: break
    }
    return left.filename < right.filename
  }
}
