internal import Database
internal import Host
internal import Model
internal import Record
internal import Sighting
internal import Storage

/// Keeps account of a walk: what was seen whole, what was not, and what that says of the rest.
struct WalkSummary {
  private let plan: ScanPlan
  private var whole: Set<PathBytes> = []
  private var problems: [(pool: PathBytes, problem: ScanProblem)] = []
  private var goneDirectories: [PathBytes] = []
  /// Of each pool the first directory that other hosts may use.
  private var shared: [PathBytes: ScanOutcome.SharedPlace] = [:]
  /// What could not be seen.
  private(set) var view: PathProbe
  /// Files looked at so far.
  private(set) var fileCount = 0
  /// The directory that was looked at last.
  private(set) var current: PathBytes = "/"

  init(
    plan: ScanPlan, filesystems: FileSystemIdentity, outlooks: [PoolOutlook] = []
  ) {
    self.plan = plan
    view = PathProbe(filesystems: filesystems, outlooks: outlooks)
    for target in plan.targets where target.obstacle != nil && plan.isVisited(target) {
      view.add(unseen: target.path)
    }
  }

  /// Takes a result; what is to be staged is given back.
  /// - Throws: the fault of the database that ended the walk.
  mutating func take(_ result: WalkResult) throws -> DirectoryReport? {
    switch result {
    case .report(let report):
      fileCount += report.unchangedCount + report.files.count
      current = report.path
      for problem in report.problems {
        problems.append((report.poolPath, problem))
        view.add(
          unseen: problem.filename,
          really: report.canonicalPath.appending(problem.filename.name))
      }
      note(shared: report)
      return report
    case .failed(let fault): throw fault
    case .whole(let path): whole.insert(path)
    case .unseen(let path, let pool, let reason):
      view.add(unseen: path)
      problems.append((pool, ScanProblem(filename: path, message: reason)))
    }
    return nil
  }

  private mutating func note(shared report: DirectoryReport) {
    guard let type = report.sharedType else { return }
    if let first = shared[report.poolPath], first.directory <= report.path { return }
    shared[report.poolPath] = ScanOutcome.SharedPlace(directory: report.path, type: type)
  }

  /// A known directory that was not met is gone when the nearest directory above it was seen whole.
  mutating func findGoneDirectories(_ known: KnownInventory) throws {
    guard plan.tasks.contains(where: { $0.onlyName == nil }) else { return }
    // What was renamed is seen where it is now.
    for former in plan.renamed.keys.sorted() {
      goneDirectories += try known.directories(ofPool: former).filter { !whole.contains($0) }
    }
    for pool in plan.declared where plan.covers(pool.path) {
      for directory in try known.directories(ofPool: pool.path)
      where !whole.contains(directory) && isProvedGone(directory) {
        goneDirectories.append(directory)
      }
    }
  }

  private func isProvedGone(_ directory: PathBytes) -> Bool {
    if view.isUnseen(directory) { return false }
    var above = directory.directory
    while !whole.contains(above) {
      let next = above.directory
      if next == above { return false }
      above = next
    }
    return true
  }

  /// Everything that the inventory needs besides the files.
  func outcome(_ request: ScanRequest, started: Moment) -> ScanOutcome {
    // A clock that was set back while the scan ran does not let it end before it began.
    let now = max(started.milliseconds, Clock.now() / 1_000_000)
    var outcome = ScanOutcome(
      started: started, finished: Moment(milliseconds: now),
      pools: plan.targets.map { target in
        var pool = self.outcome(of: target)
        pool.unspoken = plan.isSpokenFor(target) ? nil : shared[target.path]
        return pool
      }, maxDepth: request.maxDepth, grace: request.grace,
      graceAge: request.graceAge.milliseconds)
    outcome.acknowledged = request.acknowledged
    outcome.kept = request.kept
    outcome.queries = request.queries
    outcome.goneDirectories = goneDirectories
    outcome.singleImages = plan.singleImages
    outcome.problems = problems + gone
    return outcome
  }

  /// What was asked for by its path, was there, and is not.
  private var gone: [(pool: PathBytes, problem: ScanProblem)] {
    plan.gone.compactMap { path, reason in
      let pool = plan.targets.map(\.path).filter { path.isIn($0) }
        .max { $0.bytes.count < $1.bytes.count }
      return pool.map {
        ($0, ScanProblem(filename: path, message: reason))
      }
    }
  }

  private func outcome(of target: ScanPlan.Target) -> ScanOutcome.Pool {
    if let obstacle = target.obstacle {
      return ScanOutcome.Pool(
        path: target.path, state: .unavailable, reason: obstacle,
        isVisited: plan.isVisited(target))
    }
    let own = problems.filter { $0.pool == target.path || $0.problem.filename.isIn(target.path) }
    guard let first = own.first else {
      return ScanOutcome.Pool(
        path: target.path, state: .complete, isWalked: plan.covers(target.path))
    }
    if first.problem.filename == target.path {
      return ScanOutcome.Pool(
        path: target.path, state: .unavailable, reason: first.problem.message)
    }
    let reason =
      own.count == 1
      ? "1 path could not be scanned" : "\(own.count) paths could not be scanned"
    return ScanOutcome.Pool(
      path: target.path, state: .partial, reason: reason, isWalked: plan.covers(target.path))
  }
}

extension ScanPlan {
  /// The paths of the single images that this scan was asked for and does not walk anyway.
  var singleImages: [PathBytes] {
    tasks.compactMap { task in task.onlyName.map { task.path.appending($0[...]) } }
  }

  /// Whether a pool lies in what this scan walks.
  func covers(_ path: PathBytes) -> Bool {
    tasks.contains { $0.onlyName == nil && path.isIn($0.path) }
  }
}
