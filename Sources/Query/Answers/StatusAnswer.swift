public import Model
public import Rules

/// How it stands after a scan: the answer of `status`.
public struct StatusAnswer: Encodable, Sendable {
  /// The machine whose images these are.
  public var host: String
  /// The scan.
  public var scan: ScanPoint
  /// What it came to.
  public var state: ScanState
  /// Images that are known.
  public var images: Int64
  /// All pools in byte order of their paths.
  public var pools: [PoolAnswer]
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

  /// Why, worst first.
  public var causes: [CauseAnswer] { groups.map(\.cause) }

  /// Findings that a person knows of.
  public var acknowledged: Int { causes.reduce(0) { $0 + $1.acknowledged } }

  /// Encodes the contract's status object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(scan, forKey: "scan")
    try object.encode(state.rawValue, forKey: "state")
    try object.encode(pools.map(PoolState.init), forKey: "pools")
    try object.encode(sources, forKey: "sources")
    try object.encode(
      Dictionary(uniqueKeysWithValues: Severity.allCases.map { ($0.rawValue, counts[$0] ?? 0) }),
      forKey: "counts")
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
    let pool: PoolAnswer

    init(_ pool: PoolAnswer) { self.pool = pool }

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: AnswerKey.self)
      try object.encode(pool.outcome.name, forKey: "name")
      try object.encode(pool.outcome.path, forKey: "path")
      try object.encode(pool.outcome.state.rawValue, forKey: "state")
      try object.encodeIfPresent(pool.lastComplete, forKey: "last-complete-scan")
    }
  }
}

/// Open findings that have one cause.
public struct CauseAnswer: Encodable, Hashable, Sendable {
  /// Its number, as long as one of its findings is open.
  public var number: Int64
  /// The worst of the findings' kinds.
  public var kind: FindingKind
  /// What all of them are about: where their links lead, or the one image that is wrong.
  public var target: PathBytes?
  /// Images that it hits.
  public var images: Int
  /// Machines that it may keep from starting.
  public var domains: Int
  /// The scan that saw the first of the findings that are open.
  public var since: ScanPoint
  /// Whether the scan that is asked about opened the cause.
  public var isNew: Bool
  /// Findings that a person knows of.
  public var acknowledged: Int
  /// All of its findings.
  public var findings: Int
  /// Why it came about, where all know.
  public var why: FindingCause?
  /// What prints how to mend it.
  public var repair: [String]?

  /// Whether a person knows of all of them: it counts for nothing then.
  public var isAcknowledged: Bool { acknowledged == findings }

  /// Encodes the contract's cause object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(number, forKey: "cause")
    try object.encode(kind.rawValue, forKey: "kind")
    try object.encode(kind.severity.rawValue, forKey: "severity")
    try object.encodeIfPresent(target, forKey: "target")
    try object.encode(images, forKey: "images")
    try object.encode(domains, forKey: "domains")
    try object.encode(since, forKey: "since")
    try object.encode(acknowledged, forKey: "acknowledged")
    try object.encodeIfPresent(repair, forKey: "repair")
  }
}
