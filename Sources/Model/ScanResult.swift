/// What a scan came to.
public enum ScanState: String, Sendable, Hashable {
  /// Everything that was asked for was seen.
  case complete
  /// Something could not be looked at; it is kept as it was.
  case partial
}

/// What became of one pool in a scan.
public enum PoolState: String, Sendable, Hashable {
  case complete, partial, unavailable
}

/// One scan with its counts; an element of `scans`.
public struct ScanSummary: Encodable, Hashable, Sendable {
  /// The scan's number, from 1.
  public var number: Int64
  /// What it came to.
  public var state: ScanState
  /// When it began.
  public var started: Moment
  /// When it was written.
  public var finished: Moment
  /// What it counted.
  public var counts: ScanCounts

  /// A scan with its counts.
  public init(
    number: Int64, state: ScanState, started: Moment, finished: Moment, counts: ScanCounts
  ) {
    self.number = number
    self.state = state
    self.started = started
    self.finished = finished
    self.counts = counts
  }

  /// Encodes the contract's scan object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(number, forKey: "number")
    try object.encode(state.rawValue, forKey: "state")
    try object.encode(started.text, forKey: "started")
    try object.encode(finished.text, forKey: "finished")
    try object.encode(counts.images, forKey: "images")
    try object.encode(counts.added, forKey: "added")
    try object.encode(counts.removed, forKey: "removed")
    try object.encode(counts.moved, forKey: "moved")
    try object.encode(counts.changed, forKey: "changed")
    try object.encode(counts.replaced, forKey: "replaced")
    try object.encode(counts.unchanged, forKey: "unchanged")
    try object.encode(counts.unreadable, forKey: "unreadable")
  }
}

/// Numbers of images in a scan.
public struct ScanCounts: Hashable, Sendable {
  /// Images known after the scan, in the pools that it covered.
  public var images: Int64 = 0
  /// Images that are new to the database.
  public var added: Int64 = 0
  /// Images that are gone from every path.
  public var removed: Int64 = 0
  /// Images that stand at another path than before.
  public var moved: Int64 = 0
  /// Images whose header or file changed.
  public var changed: Int64 = 0
  /// Paths at which another image stands now.
  public var replaced: Int64 = 0
  /// Images that are as they were.
  public var unchanged: Int64 = 0
  /// Files that could not be read.
  public var unreadable: Int64 = 0

  /// Counts of nothing.
  public init() {}
}

/// What became of one pool.
public struct PoolOutcome: Encodable, Hashable, Sendable {
  /// The pool's name.
  public var name: String
  /// The directory.
  public var path: PathBytes
  /// Whether it was seen whole.
  public var state: PoolState
  /// Images known in it after the scan.
  public var images: Int64
  /// Why it was not seen whole.
  public var reason: String?

  /// The outcome of a pool.
  public init(name: String, path: PathBytes, state: PoolState, images: Int64, reason: String?) {
    self.name = name
    self.path = path
    self.state = state
    self.images = images
    self.reason = reason
  }

  /// Encodes the contract's pool object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(name, forKey: "name")
    try object.encode(path, forKey: "path")
    try object.encode(state.rawValue, forKey: "state")
    try object.encode(images, forKey: "images")
    try object.encodeIfPresent(reason, forKey: "reason")
  }
}

/// What one source of machines gave.
public struct MachineSourceOutcome: Encodable, Hashable, Sendable {
  /// Where it is: a directory, or a file.
  public var source: PathBytes
  /// Its kind, as `--machines` has it: `libvirt`, `domains`, `list`, `pve`, `running`.
  public var kind: String
  /// Machines of which it says something, each once.
  public var machines: Int
  /// Whether it was seen whole.
  public var state: PoolState
  /// Why it was not.
  public var reason: String?

  /// A source as it was read.
  public init(
    source: PathBytes, kind: String, machines: Int, state: PoolState, reason: String? = nil
  ) {
    self.source = source
    self.kind = kind
    self.machines = machines
    self.state = state
    self.reason = reason
  }

