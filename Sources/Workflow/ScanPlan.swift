internal import Host
internal import Machines
internal import Model
internal import Record
internal import Sighting
internal import Storage

/// Which trees a scan walks, and which of them cannot be walked.
struct ScanPlan {
  /// A pool that is to be covered.
  struct Target {
    let name: String
    let path: PathBytes
    /// Why it cannot be walked, where it cannot.
    let obstacle: String?
  }

  /// Every pool that has a name: those of this scan and those of earlier ones.
  private(set) var declared: [ScanRequest.Pool] = []
  /// libvirt's pools, by their paths.
  private var libvirts: [PathBytes: LibvirtPool] = [:]
  /// Who names the pools that this scan was asked for.
  private let origins: [PathBytes: PoolOrigin]
  /// Roots of pools of which somebody says which hosts use them.
  private let spokenFor: Set<PathBytes>
  private let exclusiveNames: Set<String>
  /// Pools whose directory was renamed, by the path that they had.
  let renamed: [PathBytes: PathBytes]
  /// The pools to be covered, in byte order of their paths.
  private(set) var targets: [Target] = []
  /// Single images that the scan was asked for and that an earlier one saw, and why they cannot be looked at.
  private(set) var gone: [(path: PathBytes, reason: String)] = []
  /// The first directories to be walked.
  private(set) var tasks: [DirectoryTask] = []

  /// Images that have to be gone at once before an empty root is taken for a lost mount.
  static let emptyRootLimit: Int64 = 1000

  init(
    _ request: ScanRequest, libvirt: LibvirtView?, known: KnownInventory,
    filesystems: FileSystemIdentity
  ) throws {
    let visited = (libvirt?.pools ?? []).filter {
      $0.obstacle == nil && $0.notVisitedReason == nil
    }
    let spelling = PoolSpelling(
      asked: request.pools.map(\.path) + (libvirt?.pools.map(\.path) ?? []),
      libvirts: Dictionary(visited.map { ($0.name, $0.path) }) { first, _ in first },
      known: try known.roots(), filesystems: filesystems)
    renamed = spelling.renamed
    spokenFor = Set(
      request.exclusivePaths.union(request.libvirt?.viewedPaths ?? []).map(spelling.path))
    exclusiveNames = request.exclusiveNames
    let earlier = try known.pools().map {
      ScanRequest.Pool(name: $0.name, path: spelling.renamed[$0.path] ?? $0.path)
    }
    let requested = request.pools.map { Self.respelled($0, spelling, earlier) }
    origins = Dictionary(requested.map { ($0.path, $0.origin) }) { _, last in last }
    let asked = requested.isEmpty ? earlier : requested
    guard !asked.isEmpty || libvirt != nil else { throw ScanRefusal.nothingToScan }
    var names: [PathBytes: String] = [:]
    for pool in earlier { names[pool.path] = pool.name }
    for pool in libvirt?.pools ?? [] {
      let path = spelling.path(pool.path)
      names[path] = pool.name
      libvirts[path] = pool
    }
    // What the user calls it goes before what libvirt calls it.
    for pool in requested { names[pool.path] = pool.name }
    for pool in Set(asked.map(\.path)).union(libvirts.keys).sorted() {
      try add(pool, name: names[pool] ?? pool.displayText, known: known, names: &names)
    }
    declared = names.map { ScanRequest.Pool(name: $0.value, path: $0.key) }
      .sorted { $0.path < $1.path }
    dropWhatIsWalkedAnyway()
    // A pool within a tree that is walked is covered with it.
    for pool in declared
    where covers(pool.path) && !targets.contains(where: { $0.path == pool.path }) {
      try addCovered(pool)
    }
    targets.sort { $0.path < $1.path }
    if let unknown = exclusiveNames.subtracting(targets.map(\.name)).min() {
      throw ScanRefusal.noSuchPool(unknown)
    }
  }

  /// Whether somebody says which hosts use a pool: it has viewers that are asked, or is this host's.
  func isSpokenFor(_ target: Target) -> Bool {
    spokenFor.contains(target.path) || exclusiveNames.contains(target.name)
  }

  /// A pool by the spelling under which its directory is known; one that was only named after its path has the name
  /// that it is known by.
  private static func respelled(
    _ pool: ScanRequest.Pool, _ spelling: PoolSpelling, _ earlier: [ScanRequest.Pool]
  ) -> ScanRequest.Pool {
    var respelled = pool
    respelled.path = spelling.path(pool.path)
    if respelled.path != pool.path, pool.name == pool.path.displayText {
      respelled.name =
        earlier.first { $0.path == respelled.path }?.name ?? respelled.path.displayText
    }
    return respelled
  }

  /// A pool below a tree that is walked: what is not there is kept, as when it is named. A symbolic link is not
  /// followed from above.
  private mutating func addCovered(_ pool: ScanRequest.Pool) throws {
    var obstacle: String?
    do {
      _ = try status(ofPath: pool.path, followingLink: true)
      if try status(ofPath: pool.path, followingLink: false).kind == .symbolicLink {
        tasks.append(try root(pool.path, pool: pool.path, onlyName: nil))
      }
    } catch let fault as HostFault {
      obstacle = fault.reason
    }
    targets.append(Target(name: pool.name, path: pool.path, obstacle: obstacle))
  }

