public import Host
public import Model
internal import Record

/// Forgets scans of a database, alone with it.
public struct Prune {
  private let policy: RetentionPolicy
  private let unsent: UnsentScans?
  private let isDryRun: Bool
  private let waits: Bool

  /// A prune that keeps what a policy keeps, and what waits for a centre; a dry one only says what it would forget.
  public init(
    keeping policy: RetentionPolicy, awaiting unsent: UnsentScans?, isDryRun: Bool, waits: Bool
  ) {
    self.policy = policy
    self.unsent = unsent
    self.isDryRun = isDryRun
    self.waits = waits
  }

  /// Forgets, and says what.
  public func run(_ database: PathBytes, stop: StopSignal) throws -> PruneResult {
    try writingAlone(to: database, as: "prune", waits: waits, stop: stop) {
      try $0.prune(
        keeping: policy, awaiting: unsent, now: Moment(milliseconds: Clock.now() / 1_000_000),
        isDryRun: isDryRun)
    }
  }
}
