internal import DiskImage
internal import Host
internal import Inventory
internal import Libvirt
internal import Machines
internal import Model

/// What libvirt's own files say, read once, without a daemon.
struct LibvirtView {
  /// Pools, each path once, in the order in which they were met.
  private(set) var pools: [LibvirtPool] = []
  /// What the files say of domains.
  private(set) var report = DomainReport()
  /// Files that could not be read, or are not what they should be.
  private(set) var problems: [ProblemAnswer] = []

  /// What became of libvirt's own files and of each directory, in the order in which they were asked for.
  private(set) var sources: [MachineOutcome] = []

  private var poolFacts: [PoolFacts] = []

  /// Reads everything that is asked for.
  /// - Throws: `ScanRefusal` for a directory that is not there and of which nothing is known.
  init(reading request: LibvirtRequest, known: KnownInventory) throws {
    var files: [LibvirtFile] = []
    if let root = request.root {
      try count(root, .libvirt, &files) { view, files in
        try view.read(Self.places(request, root), below: root, known: known, &files)
      }
    }
    for directory in request.directories {
      let place = LibvirtPlace(directory.displayText, ".xml", .anyDomain, isTree: true)
      try count(directory, .domains, &files) { view, files in
        try view.read([(directory, place)], below: directory, known: known, &files)
      }
    }
    for viewer in request.viewers {
      try count(viewer, .domains, &files) { view, files in
        try view.read(viewer: viewer, known: known, &files)
      }
    }
    for file in files { take(file) }
    pools = LibvirtPool.distinct(poolFacts, below: request.root ?? "/")
    let volumes = VolumePaths(poolFacts, known: try known.pools())
    for file in files { addDomain(file, volumes) }
  }

  /// Reads a source, and notes how many domains its files name and what could not be read.
  private mutating func count(
    _ source: PathBytes, _ kind: MachineSourceKind, _ files: inout [LibvirtFile],
    reading: (inout LibvirtView, inout [LibvirtFile]) throws -> Void
  ) throws {
    let (filesBefore, problemsBefore) = (files.count, problems.count)
    try reading(&self, &files)
    let volumes = VolumePaths([], known: [])
    let names = files[filesBefore...].compactMap { SeenDomain($0, volumes).map(DomainName.init) }
    let mine = problems[problemsBefore...]
    let isUnavailable = names.isEmpty && mine.contains { $0.filename == source }
    sources.append(
      MachineOutcome(
        source: source, kind: kind.rawValue, machines: Int64(Set(names).count),
        state: isUnavailable ? .unavailable : mine.isEmpty ? .complete : .partial,
        reason: mine.first.map { problem in
          problem.filename == source
            ? problem.message : "'\(problem.filename.displayText)': \(problem.message)"
        }))
  }

  /// Where libvirt's files are below a root.
  private static func places(
    _ request: LibvirtRequest, _ root: PathBytes
  ) -> [(PathBytes, LibvirtPlace)] {
    var places = LibvirtLayout.system.places
    if let session = request.session {
      places +=
        LibvirtLayout.session(
          configuration: session.configuration, runtime: session.runtime
        ).places
    }
    return places.map { (root.appending($0.directory.utf8.drop { $0 == UInt8(ascii: "/") }), $0) }
  }

  private mutating func read(
    _ places: [(path: PathBytes, place: LibvirtPlace)], below root: PathBytes,
    known: KnownInventory, _ files: inout [LibvirtFile], mayLackDomains: Bool = false
  ) throws {
    var reading = LibvirtReading(root: root)
    for (path, place) in places { reading.read(path, place) }
    if !reading.isAnythingThere {
      guard
        try known.hasDomains(below: root)
          || statusIfThere(ofPath: root, followingLink: true) != nil
      else {
        throw ScanRefusal.nothingThere(root)
      }
      problems.append(
        ProblemAnswer(filename: root, message: "libvirt keeps nothing here; is it mounted?"))
      report.unseen.insert(root)
      for (path, _) in places { report.unseen.insert(path) }
    }
    let isTree = places.contains(where: \.place.isTree)
    if isTree, !mayLackDomains, let reason = reading.reasonAgainstDomains {
      // Whose files these are is not known; what was read here before may be there still.
      problems.append(ProblemAnswer(filename: root, message: reason))
      report.unseen.insert(root)
    } else if isTree {
      report.coveredTrees.formUnion(reading.covered)
    } else {
      report.covered.formUnion(reading.covered)
    }
    report.unseen.formUnion(reading.unseen)
    problems += reading.problems
    files += reading.files
  }

  /// Reads what another host left for us; a directory with nothing in it is one that is not mounted,
  /// or was not copied to yet.
  private mutating func read(
    viewer: PathBytes, known: KnownInventory, _ files: inout [LibvirtFile]
  ) throws {
    if let why = Self.obstacle(at: viewer) {
      problems.append(ProblemAnswer(filename: viewer, message: why))
      report.unseen.insert(viewer)
      return
    }
    let place = LibvirtPlace(viewer.displayText, ".xml", .anyDomain, isTree: true)
    // A host without domains says so with any file.
    try read([(viewer, place)], below: viewer, known: known, &files, mayLackDomains: true)
  }

  private static func obstacle(at viewer: PathBytes) -> String? {
    do throws(HostFault) {
      let entries = try Directory(opening: viewer, followingLink: true).entries()
      if !entries.isEmpty { return nil }
    } catch {
      if !error.isMissing {
        return "cannot be looked at: \(error.reason); nothing is called an orphan"
      }
    }
    return "no domains of a host that uses the pools are here; nothing is called an orphan"
  }

  /// Takes what a file says of a pool.
  private mutating func take(_ file: LibvirtFile) {
    if case .pool(let facts) = file.document { poolFacts.append(facts) }
  }

  private mutating func addDomain(_ file: LibvirtFile, _ volumes: VolumePaths) {
    if let domain = SeenDomain(file, volumes) { report.domains.append(domain) }
  }
}

extension SeenDomain {
  /// What a file says of a domain; `nil` for one that is about something else.
  fileprivate init?(_ file: LibvirtFile, _ volumes: VolumePaths) {
    switch file.document {
    case .domain(let facts): self.init(facts, in: file.path, volumes)
    case .savedState(let facts): self.init(facts, in: file.path, volumes)
    case .snapshot(let facts): self.init(facts, in: file.path, volumes)
    case .pool, .checkpoint: return nil
    }
  }
}

/// Where the volumes of pools are.
struct VolumePaths {
  private let facts: [String: PoolFacts]
  private let known: [String: [PathBytes]]

  /// Pools of libvirt's as this scan read them, and those that earlier scans walked.
  init(_ facts: [PoolFacts], known: [(name: String, path: PathBytes)]) {
    self.facts = Dictionary(facts.map { ($0.name, $0) }) { first, _ in first }
    self.known = Dictionary(grouping: known, by: \.name).mapValues { $0.map(\.path) }
  }

  /// A reference to a volume with the path that it means, where its pool is known.
  func resolved(_ target: ReferenceTarget) -> ReferenceTarget {
    guard target.type == .volume, let pool = target.options["pool"], let volume = target.name
    else { return target }
    var resolved = target
    if let facts = facts[pool] {
      resolved.path = facts.path(ofVolume: volume).map { Array($0.utf8) }
    } else if let paths = known[pool], paths.count == 1 {
      resolved.path = paths.first?.appending(volume.utf8).bytes
    }
    return resolved
  }
}
