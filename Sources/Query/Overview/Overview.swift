public import Model

/// What a night left behind, in one value: what a page about it shows.
public struct Overview: Sendable {
  /// The machine whose images these are, by its name in the last scan.
  public var host: String
  /// The scan itself.
  public var scan: ScanSummary
  /// When it finished.
  public var point: ScanPoint
  /// Whether no scan came after it.
  public var isLatest = true
  /// Open findings by what they have in common, worst first, then the newest.
  public var groups: [FindingGroup]
  /// Open findings that somebody knows of, worst first: they are in no group.
  public var acknowledged: [Finding] = []
  /// What could not be looked at, in the order of the paths.
  public var problems: [ScanProblem]
  /// What changed since the scan before; `nil` for the first.
  public var sinceLastScan: Difference?
  /// What changed in a week, or since the first scan where that is younger; `nil` where it would be
  /// the same.
  public var sinceLastWeek: Difference?
  /// All pools in byte order of their paths.
  public var pools: [PoolSummary]
  /// How the pools grew, in the same order, and when their file systems are full.
  public var growth: [PoolGrowth]
  /// The longest chains, longest first.
  public var longestChains: [ChainLength]
  /// What nothing refers to, in byte order of the paths.
  public var orphans: [Orphan]
  /// How it stands, in one sentence and its numbers; `nil` where nobody asked.
  public var status: InventoryStatus?
  /// The last nights, oldest first, with those on which no scan came.
  public var nights: [OverviewNight] = []
  /// Findings that were open in any of these nights, closed ones too.
  public var recent: [Finding] = []

  /// An overview of a scan.
  public init(
    host: String, scan: ScanSummary, groups: [FindingGroup] = [], problems: [ScanProblem] = [],
    sinceLastScan: Difference? = nil, sinceLastWeek: Difference? = nil, pools: [PoolSummary] = [],
    growth: [PoolGrowth] = [], longestChains: [ChainLength] = [], orphans: [Orphan] = []
  ) {
    self.host = host
    self.scan = scan
    self.groups = groups
    self.problems = problems
    self.sinceLastScan = sinceLastScan
    self.sinceLastWeek = sinceLastWeek
    self.pools = pools
    self.growth = growth
    self.longestChains = longestChains
    self.orphans = orphans
    point = ScanPoint(scan: scan.number, time: scan.finished)
  }
}

/// A night with what was wrong and how much was used after it.
public struct OverviewNight: Hashable, Sendable {
  /// The night.
  public var night: Night
  /// Images and machines in error; `nil` where no scan says.
  public var errors: Int64?
  /// Images and machines with a warning.
  public var warnings: Int64?
  /// Allocated bytes of all images.
  public var actualSize: UInt64?

  /// A night of which nothing more is known.
  public init(_ night: Night) { self.night = night }
}

/// Open findings of one kind that are about one thing: overlays whose base is gone, say.
public struct FindingGroup: Hashable, Sendable {
  /// What is wrong.
  public var kind: FindingKind
  /// What all of them are about, where they have it in common: the base that is gone.
  public var target: PathBytes?
  /// In the order of `check`; never empty.
  public var findings: [Finding]
  /// Those who need the target, and what stands on them; where a link is broken.
  public var picture: Graph?
  /// The number of their cause, where they have one; only while they are open.
  public var number: Int64?
  /// The numbers of the images that it hits: those that are wrong, and those that stand on an error.
  public var images: Set<Int64> = []
  /// The machines that it may keep from starting.
  public var domains: Set<String> = []
  /// One of the chains that lead to what is wrong, top first.
  public var example: [CauseGroup.Step] = []

  /// A group of findings.
  public init(
    kind: FindingKind, target: PathBytes?, findings: [Finding], picture: Graph? = nil
  ) {
    self.kind = kind
    self.target = target
    self.findings = findings
    self.picture = picture
  }
}
