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
  public var acknowledged: [FindingAnswer] = []
  /// What could not be looked at, in the order of the paths.
  public var problems: [ProblemAnswer]
  /// What changed since the scan before; `nil` for the first.
  public var sinceLastScan: DiffAnswer?
  /// What changed in a week, or since the first scan where that is younger; `nil` where it would be
  /// the same.
  public var sinceLastWeek: DiffAnswer?
  /// All pools in byte order of their paths.
  public var pools: [PoolAnswer]
  /// How the pools grew, in the same order.
  public var growth: [PoolGrowth]
  /// The longest chains, longest first.
  public var longestChains: [ChainLength]
  /// What nothing refers to, in byte order of the paths.
  public var orphans: [OrphanAnswer]
  /// How it stands, in one sentence and its numbers; `nil` where nobody asked.
  public var status: StatusAnswer?
  /// The last nights, oldest first, with those on which no scan came.
  public var nights: [OverviewNight] = []
  /// Findings that were open in any of these nights, closed ones too.
  public var recent: [FindingAnswer] = []
  /// How the pools grew, with the room of their file systems and when they are full.
  public var trends: [TrendAnswer] = []

  /// An overview of a scan.
  public init(
    host: String, scan: ScanSummary, groups: [FindingGroup] = [], problems: [ProblemAnswer] = [],
    sinceLastScan: DiffAnswer? = nil, sinceLastWeek: DiffAnswer? = nil, pools: [PoolAnswer] = [],
    growth: [PoolGrowth] = [], longestChains: [ChainLength] = [], orphans: [OrphanAnswer] = []
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
  public var night: NightAnswer
  /// Images and machines in error; `nil` where no scan says.
  public var errors: Int64?
  /// Images and machines with a warning.
  public var warnings: Int64?
  /// Allocated bytes of all images.
  public var actualSize: UInt64?

  /// A night of which nothing more is known.
  public init(_ night: NightAnswer) { self.night = night }
}

/// Open findings of one kind that are about one thing: overlays whose base is gone, say.
public struct FindingGroup: Hashable, Sendable {
  /// What is wrong.
  public var kind: FindingKind
  /// What all of them are about, where they have it in common: the base that is gone.
  public var target: PathBytes?
  /// In the order of `check`; never empty.
  public var findings: [FindingAnswer]
  /// Those who need the target, and what stands on them; where a link is broken.
  public var picture: GraphAnswer?
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
    kind: FindingKind, target: PathBytes?, findings: [FindingAnswer], picture: GraphAnswer? = nil
  ) {
    self.kind = kind
    self.target = target
    self.findings = findings
    self.picture = picture
  }
}

/// What a pool held after each scan.
public struct PoolGrowth: Hashable, Sendable {
  /// What the pool held after one scan.
  public struct Point: Hashable, Sendable {
    /// The scan.
    public var point: ScanPoint
    /// Images in the pool; one with several names counts once.
    public var images: Int64
    /// Allocated bytes of these images.
    public var actualSize: UInt64

    /// What a pool held after a scan.
    public init(point: ScanPoint, images: Int64, actualSize: UInt64) {
      self.point = point
      self.images = images
      self.actualSize = actualSize
    }
  }

  /// The pool's name.
  public var name: String
  /// The directory.
  public var path: PathBytes
  /// From the first scan that knew an image in it, oldest first; also of scans of other pools.
  public var points: [Point]

  /// The growth of a pool.
  public init(name: String, path: PathBytes, points: [Point]) {
    self.name = name
    self.path = path
    self.points = points
  }
}

/// A chain by its topmost image.
public struct ChainLength: Hashable, Sendable {
  /// The image on which no other stands.
  public var top: PathBytes
  /// Its number.
  public var imageID: Int64
  /// Images in the chain, the top included.
  public var length: Int64
  /// Allocated bytes of all of them.
  public var actualSize: UInt64

  /// A chain.
  public init(top: PathBytes, imageID: Int64, length: Int64, actualSize: UInt64) {
    self.top = top
    self.imageID = imageID
    self.length = length
    self.actualSize = actualSize
  }
}
