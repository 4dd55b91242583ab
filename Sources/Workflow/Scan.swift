internal import Database
public import Host
public import Model
internal import Record
internal import Sighting
internal import Storage
internal import Synchronization

/// Conducts one scan: pools to workers, workers to the stage, one transaction.
public struct Scan {
  private let request: ScanRequest
  private let database: PathBytes
  private let stop: StopSignal
  /// Reports that wait to be staged. What is in the queue when the walk ends is staged while the other
  /// processors have nothing to do: few are enough for who stages to go on, and many are a loss.
  private static let reportsAhead = 4

  /// A scan that will write to a database, and ends early when the signal says so.
  public init(_ request: ScanRequest, database: PathBytes, stop: StopSignal) {
    self.request = request
    self.database = database
    self.stop = stop
  }

  /// Scans, and gives what came of it.
  /// - Throws: `ScanRefusal`, `StoreFault` or `HostFault`; the database is then as it was before.
  public func run(progress: @escaping (ScanProgress) -> Void) throws -> ScanResult {
    let started = Moment(milliseconds: Clock.now() / 1_000_000)
    try refuseBeforeTheFirst()
    let lock = try DatabaseLock(
      on: database, owner: "backstory scan", waits: request.waits, stop: stop)
    return try run(from: started, holding: lock, progress)
  }

  /// A first scan that has nothing to look at makes no database.
  private func refuseBeforeTheFirst() throws {
    guard request.libvirt == nil, request.machines.isEmpty, try !isThere(database) else { return }
    if request.pools.isEmpty { throw ScanRefusal.nothingToScan }
    for pool in request.pools where try pool.origin != .configuration && !isThere(pool.path) {
      throw ScanRefusal.nothingThere(pool.path)
    }
  }

  private func isThere(_ path: PathBytes) throws(HostFault) -> Bool {
    try statusIfThere(ofPath: path, followingLink: true) != nil
  }

  /// The scan itself; the lock is held as long as it runs.
  private func run(
    from started: Moment, holding _: borrowing DatabaseLock,
    _ progress: @escaping (ScanProgress) -> Void
  ) throws -> ScanResult {
    let deadline = try StopDeadline()
    // Where there is none nothing is known: then the walk begins while the database is made.
    let before = try isThere(database) ? openInventory() : nil
    let known = before?.known ?? .nothing
    let mounts = try MountTable.current()
    let filesystems = FileSystemIdentity(mounts: mounts)
    let libvirt = try request.libvirt.map { try LibvirtView(reading: $0, known: known) }
    let machines = try MachinesView(reading: request, libvirt: libvirt, known: known)
    let plan = try ScanPlan(
      request, libvirt: libvirt, known: known, filesystems: filesystems)
    var ledger = WalkSummary(
      plan: plan, filesystems: filesystems, outlooks: request.outlooks)
    var course = ScanMetrics(progress)
    let results = BoundedQueue<WalkResult>(capacity: Self.reportsAhead)
    let directories = DirectoryWalk(
      rules: request.walkRules, known: { try known.directory($0) }, mounts: mounts,
      filesystems: filesystems,
      files: FileReading(
        rereads: request.rereads, locks: try LockTable.current(),
        isStopped: { [stop] in stop.requested != nil }),
      roots: Set(plan.declared.map(\.path)), own: try OwnFiles(of: database), results: results)
    let writer = try walk(directories, plan.tasks, &ledger, &course) {
      let writer = try before ?? openInventory()
      // What is known was not compared with: the scan would take everything for new.
      if before == nil, !writer.isFirst { throw ScanRefusal.databaseAppeared(database) }
      try writer.declare(plan.declaredPools)
      if machines.isAsked { try writer.stage(machines.report) }
      return writer
    }
    try ledger.findGoneDirectories(writer.known)
    try stopIfAsked()
    let content = BaseContent(jobs: request.jobs, filesystems: filesystems)
    let isStopped: @Sendable () -> Bool = { [stop] in stop.requested != nil }
    var outcome = ledger.outcome(request, started: started)
    if machines.isAsked {
      outcome.domains = ScanOutcome.Domains(
        problems: machines.problems, sources: machines.sources, saysWhich: machines.saysWhich)
      outcome.domains?.read = machines.read
      outcome.domains?.unasked = machines.unasked
    }
    // New bases are read while the scan is judged and written.
    var answer = try finish(
      writer, outcome, ledger.view, &course,
      rereading: { content.contents(of: $0, stop: isStopped) },
      measuring: { BlockSharing(filesystems: filesystems).measure($0, stop: isStopped) }
    ) { bases in
      let contents = try? Background { content.contents(of: bases, stop: isStopped) }
      return {
        let found = contents?.outcome ?? BaseContents()
        return isStopped() ? nil : found
      }
    }
    deadline.lift()
    // The scan is written; what follows only helps the next one.
    answer.warnings += machines.warnings + writer.settle()
    answer.statistics = course.statistics()
    return answer
  }

