internal import Database
public import Host
public import Model
public import Query

/// One night's work in its order: scan, forget what the retention does not keep, write the outputs.
///
/// Only a scan that fails ends the night. What follows it is done as far as it can be, and each step is told.
public struct NightlyRun {
  private let request: ScanRequest
  private let database: PathBytes
  private let retention: RetentionPolicy?
  private let unsent: UnsentScans?
  private let outputs: [Output]

  /// A page or a file that shows the scan.
  public struct Output {
    /// What it is, as in `cannot write the report`.
    public let name: String
    private let write: (InventoryView) throws -> Void

    /// An output, and how it is written from what the last scan found.
    public init(name: String, write: @escaping (InventoryView) throws -> Void) {
      self.name = name
      self.write = write
    }

    fileprivate func write(of database: PathBytes) throws {
      try write(Inventory(reading: database).view(at: .latest(back: 0)))
    }
  }

  /// What was done, or could not be done though the scan is written.
  public enum Step {
    case scanned(ScanResult)
    case pruned(PruneResult)
    case failedToPrune(any Error)
    case failedToWrite(output: String, any Error)
  }

  /// How a night went.
  public struct Outcome: Sendable {
    /// What the scan found.
    public let scan: ScanResult
    /// Whether the retention could be followed, or there is none.
    public let isPruned: Bool
    /// Whether every output is written.
    public let isShown: Bool
  }

  /// A night over what a request names; no retention forgets nothing.
  public init(
    _ request: ScanRequest, database: PathBytes, keeping retention: RetentionPolicy?,
    awaiting unsent: UnsentScans?, outputs: [Output]
  ) {
    self.request = request
    self.database = database
    self.retention = retention
    self.unsent = unsent
    self.outputs = outputs
  }

  /// Does the work, waits for other writers, and tells each step; what `tell` throws ends it.
  public func run(stop: StopSignal, tell: (Step) throws -> Void) throws -> Outcome {
    var request = request
    request.waits = true
    let scan = try Scan(request, database: database, stop: stop).run { _ in }
    try tell(.scanned(scan))
    let isPruned = try prune(stop, tell)
    var isShown = true
    for output in outputs {
      do {
        try output.write(of: database)
      } catch {
        isShown = false
        try tell(.failedToWrite(output: output.name, error))
      }
    }
    return Outcome(scan: scan, isPruned: isPruned, isShown: isShown)
  }

  private func prune(_ stop: StopSignal, _ tell: (Step) throws -> Void) throws -> Bool {
    guard let retention else { return true }
    let result: PruneResult
    do {
      result = try Prune(keeping: retention, awaiting: unsent, isDryRun: false, waits: true)
        .run(database, stop: stop)
    } catch {
      try tell(.failedToPrune(error))
      return false
    }
    try tell(.pruned(result))
    return true
  }
}
