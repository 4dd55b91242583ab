public import Host
public import Inventory

/// Conducts one scan: pools to workers, workers to the stage, one transaction.
public struct Scan {
  private let request: ScanRequest
  private let database: PathBytes
  private let stop: StopSignal

  /// A scan that will write to a database, and ends early when the signal says so.
  public init(_ request: ScanRequest, database: PathBytes, stop: StopSignal) {
    self.request = request
    self.database = database
    self.stop = stop
  }

  /// Scans, and gives what came of it.
  /// - Throws: `ScanRefusal`, `StoreFault` or `HostFault`; the database is then as it was before.
  public func run(progress: (ScanProgress) -> Void) throws -> ScanAnswer {
    let started = Moment(milliseconds: Clock.now() / 1_000_000)
    let lock = try takeLock()
    defer { withExtendedLifetime(lock) {} }
    let identity = HostIdentity.current
    let writer = try InventoryWriter(
      writing: database, machineID: identity.machineID, hostName: identity.name)
    let plan = try ScanPlan(request, known: writer.known)
    try writer.declare(plan.declared.map { (name: $0.name, path: $0.path) })
    var ledger = WalkLedger(plan: plan)
    try walk(plan, writer, &ledger, progress)
    try ledger.findGoneDirectories(writer.known)
    try stopIfAsked()
    let outcome = ledger.outcome(request, started: started)
    return try finish(writer, outcome, ledger.view)
  }

  private func takeLock() throws -> LockFile {
    do {
      return try LockFile(taking: database.bytes + Array(".lock".utf8), wait: request.waits)
    } catch let held as LockFile.Held {
      throw ScanRefusal.alreadyRunning(holder: held.holder)
    }
  }

  private func stopIfAsked() throws {
    if let signal = stop.requested { throw ScanRefusal.interrupted(signal: signal) }
  }

  /// Threads walk and read; this one stages what they find, so that there is one writer.
  private func walk(
    _ plan: ScanPlan, _ writer: InventoryWriter, _ ledger: inout WalkLedger,
    _ progress: (ScanProgress) -> Void
  ) throws {
    let results = BoundedQueue<WalkResult>(capacity: 64)
    let walk = DirectoryWalk(
      request: request, known: writer.known, mounts: MountTable.current(),
      files: FileReading(rereads: request.rereads, locks: LockTable.current()),
      roots: Set(plan.declared.map(\.path)), results: results)
    let crew = WorkCrew(size: request.jobs)
    let begun = Clock.monotonic()
    let stop = self.stop
    let running = crew.start(
      draining: plan.tasks.map(WalkWork.directory), until: { stop.requested != nil }
    ) { work, add in
      walk.perform(work, add: add)
    } whenDone: {
      results.close()
    }
    defer {
      results.close()
      running.join()
    }
    while let result = results.take() {
      try stopIfAsked()
      if let report = ledger.take(result) { try writer.stage([report]) }
      progress(
        ScanProgress(
          files: ledger.fileCount, seconds: Double(Clock.monotonic() - begun) / 1e9,
          current: ledger.current))
    }
    try stopIfAsked()
  }

  private func finish(
    _ writer: InventoryWriter, _ outcome: ScanOutcome, _ view: PathView
  ) throws -> ScanAnswer {
    let watch = stop.whenRequested { writer.interrupt() }
    defer { watch.end() }
    do {
      return try writer.finish(outcome, oracle: view.oracle)
    } catch StoreFault.interrupted {
      throw ScanRefusal.interrupted(signal: stop.requested ?? 0)
    }
  }
}
