public import Model

/// A night: a scan, or that there was none when one was due.
public struct Night: Encodable, Hashable, Sendable {
  /// What a night came to.
  public enum State: String, Sendable, Hashable {
    case complete, partial, missed
  }

  /// The scan; `nil` where there was none.
  public var scan: Int64?
  /// When the scan finished, or when one was due to begin.
  public var time: Moment
  /// What it came to.
  public var state: State
  /// How long the scan took.
  public var milliseconds: Int64?
  /// Whether it took more than twice as long as scans of this inventory do.
  public var isSlow = false
  /// What it did not see, in sentences.
  public var reasons: [String] = []

  /// A night.
  public init(scan: Int64?, time: Moment, state: State, milliseconds: Int64? = nil) {
    self.scan = scan
    self.time = time
    self.state = state
    self.milliseconds = milliseconds
  }

  /// Encodes the contract's night object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encodeIfPresent(scan, forKey: "scan")
    try object.encode(time.text, forKey: "time")
    try object.encode(state.rawValue, forKey: "state")
    try object.encodeIfPresent(milliseconds.map { Double($0) / 1000 }, forKey: "seconds")
    if isSlow { try object.encode(true, forKey: "slow") }
    try object.encodeUnlessEmpty(reasons, forKey: "reasons")
  }
}
