internal import Host
internal import Model
internal import Storage
internal import Synchronization

/// Follows a scan from phase to phase: tells whoever watches, and adds up what it costs.
struct ScanMetrics {
  private let watcher: (ScanProgress) -> Void
  private let begun = Clock.monotonic()
  private var phase = ScanPhase.walk
  private var phaseBegun = Clock.monotonic()
  private var phases: [ScanPhase: Double] = [:]
  private var files = 0
  private var current: PathBytes = "/"
  /// What the walk cost all threads together.
  var effort = WalkCost()

  /// A scan that begins to walk now.
  init(_ watcher: @escaping (ScanProgress) -> Void) { self.watcher = watcher }

  /// So many files were looked at, the last of them in a directory.
  mutating func show(files: Int, at directory: PathBytes) {
    self.files = files
    current = directory
    tell()
  }

  /// Something else begins.
  mutating func enter(_ next: ScanPhase) {
    let now = Clock.monotonic()
    phases[phase, default: 0] += Double(now - phaseBegun) / 1e9
    (phase, phaseBegun) = (next, now)
    tell()
  }

  private func tell() {
    watcher(
      ScanProgress(
        phase: phase, files: files, seconds: Double(Clock.monotonic() - begun) / 1e9,
        current: current))
  }

  /// What the scan cost until now.
  mutating func statistics() -> ScanStatistics {
    enter(phase)
    var system = effort.system
    system.add(SyscallCounters.take())
    var statistics = ScanStatistics()
    statistics.files = Int64(files)
    statistics.seconds = Double(Clock.monotonic() - begun) / 1e9
    statistics.bytesRead = Int64(clamping: system.bytesRead)
    statistics.systemCalls = Int64(clamping: system.calls)
    statistics.walkSeconds = Double(effort.walk) / 1e9
    statistics.readSeconds = Double(effort.read) / 1e9
    statistics.phases = phases
    return statistics
  }
}

/// What a walk costs, added up by its threads as each of them ends.
final class SharedWalkCost: Sendable {
  private let sum = Mutex(WalkCost())

  /// Adds what it cost the calling thread.
  func add(_ mine: WalkCost) {
    var mine = mine
    mine.system.add(SyscallCounters.take())
    sum.withLock { [mine] in $0.add(mine) }
  }

  /// What it cost the threads that ended.
  var total: WalkCost { sum.withLock { $0 } }
}
