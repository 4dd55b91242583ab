internal import DiskImage
internal import Host
internal import Libvirt
internal import Machines
internal import Model
internal import Record
internal import Sighting

/// What libvirt's own files say, read once, without a daemon.
struct LibvirtView {
  /// Pools, each path once, in the order in which they were met.
  private(set) var pools: [LibvirtPool] = []
  /// What the files say of domains.
  private(set) var report = DomainReport()
  /// Files that could not be read, or are not what they should be.
  private(set) var problems: [ScanProblem] = []
  /// Whether they say which machines there are: one is defined, or none where somebody named libvirt, or declared that
  /// there are no others.
  private(set) var saysWhich: Bool
  /// Where machines were read from, and how many.
  private(set) var sources: [MachineSourceOutcome] = []

  private let hasNoOthers: Bool
  private var poolFacts: [PoolFacts] = []

  /// Reads everything that is asked for.
  /// - Throws: `ScanRefusal` for a directory that is not there and of which nothing is known.
  init(reading request: LibvirtRequest, known: KnownInventory) throws {
    hasNoOthers = request.hasNoOthers
    saysWhich = request.hasNoOthers
    var files: [LibvirtFile] = []
    if let root = request.root {
      try read(
        Self.places(request, root), below: root, known: known, &files,
        isSearch: request.isSearched)
    }
    for directory in request.directories {
      let place = LibvirtPlace(directory.displayText, ".xml", .anyDomain, isTree: true)
      try read([(directory, place)], below: directory, known: known, &files)
    }
    for viewer in request.viewers { try read(viewer: viewer, known: known, &files) }
    for file in files { take(file) }
    pools = LibvirtPool.distinct(poolFacts, below: request.root ?? "/")
    let volumes = VolumePaths(
      poolFacts, known: try known.pools(), definedBelow: request.root,
      except: request.directories + request.viewers)
    for file in files { addDomain(file, volumes) }
    for file in files { say(unreadOf: file) }
  }

  /// Says what of a machine's arguments cannot be read: it may use any image by it.
  private mutating func say(unreadOf file: LibvirtFile) {
    guard let facts = file.document.domainFacts else { return }
    for what in facts.unread {
      problems.append(
        ScanProblem(
          filename: file.path,
          message: "what '\(facts.name)' hands to QEMU is not read in full: \(what)"))
    }
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
    known: KnownInventory, _ files: inout [LibvirtFile], mayLackDomains: Bool = false,
    isSearch: Bool = false
  ) throws {
    var reading = LibvirtReading(root: root)
    for (path, place) in places { reading.read(path, place) }
    if isSearch, !reading.isAnythingThere, reading.problems.isEmpty,
      try !places.contains(where: { try known.hasDomains(below: $0.path) })
    {
      return
    }
    let isTree = places.contains(where: \.place.isTree)
    let noted = problems.count
    defer {
      let reasons = problems[noted...].map(\.message)
      sources.append(
        MachineSourceOutcome(
          source: root, kind: isTree ? "domains" : "libvirt", machines: reading.domainCount,
          state: reasons.isEmpty ? .complete : reading.domainCount == 0 ? .unavailable : .partial,
          reason: reasons.first))
    }
    if !reading.isAnythingThere {
      guard
        try known.hasDomains(below: root)
          || statusIfThere(ofPath: root, followingLink: true) != nil
      else {
        throw ScanRefusal.nothingThere(root)
      }
      problems.append(
        ScanProblem(filename: root, message: "there are no libvirt files here; is it mounted?"))
      report.unseen.insert(root)
      for (path, _) in places { report.unseen.insert(path) }
    }
    if isTree, !mayLackDomains,
      let reason = reading.reasonAgainstDomains(isDeclared: hasNoOthers)
    {
      // Whose files these are is not known; what was read here before may be there still.
      problems.append(ScanProblem(filename: root, message: reason))
      report.unseen.insert(root)
    } else if isTree {
      report.coveredTrees.formUnion(reading.covered)
    } else {
      report.covered.formUnion(reading.covered)
    }
    // Whoever names libvirt says that it keeps the machines; what a search finds may be there for nothing.
    let isNamed =
      !isSearch
      && places.contains { $0.place.holding == .domain && reading.found.contains($0.path) }
    if isTree || isNamed || reading.domainCount > 0 { saysWhich = true }
    if !isTree { try compare(places, below: root, reading, known) }
    report.unseen.formUnion(reading.unseen)
    problems += reading.problems
    files += reading.files
  }

  /// Compares with what is known where libvirt's own files define less than before: a directory that said something of
  /// machines and is not there may be of a file system that is not mounted. One that is there had its files removed.
  private mutating func compare(
    _ places: [(path: PathBytes, place: LibvirtPlace)], below root: PathBytes,
    _ reading: LibvirtReading, _ known: KnownInventory
  ) throws {
    let absent = places.filter { path, place in
      place.outlivesBoot && !reading.found.contains(path) && !reading.unseen.contains(path)
    }
    guard !absent.isEmpty || !saysWhich else { return }
    let files = try known.domainFiles()
    let isKnown = { (path: PathBytes) in files.contains { $0.isAtOrBelow(path) } }
    for (path, _) in absent where isKnown(path) {
      problems.append(
        ScanProblem(
          filename: path,
          message:
            "it is not there, and said something of machines before; is it mounted? To let go of it: backstory machines --forget PATH"
        ))
      report.unseen.insert(path)
    }
    let place = MachineSourcePlace(kind: MachineSourceKind.libvirt.rawValue, path: root)
    if try known.machineSources().contains(place) || places.contains(where: { isKnown($0.path) }) {
      saysWhich = true
    }
  }

  /// Reads what another host left for us; a directory with nothing in it is one that is not mounted,
  /// or was not copied to yet.
  private mutating func read(
    viewer: PathBytes, known: KnownInventory, _ files: inout [LibvirtFile]
  ) throws {
    if let why = Self.obstacle(at: viewer) {
      problems.append(ScanProblem(filename: viewer, message: why))
      sources.append(
        MachineSourceOutcome(
          source: viewer, kind: "domains", machines: 0, state: .unavailable, reason: why))
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
        return "cannot be read: \(error.reason); no image is called an orphan"
      }
    }
    return "the domains of a host that uses the pools are missing; no image is called an orphan"
  }

  /// Takes what a file says of a pool.
  private mutating func take(_ file: LibvirtFile) {
    if case .pool(let facts) = file.document { poolFacts.append(facts) }
  }

  private mutating func addDomain(_ file: LibvirtFile, _ volumes: VolumePaths) {
    switch file.document {
    case .domain(let facts): report.domains.append(SeenDomain(facts, in: file.path, volumes))
    case .savedState(let facts): report.domains.append(SeenDomain(facts, in: file.path, volumes))
    case .snapshot(let facts): report.domains.append(SeenDomain(facts, in: file.path, volumes))
    case .checkpoint(let facts): report.domains.append(SeenDomain(facts, in: file.path))
    case .pool: break
    }
  }
}
