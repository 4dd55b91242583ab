public import Model

/// How it stands after a scan: the answer of `status`.
public struct InventoryStatus: Encodable, Sendable {
  /// The machine whose images these are.
  public var host: String
  /// The scan.
  public var scan: ScanPoint
  /// What it came to.
  public var state: ScanState
  /// Images that are known.
  public var images: Int64
  /// All pools in byte order of their paths.
  public var pools: [PoolSummary]
  /// Findings that are open, by severity.
  public var counts: [Severity: Int]
  /// Why, worst first, with the findings and all that they hit.
  public var groups: [CauseGroup]
  /// Findings that the scan opened.
  public var opened: Int64
  /// Findings that it closed.
  public var closed: Int64
  /// What it did not see.
  public var stale: [Staleness]
  /// Why of no image it is certain that nothing uses it, in sentences; none where it may be.
  public var doubts: [String] = []

  /// Why, worst first.
  public var causes: [CauseSummary] { groups.map(\.cause) }

  /// Findings that a person knows of.
  public var acknowledged: Int { causes.reduce(0) { $0 + $1.acknowledged } }

  /// Encodes the contract's status object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(scan, forKey: "scan")
    try object.encode(state.rawValue, forKey: "state")
    try object.encode(pools.map(PoolState.init), forKey: "pools")
    try object.encode(sources, forKey: "sources")
    var counted = object.nestedContainer(keyedBy: AnswerKey.self, forKey: "counts")
    for severity in Severity.allCases {
      try counted.encode(counts[severity] ?? 0, forKey: AnswerKey(stringValue: severity.rawValue))
    }
    try object.encode(causes, forKey: "causes")
    try object.encode(opened, forKey: "new")
    try object.encode(closed, forKey: "closed")
    try object.encode(acknowledged, forKey: "acknowledged")
    try object.encode(stale, forKey: "stale")
  }

  /// Sources of machines that the scan did not see.
  private var sources: [Staleness] {
    stale.filter { if case .source = $0.part { true } else { false } }
  }

  /// A pool as the status tells it.
  private struct PoolState: Encodable {
    let pool: PoolSummary

    init(_ pool: PoolSummary) { self.pool = pool }

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: AnswerKey.self)
      try object.encode(pool.outcome.name, forKey: "name")
      try object.encode(pool.outcome.path, forKey: "path")
      try object.encode(pool.outcome.state.rawValue, forKey: "state")
      try object.encodeIfPresent(pool.lastComplete, forKey: "last-complete-scan")
    }
  }
}
