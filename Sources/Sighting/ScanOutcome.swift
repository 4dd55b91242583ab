public import Model

/// What a scan found out besides files: everything that `InventoryWriter.finish` needs.
public struct ScanOutcome: Sendable {
  /// A directory on a file system that other hosts may use.
  public struct SharedPlace: Hashable, Sendable {
    /// The directory, as it was walked.
    public var directory: PathBytes
    /// The file system's type: `nfs`.
    public var type: String

    /// A directory.
    public init(directory: PathBytes, type: String) {
      self.directory = directory
      self.type = type
    }
  }

  /// One pool as it was covered.
  public struct Pool: Sendable {
    /// The pool's root.
    public var path: PathBytes
    /// Whether it was seen whole.
    public var state: PoolState
    /// Why not, where not.
    public var reason: String?
    /// False for a pool that no scan looks into, as libvirt's of other kinds than directories.
    public var isVisited: Bool
    /// False where only single images of the pool were looked at.
    public var isWalked: Bool
    /// Its first directory that other hosts may use, where nobody says who does.
    public var unspoken: SharedPlace?

    /// A pool as it was covered.
    public init(
      path: PathBytes, state: PoolState, reason: String? = nil, isVisited: Bool = true,
      isWalked: Bool = true
    ) {
      self.path = path
      self.state = state
      self.reason = reason
      self.isVisited = isVisited
      self.isWalked = isWalked
    }

    /// Whether the scan's limits are in force for all of the pool's images.
    package var isJudgedWhole: Bool { isVisited && isWalked && state != .unavailable }
  }

  /// How the sources of machines were covered.
  public struct Domains: Sendable {
    /// What could not be read.
    public var problems: [ScanProblem]
    /// The sources, in the order in which they were asked for.
    public var sources: [MachineSourceOutcome]
    /// Whether they say together which machines there are; processes only say which run.
    public var saysWhich: Bool
    /// Those that could be read, in whole or in part, and say which machines there are.
    public var read: [MachineSourcePlace] = []
    /// Those that an earlier scan read and this one was not asked for.
    public var unasked: [MachineSourcePlace] = []

    /// The sources as they were covered.
    public init(
      problems: [ScanProblem], sources: [MachineSourceOutcome] = [], saysWhich: Bool = true
    ) {
      self.problems = problems
      self.sources = sources
      self.saysWhich = saysWhich
    }

    /// Whether all that there is was read.
    package var isWhole: Bool { problems.isEmpty && saysWhich && unasked.isEmpty }
  }

  /// When the scan began.
  public var started: Moment
  /// When it ended, as far as is known before it is judged.
  public var finished: Moment
  /// The pools that were to be covered, in byte order of their paths.
  public var pools: [Pool]
  /// The paths of single images that the scan was asked for.
  public var singleImages: [PathBytes] = []
  /// Directories that were known and are gone, proved by a whole listing of their parents.
  public var goneDirectories: [PathBytes] = []
  /// What could not be looked at; each with the root of its pool.
  public var problems: [(pool: PathBytes, problem: ScanProblem)] = []
  /// What became of the sources of machines; `nil` where they were not asked for.
  public var domains: Domains?
  /// Images in a chain beyond which it is too deep.
  public var maxDepth: Int64
  /// Complete scans before an unused image is an orphan.
  public var grace: Int64
  /// Milliseconds that lie at least between the first and the last of those scans.
  public var graceAge: Int64

  /// What the configuration acknowledges.
  public var acknowledged: [WordRule] = []
  /// The configuration's own queries, which are asked when all else is judged.
  public var queries: [SavedQuery] = []
  /// What the configuration keeps.
  public var kept: [WordRule] = []

  /// An outcome with nothing in it yet.
  public init(
    started: Moment, finished: Moment, pools: [Pool], maxDepth: Int64, grace: Int64,
    graceAge: Int64 = 0
  ) {
    self.started = started
    self.finished = finished
    self.pools = pools
    self.maxDepth = maxDepth
    self.grace = grace
    self.graceAge = graceAge
  }

  /// Whether everything that was asked for was seen.
  public var state: ScanState {
    pools.allSatisfy { $0.state == .complete || !$0.isVisited } && problems.isEmpty
      && domains?.problems.isEmpty != false ? .complete : .partial
  }
}

/// Where machines are known from.
public struct MachineSourcePlace: Hashable, Sendable {
  /// The kind of source, by its word on the command line.
  public var kind: String
  /// What is read, as it is asked for.
  public var path: PathBytes

  /// A source.
  public init(kind: String, path: PathBytes) {
    self.kind = kind
    self.path = path
  }
}

/// Answers about paths that only the host can give; nothing is opened for them.
public struct PathOracle {
  /// Where a directory really is.
  public enum Landing: Sendable {
    /// It lies in what this scan could not see: nothing can be said.
    case unseen
    /// The host could not say, and why: a problem of the scan.
    case failed(String)
    /// It is not there; it would be at this path, where that can be told from what is there of the way.
    case missing(PathBytes)
    /// It is there, at this path without symbolic links.
    case real(PathBytes)
  }

  /// What stands at a path, links followed.
  public enum Presence: Sendable {
    /// It lies in what this scan could not see: nothing can be said.
    case unseen
    /// The host could not say, and why: a problem of the scan.
    case failed(String)
    /// Nothing.
    case missing
    /// Something, at this path without symbolic links.
    case present(PathBytes, isReadable: Bool)
    /// A directory, at this path without symbolic links.
    case directory(PathBytes)
  }

  /// Which file stands at a path, whatever the path is called elsewhere.
  public struct File: Hashable, Sendable {
    /// The identity of its file system.
    public let filesystem: String
    /// Its number there.
    public let inode: UInt64

    /// A file.
    public init(filesystem: String, inode: UInt64) {
      self.filesystem = filesystem
      self.inode = inode
    }
  }

  /// Which directory stands at a path.
  public struct Directory: Hashable, Sendable {
    /// What it is, as a file.
    public let file: File
    /// When an entry came, went or was replaced last, nanoseconds since 1970.
    public let changed: Int64

    /// A directory.
    public init(file: File, changed: Int64) {
      self.file = file
      self.changed = changed
    }
  }

  package let landing: (PathBytes) -> Landing
  package let presence: (PathBytes) -> Presence
  package let filesystemAbove: (PathBytes) -> String?
  package let file: (PathBytes) -> File?
  package let directory: (PathBytes) -> Directory?
  package let isSame: (PathBytes, PathBytes) -> Bool

  /// An oracle that asks these functions. The third says which file system holds the nearest directory above a path
  /// that is there, the next two which regular file and which directory stands at a path without symbolic links, where
  /// that can be found out, and the last whether two such paths lead to one file, or one directory, now.
  public init(
    landing: @escaping (PathBytes) -> Landing, presence: @escaping (PathBytes) -> Presence,
    filesystemAbove: @escaping (PathBytes) -> String? = { _ in nil },
    file: @escaping (PathBytes) -> File? = { _ in nil },
    directory: @escaping (PathBytes) -> Directory? = { _ in nil },
    isSame: @escaping (PathBytes, PathBytes) -> Bool = { $0 == $1 }
  ) {
    self.landing = landing
    self.presence = presence
    self.filesystemAbove = filesystemAbove
    self.file = file
    self.directory = directory
    self.isSame = isSame
  }
}