  private func stopIfAsked() throws {
    if let signal = stop.requested { throw ScanRefusal.interrupted(signal: signal) }
  }

  private func openInventory() throws -> InventoryWriter {
    let host = try HostIdentity.current()
    return try InventoryWriter(writing: database, machineID: host.machineID, hostName: host.name)
  }

  /// Threads walk and read; this one stages what they find, so that there is one writer.
  private func walk(
    _ walk: DirectoryWalk, _ roots: [DirectoryTask], _ ledger: inout WalkSummary,
    _ course: inout ScanMetrics, opening: () throws -> InventoryWriter
  ) throws -> InventoryWriter {
    let results = walk.results
    let spent = ReportRecycler()
    let tasks = roots.map(WalkWork.directory)
    let crew = WorkCrew(size: request.jobs)
    let effort = SharedWalkCost()
    let stop = self.stop
    let writer = try withBackground {
      crew.drain(
        tasks, stop: { stop.requested != nil || results.isClosed },
        hasRoom: { results.isRoomy }, begin: { WalkCost() },
        worker: { mine, work, others in
          walk.perform(work, &mine, others)
          spent.discard()
        },
        end: { effort.add($0) })
      results.close()
    } whileRunning: {
      // Nobody walks any further when the database cannot be made, or staging fails.
      defer { results.close() }
      let writer = try opening()
      while let result = results.take() {
        try stopIfAsked()
        if let report = try ledger.take(result) {
          try writer.stage([report])
          spent.add(report)
        }
        course.show(files: ledger.fileCount, at: ledger.current)
      }
      return writer
    }
    course.effort = effort.total
    try stopIfAsked()
    return writer
  }

  /// Writes the scan; a signal ends the transaction, and with it the scan, within a moment.
  private func finish(
    _ writer: InventoryWriter, _ outcome: ScanOutcome, _ view: PathProbe,
    _ course: inout ScanMetrics, rereading: ([BaseToRead]) -> BaseContents,
    measuring: @escaping ([FileToMeasure]) -> [Int64: OwnBlocks],
    reading: ([BaseToRead]) -> InventoryWriter.AwaitedContents
  ) throws -> ScanResult {
    let stop = self.stop
    let interrupt = writer.interruption
    let isDone = Atomic(false)
    return try withBackground {
      while !isDone.load(ordering: .acquiring) {
        if stop.requested != nil { interrupt() }
        // Whoever waits for the end of the scan waits for this too.
        Clock.sleep(milliseconds: 1)
      }
    } whileRunning: {
      defer { isDone.store(true, ordering: .releasing) }
      do {
        return try writer.finish(
          outcome, oracle: view.oracle, newBases: BaseContent.countLimit,
          rereading: rereading, reading: reading,
          aside: { work in
            let thread = try? Background(work)
            return { thread?.outcome }
          }, measuring: measuring, ending: { Moment(milliseconds: Clock.now() / 1_000_000) }
        ) { course.enter($0) }
      } catch StoreFault.interrupted {
        throw ScanRefusal.interrupted(signal: stop.requested ?? 0)
      }
    }
  }
}
