public import Model

/// One pool with what is known of it; an element of `pools`.
public struct PoolSummary: Encodable, Hashable, Sendable {
  /// Name, path, state in its last scan, images and reason.
  public var outcome: PoolOutcome
  /// Allocated bytes of its images.
  public var actualSize: UInt64
  /// Findings open on its images; `nil` where that was not asked.
  public var openFindings: Int64?
  /// The last scan that covered the pool.
  public var lastScan: ScanPoint?
  /// The last scan that saw it whole.
  public var lastComplete: ScanPoint?

  /// A pool with its sums.
  public init(
    outcome: PoolOutcome, actualSize: UInt64, openFindings: Int64?, lastScan: ScanPoint?,
    lastComplete: ScanPoint?
  ) {
    self.outcome = outcome
    self.actualSize = actualSize
    self.openFindings = openFindings
    self.lastScan = lastScan
    self.lastComplete = lastComplete
  }

  /// Encodes the pool's outcome and its sums in one object.
  public func encode(to encoder: any Encoder) throws {
    try outcome.encode(to: encoder)
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(actualSize, forKey: "actual-size")
    try object.encodeIfPresent(openFindings, forKey: "open-findings")
    try object.encodeIfPresent(lastScan, forKey: "last-scan")
    try object.encodeIfPresent(lastComplete, forKey: "last-complete-scan")
  }
}
