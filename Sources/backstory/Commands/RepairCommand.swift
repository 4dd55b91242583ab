import ArgumentParser
import Database
import Host
import Model
import Presentation
import Query
import Repair
import Rules
import Workflow

/// `backstory repair [IMAGE…]`
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Prints commands that repair broken links, with the evidence.",
    discussion: """
      backstory repair
      backstory repair --kind backing-missing > mend.sh; less mend.sh; sh mend.sh
      backstory repair --apply web.qcow2

      Nothing is changed without --apply; with it, only certain steps are run.
      """)

  @Argument(
    help: "Only these images: paths, or # and an image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var images: [String] = []

  @Option(name: .customLong("kind"), help: "Only findings of this kind; may be repeated.")
  var kinds: [FindingKind] = []

  @Option(
    help: ArgumentHelp(
      "Only the images of this cause; 'status' lists the numbers.", valueName: "number"))
  var cause: Int64?

  @Flag(help: "Store absolute paths.")
  var absolute = false

  @Flag(help: "Store paths relative to the image where possible.")
  var relative = false

  @Flag(help: "Run the certain steps, checking each before and after.")
  var apply = false

  @Flag(help: "Restore the headers that --apply saved, if nothing else changed the images since.")
  var undo = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !(absolute && relative) else {
      throw ValidationError("Give --absolute or --relative, not both")
    }
    guard cause == nil || (images.isEmpty && !undo) else {
      throw ValidationError("--cause stands without images and without --undo")
    }
    guard !(apply && undo) else { throw ValidationError("Give --apply or --undo, not both") }
    if let kind = kinds.first(where: { !Self.known.contains($0) }) {
      throw ValidationError("There is no repair for '\(kind.rawValue)'; see 'backstory check'")
    }
    _ = try images.map(escaped.selector)
  }

  mutating func run() throws {
    guard apply || undo else { return try output.show(.repair(try plan())) }
    Account.keepNewFilesPrivate()
    let file = try database.existingFile(to: .act)
    let stop = try StopSignal()
    try end(with: try change(file, stop, Self.lock(file, stop)), stop)
  }

  private static func lock(_ file: PathBytes, _ stop: StopSignal) throws -> DatabaseLock {
    do {
      return try DatabaseLock(
        on: file, owner: "backstory repair", waits: false, forPrograms: true, stop: stop)
    } catch ScanRefusal.alreadyRunning(let holder) {
      let owner = TerminalText.escaped(holder.owner)
      throw CommandFailure(
        "'\(owner)' is running on the database (process \(holder.processID)), or a qemu-img that it has "
          + "started; no image was touched, try again when it has ended")
    }
  }

  /// Changes images, alone with the database.
  private func change(
    _ file: PathBytes, _ stop: StopSignal, _: borrowing DatabaseLock
  ) throws -> [RepairOutcome] {
    let view = try Inventory(reading: file).view(at: .latest(back: 0))
    let run = RepairRun(
      besides: file, pools: try view.pools(countingFindings: false).map(\.outcome.path))
    if undo {
      return try run.undo(
        images.map { try place(of: escaped.selector($0), run, view) }, stop: stop)
    }
    let plan = try self.plan { stop.requested != nil }
    // So far nothing was touched.
    if let signal = stop.requested { throw ScanRefusal.interrupted(signal: signal) }
    return run.apply(plan, stop: stop)
  }

  /// Where an image stands whose header is put back. One of which a header is saved need not be in the
  /// inventory any more.
  private func place(
    of selector: ImageSelector, _ run: RepairRun, _ view: InventoryView
  ) throws -> PathBytes {
    if case .path(let path) = selector, try run.hasSavedHeader(of: path) { return path }
    return try view.image(selector).filename
  }

  /// Shows what became of the steps; 1 where none that was tried went well, 3 where not all did, and what a
  /// signal says where one came.
  private func end(with outcomes: [RepairOutcome], _ stop: StopSignal) throws {
    try output.show(.repairRun(outcomes), isAnswer: false)
    if let signal = stop.requested { throw ExitStatus.interrupted(signal: signal) }
    let failed = outcomes.contains { $0.result == .failed }
    let isDone = outcomes.contains { $0.result == .done }
    if failed { throw isDone ? ExitStatus.partial : ExitStatus.failed }
    if outcomes.contains(where: { $0.result == .notReached || $0.isHeld }) {
      throw ExitStatus.partial
    }
  }

  private static let known = RepairPlan.kinds.union(CommitAdvice.kinds).union(OverlongName.kinds)

  /// Findings of some of the kinds that are wanted, of the images that are.
  private func findings(
    of known: Set<FindingKind>, _ selectors: [ImageSelector], from view: InventoryView
  ) throws -> [Finding] {
    let wanted = kinds.isEmpty ? known : known.intersection(kinds)
    if wanted.isEmpty { return [] }
    let chosen = Set(try selectors.compactMap { try view.image($0).imageID })
    return try view.findings(kinds: wanted, pool: nil, since: nil).filter { finding in
      chosen.isEmpty || finding.imageID.map { chosen.contains($0) } == true
    }
  }

  /// What may be done about names that are longer than QEMU opens.
  private func rescues(
    _ selectors: [ImageSelector], from view: InventoryView
  ) throws -> [RepairStep] {
    try findings(of: OverlongName.kinds, selectors, from: view).compactMap { finding in
      try finding.imageID.flatMap { try view.baseBeforeFault(of: $0) }
        .flatMap { OverlongName.step(for: finding, $0) }
    }
  }

  /// What may be done about long chains and leftovers.
  private func advice(
    _ selectors: [ImageSelector], from view: InventoryView
  ) throws -> [RepairStep] {
    let findings = try findings(of: CommitAdvice.kinds, selectors, from: view)
    if findings.isEmpty { return [] }
    // Who flattens the top has flattened all of a chain: the others would only say it again.
    let deep = try view.chainSummaries(
      of: findings.filter { $0.kind == .chainTooDeep }.compactMap(\.imageID), topsOnly: true)
    let left = try view.chainSummaries(
      of: findings.filter { $0.kind == .chainLeftover }.compactMap(\.imageID), topsOnly: false)
    return findings.compactMap { finding in
      let chains = finding.kind == .chainTooDeep ? deep : left
      return finding.imageID.flatMap { chains[$0] }.flatMap { CommitAdvice.step(for: finding, $0) }
    }
  }

  private func plan(isStopped: () -> Bool = { false }) throws -> RepairPlan {
    let view = try Inventory(reading: try database.existingFile(to: .act)).view(
      at: .latest(back: 0))
    // What is changed is named by its path.
    let selectors =
      try cause.map { cause in
        try view.findings(ofCause: cause).compactMap(\.imageID).map(ImageSelector.number)
      }
      ?? images.map { apply ? try escaped.selector($0) : try escaped.selector($0, in: view) }
    // What concerns a machine alone is in no image.
    if cause != nil, selectors.isEmpty { return RepairPlan(RepairEvidence(point: view.point)) }
    let broken = kinds.isEmpty ? RepairPlan.kinds : RepairPlan.kinds.intersection(kinds)
    let evidence =
      broken.isEmpty
      ? RepairEvidence(point: view.point)
      : try view.repairEvidence(kinds: broken, images: selectors)
    let spelling: Spelling = absolute ? .absolute : relative ? .relative : .asBefore
    var plan = RepairPlan(evidence, spelling: spelling, isStopped: isStopped)
    plan.add(try rescues(selectors, from: view))
    plan.add(try advice(selectors, from: view))
    return plan
  }
}