  private mutating func add(
    _ path: PathBytes, name: String, known: KnownInventory, names: inout [PathBytes: String]
  ) throws {
    if let obstacle = libvirts[path]?.obstacle {
      targets.append(Target(name: name, path: path, obstacle: obstacle))
      return
    }
    let kind: FileKind
    do {
      kind = try status(ofPath: path, followingLink: true).kind
    } catch {
      try addObstructed(path, name: name, fault: error, known: known, names: &names)
      return
    }
    switch kind {
    case .directory: try addTree(path, name: name, known: known)
    case .regular, .blockDevice: try addFile(path, name: name, known: known, names: &names)
    case .symbolicLink, .other: throw ScanRefusal.notAPool(path)
    }
  }

  /// A path that is not there was a pool, or an image in one, or it was never anything.
  private mutating func addObstructed(
    _ path: PathBytes, name: String, fault: HostFault, known: KnownInventory,
    names: inout [PathBytes: String]
  ) throws {
    if try origins[path] == .configuration || libvirts[path] != nil
      || known.pools().contains(where: { $0.path == path })
    {
      targets.append(Target(name: name, path: path, obstacle: fault.reason))
    } else if try known.everStood(path), let pool = try pool(covering: path, known) {
      gone.append(
        (path, fault.isMissing ? "an earlier scan saw it, and it is gone" : fault.reason))
      names[path] = nil
      add(target: pool, name: names[pool] ?? name)
    } else {
      if fault.isMissing { throw ScanRefusal.nothingThere(path) }
      throw fault
    }
  }

  private mutating func addTree(_ path: PathBytes, name: String, known: KnownInventory) throws {
    do {
      let obstacle = try obstacle(at: path, known: known)
      if obstacle == nil { tasks.append(try root(path, pool: path, onlyName: nil)) }
      targets.append(Target(name: name, path: path, obstacle: obstacle))
    } catch let fault as HostFault {
      targets.append(
        Target(name: name, path: path, obstacle: "cannot be read: \(fault.reason)"))
    }
  }

  /// One image is refreshed within the pool that covers it, or makes its directory known as a pool
  /// of that one file.
  private mutating func addFile(
    _ path: PathBytes, name: String, known: KnownInventory, names: inout [PathBytes: String]
  ) throws {
    let covering = try pool(covering: path, known)
    let pool = covering ?? path
    if covering != nil, try !known.pools().contains(where: { $0.path == path }) {
      names[path] = nil
    }
    add(target: pool, name: covering.flatMap { names[$0] } ?? name)
    tasks.append(try root(path.directory, pool: pool, onlyName: Array(path.name)))
  }

  /// The pool in which an image lies: of several the innermost.
  private func pool(covering path: PathBytes, _ known: KnownInventory) throws -> PathBytes? {
    try known.pools().map(\.path).filter { path.directory.isIn($0) }
      .max { $0.bytes.count < $1.bytes.count }
  }

  private mutating func add(target pool: PathBytes, name: String) {
    guard !targets.contains(where: { $0.path == pool }) else { return }
    targets.append(Target(name: name, path: pool, obstacle: nil))
  }

  private func root(
    _ path: PathBytes, pool: PathBytes, onlyName: [UInt8]?
  ) throws -> DirectoryTask {
    DirectoryTask(
      path: path, canonicalPath: try canonicalPath(path), poolPath: pool,
      rootFilesystem: nil, parentFilesystem: nil, onlyName: onlyName)
  }

  /// Why a root that is there is not what it was.
  private func obstacle(at path: PathBytes, known: KnownInventory) throws -> String? {
    let before = try known.imageCount(ofPool: path)
    guard before >= Self.emptyRootLimit,
      try Directory(opening: path, followingLink: true).entries().isEmpty
    else { return nil }
    return "empty now, after \(before) images; is its file system mounted?"
  }

  /// Every pool that has a name, as the database is told.
  var declaredPools: [DeclaredPool] {
    let former = Dictionary(renamed.map { ($0.value, $0.key) }) { first, _ in first }
    return declared.map { pool in
      var declaration = DeclaredPool(
        name: pool.name, path: pool.path,
        // As with its name: what the user says goes before what libvirt says.
        origin: origins[pool.path] ?? (libvirts[pool.path] == nil ? nil : .libvirt),
        notVisitedReason: libvirts[pool.path]?.notVisitedReason)
      declaration.formerPath = former[pool.path]
      return declaration
    }
  }

  /// Whether scans look into a pool at all.
  func isVisited(_ target: Target) -> Bool { libvirts[target.path]?.notVisitedReason == nil }

  /// A tree below another that is walked whole is walked once. No link is followed from above: one that a symbolic
  /// link leads away from there is walked as itself.
  private mutating func dropWhatIsWalkedAnyway() {
    let whole = tasks.filter { $0.onlyName == nil }
    tasks.removeAll { task in
      whole.contains {
        $0.path != task.path && task.path.isIn($0.path)
          && task.canonicalPath.isIn($0.canonicalPath)
      } || (task.onlyName != nil && whole.contains { $0.path == task.path })
    }
  }
}
