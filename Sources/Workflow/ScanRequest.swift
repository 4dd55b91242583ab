public import Host
public import Machines
public import Model
public import Sighting
public import Storage

/// What one scan is asked to cover, and how.
public struct ScanRequest: Sendable {
  /// A directory tree, or one file, and the name of its pool.
  public struct Pool: Hashable, Sendable {
    /// The pool's name.
    public var name: String
    /// The absolute path, symbolic links in it left alone.
    public var path: PathBytes
    /// Who names it. One that the configuration names counts as unavailable when it is not there and
    /// never was; on the command line that is a mistake.
    public var origin: PoolOrigin

    /// A tree under a name.
    public init(name: String, path: PathBytes, origin: PoolOrigin = .argument) {
      self.name = name
      self.path = path
      self.origin = origin
    }
  }

  /// A source of machines besides libvirt.
  public struct Machines: Hashable, Sendable {
    /// `list`, `pve` or `running`; libvirt's sources stand in `libvirt`.
    public var kind: MachineSourceKind
    /// What is read; absolute.
    public var path: PathBytes
    /// Who names it.
    public var origin: Origin

    /// Who names a source, and what it means that nothing is there and never was.
    public enum Origin: Hashable, Sendable {
      /// The command line: a mistake.
      case argument
      /// The configuration: it is not seen.
      case configuration
      /// Nobody, it is looked for: this host has none.
      case search
    }

    /// A source.
    public init(kind: MachineSourceKind, path: PathBytes, origin: Origin) {
      self.kind = kind
      self.path = path
      self.origin = origin
    }
  }

  /// What is to be covered; empty: every pool that was scanned before.
  public var pools: [Pool]
  /// Roots of pools that are this host's alone, whatever file system they are on.
  public var exclusivePaths: Set<PathBytes> = []
  /// Names of such pools; each must be one of those that are covered.
  public var exclusiveNames: Set<String> = []
  /// Where machines see pools, when their storage is mounted elsewhere for them.
  public var outlooks: [PoolOutlook] = []
  /// Which of libvirt's files are read; `nil`: none.
  public var libvirt: LibvirtRequest?
  /// Other sources of machines.
  public var machines: [Machines] = []
  /// Names and paths that are passed over.
  public var excludes: [Glob] = []
  /// Whether directories on other file systems than their pool's root are passed over.
  public var staysOnOneFileSystem = false
  /// Whether a pool that is on another file system than last time is taken for what it is now; else
  /// it counts as not mounted, and what was known is kept.
  public var acceptsNewFileSystems = false
  /// How many threads may wait for the disk at once; Documentation/speed.md says how the default was found.
  public var jobs = 64
  /// Whether every image is read, also those that are as they were.
  public var rereads = false
  /// Images in a chain beyond which it is too deep.
  public var maxDepth: Int64 = 16
  /// Complete scans before an unused image is an orphan.
  public var grace: Int64 = 2
  /// The least time between the first and the last of those scans.
  public var graceAge = Age.halfADay
  /// What the configuration acknowledges.
  public var acknowledged: [WordRule] = []
  /// What the configuration keeps.
  public var kept: [WordRule] = []
  /// What the configuration asks of every scan.
  public var queries: [SavedQuery] = []
  /// Whether to wait for another scan of the same database to end.
  public var waits = false

  /// A scan of these pools.
  public init(pools: [Pool]) { self.pools = pools }
}

extension ScanRequest {
  /// What the walk goes by.
  var walkRules: WalkRules {
    WalkRules(
      excludes: excludes, staysOnOneFileSystem: staysOnOneFileSystem,
      acceptsNewFileSystems: acceptsNewFileSystems)
  }
}

/// How far a scan is.
public struct ScanProgress: Sendable {
  /// What it is busy with.
  public var phase: ScanPhase
  /// Files looked at.
  public var files: Int
  /// Seconds since the scan began.
  public var seconds: Double
  /// The directory that was looked at last.
  public var current: PathBytes
}

/// Why a scan could not be done.
public enum ScanRefusal: Error, Sendable {
  /// A path that was never seen and is not there.
  case nothingThere(PathBytes)
  /// A path that is neither a directory nor a regular file.
  case notAPool(PathBytes)
  /// A name that no pool has which is covered.
  case noSuchPool(String)
  /// No path was given, and none was scanned before.
  case nothingToScan
  /// Another scan of the same database is running.
  case alreadyRunning(LockFile.Holder)
  /// There was no database when the scan began, and there is one with scans now.
  case databaseAppeared(PathBytes)
  /// A signal asked the scan to stop; the database is as it was before.
  case interrupted(signal: Int32)
}
