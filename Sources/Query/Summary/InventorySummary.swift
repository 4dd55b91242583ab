public import Model

/// How an inventory stands after a scan, in numbers: what metrics and monitors show.
public struct InventorySummary: Hashable, Sendable {
  /// Images of one format in one pool.
  public struct Images: Hashable, Sendable {
    /// The pool's name; empty for images that no pool covers.
    public var pool: String
    /// QEMU's name of the format.
    public var format: String
    /// How many.
    public var count: Int64
    /// Allocated bytes.
    public var actualSize: Int64

    /// Images of a format in a pool.
    public init(pool: String, format: String, count: Int64, actualSize: Int64) {
      self.pool = pool
      self.format = format
      self.count = count
      self.actualSize = actualSize
    }
  }

  /// Open findings of one kind in one pool.
  public struct Findings: Hashable, Sendable {
    /// The pool's name, of several pools the first; empty for findings about a domain, and images that no pool covers.
    public var pool: String
    /// The other pools in which names of the images stand.
    public var otherPools: [String] = []
    /// What is wrong.
    public var kind: FindingKind
    /// How many.
    public var count: Int64

    /// Findings of a kind in a pool.
    public init(pool: String, kind: FindingKind, count: Int64) {
      self.pool = pool
      self.kind = kind
      self.count = count
    }

    /// Whether names of the images stand in any of some pools, or none can be said of them.
    public func concern(_ names: Set<String>?) -> Bool {
      guard let names, !pool.isEmpty else { return true }
      return names.contains(pool) || otherPools.contains(where: names.contains)
    }
  }

  /// The scan.
  public var scan: ScanSummary
  /// The last scan that saw all that it was asked for.
  public var lastComplete: ScanPoint?
  /// The pools, in byte order of their paths.
  public var pools: [PoolSummary]
  /// Images, in the order of pools and formats.
  public var images: [Images]
  /// Open findings that count; kinds of which there are none in a pool are left out.
  public var findings: [Findings]
  /// Open findings that somebody knows of, likewise: they count for nothing else.
  public var acknowledged: [Findings] = []
  /// Machines that an open error concerns which nobody knows of, by an image that they use or by what they do with one.
  public var machinesWithErrors: Int64 = 0
  /// Allocated bytes of all orphans.
  public var reclaimableSize: UInt64
  /// Images in the longest chain; 0 without images.
  public var longestChain: Int64

  /// A standing.
  public init(
    scan: ScanSummary, lastComplete: ScanPoint?, pools: [PoolSummary], images: [Images],
    findings: [Findings], reclaimableSize: UInt64, longestChain: Int64
  ) {
    self.scan = scan
    self.lastComplete = lastComplete
    self.pools = pools
    self.images = images
    self.findings = findings
    self.reclaimableSize = reclaimableSize
    self.longestChain = longestChain
  }
}