  /// Encodes `{"source", "kind", "machines", "state", "reason"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(source, forKey: "source")
    try object.encode(kind, forKey: "kind")
    try object.encode(machines, forKey: "machines")
    try object.encode(state.rawValue, forKey: "state")
    try object.encodeIfPresent(reason, forKey: "reason")
  }
}

/// A directory in which machines have disks, and which no pool covers.
public struct UncoveredDirectory: Encodable, Hashable, Sendable {
  /// The directory, as the machines name it.
  public var path: PathBytes
  /// Their names, in order, each once.
  public var domains: [String]

  /// A directory that nobody looked into.
  public init(path: PathBytes, domains: [String]) {
    self.path = path
    self.domains = domains
  }

  /// Encodes `{"path", "domains"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(path, forKey: "path")
    try object.encode(domains, forKey: "domains")
  }
}

/// A directory of a pool that became a symbolic link, which no scan follows.
public struct RedirectedDirectory: Encodable, Hashable, Sendable {
  /// Where the directory was.
  public var path: PathBytes
  /// What the link says.
  public var link: PathBytes
  /// The images that were in it, and are told as removed or moved.
  public var images: Int64

  /// A directory that is a symbolic link now.
  public init(path: PathBytes, link: PathBytes, images: Int64) {
    self.path = path
    self.link = link
    self.images = images
  }

  /// Encodes `{"path", "link", "images"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(path, forKey: "path")
    try object.encode(link, forKey: "link")
    try object.encode(images, forKey: "images")
  }
}

/// Something that could not be looked at.
public struct ScanProblem: Encodable, Hashable, Sendable {
  /// The path of what could not be looked at.
  public var filename: PathBytes
  /// Why, in words.
  public var message: String

  /// A problem with a file or directory.
  public init(filename: PathBytes, message: String) {
    self.filename = filename
    self.message = message
  }

  /// Encodes `{"filename", "message"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(filename, forKey: "filename")
    try object.encode(message, forKey: "message")
  }
}

/// The answer of `scan`.
public struct ScanResult: Encodable, Hashable, Sendable {
  /// The scan itself.
  public var scan: ScanSummary
  /// Its pools, in the order of their paths.
  public var pools: [PoolOutcome]
  /// Findings open after the scan.
  public var openFindings: Int64
  /// Findings that the scan opened.
  public var openedFindings: Int64
  /// Findings that the scan closed.
  public var closedFindings: Int64
  /// What could not be looked at, in the order of the paths.
  public var problems: [ScanProblem]
  /// Where machines were read from, in the order of the paths; `nil` where nobody asked for any.
  public var machines: [MachineSourceOutcome]?
  /// Where machines have disks that no pool covers, in the order of the paths.
  public var uncovered: [UncoveredDirectory] = []
  /// Directories of pools that became symbolic links, in the order of the paths.
  public var redirected: [RedirectedDirectory] = []
  /// What the scan cost; where it was asked for.
  public var statistics: ScanStatistics?
  /// What went wrong after the scan was written, in sentences; not part of the encoded answer.
  public var warnings: [String] = []

  /// The answer of a scan.
  public init(
    scan: ScanSummary, pools: [PoolOutcome], openFindings: Int64, openedFindings: Int64,
    closedFindings: Int64, problems: [ScanProblem]
  ) {
    self.scan = scan
    self.pools = pools
    self.openFindings = openFindings
    self.openedFindings = openedFindings
    self.closedFindings = closedFindings
    self.problems = problems
  }

  private struct FindingCounts: Encodable {
    let open: Int64
    let opened: Int64
    let closed: Int64
  }

  /// Encodes the contract's scan answer.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(scan, forKey: "scan")
    try object.encode(pools, forKey: "pools")
    try object.encode(
      FindingCounts(open: openFindings, opened: openedFindings, closed: closedFindings),
      forKey: "findings")
    try object.encode(problems, forKey: "problems")
    try object.encodeIfPresent(machines, forKey: "machines")
    try object.encodeUnlessEmpty(uncovered, forKey: "uncovered")
    try object.encodeUnlessEmpty(redirected, forKey: "redirected")
    try object.encodeIfPresent(statistics, forKey: "statistics")
  }
}
