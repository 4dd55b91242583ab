import Model
import Record
import Sighting

/// What one scan sees of a host that exists only in a test.
struct ScriptedWalk {
  let host: ScriptedHost
  let look: ScriptedHost.Look
  let known: KnownInventory

  /// The pools that the scan is asked for.
  private var roots: [PathBytes] {
    let asked = look.pools ?? host.pools.keys.sorted()
    let lone = Set(look.images.compactMap { pool(of: $0.directory) })
    return look.images.isEmpty ? asked.sorted() : lone.sorted()
  }

  var declared: [DeclaredPool] {
    roots.map { root in
      var pool = DeclaredPool(name: host.pools[root] ?? "pool", path: root)
      pool.formerPath = host.formerPaths[root]
      return pool
    }
  }

  private func pool(of directory: PathBytes) -> PathBytes? {
    host.pools.keys.filter { directory == $0 || directory.isIn($0) }
      .max { $0.bytes.count < $1.bytes.count }
  }

  private func isHidden(_ directory: PathBytes) -> Bool {
    look.hidden.contains { directory == $0 || directory.isIn($0) }
  }

  /// Tells it all to whoever writes it down.
  func run(into writer: InventoryWriter, night: Int64) throws -> ScanOutcome {
    var outcome = ScanOutcome(
      started: Moment(milliseconds: night * 86_400_000),
      finished: Moment(milliseconds: night * 86_400_000 + 1000),
      pools: roots.map { .init(path: $0, state: .complete, isWalked: look.images.isEmpty) },
      maxDepth: 16, grace: 2)
    outcome.singleImages = look.images
    outcome.acknowledged = host.acknowledged
    outcome.kept = host.kept
    try tellMachines(to: writer, &outcome)
    for (index, root) in roots.enumerated() {
      if look.unavailable.contains(root) {
        outcome.pools[index].state = .unavailable
        outcome.pools[index].reason = "it is not there"
        continue
      }
      let reports = try directories(of: root).map { try report($0, root) }
      try writer.stage(reports)
      if look.images.isEmpty { outcome.goneDirectories += try goneDirectories(of: root) }
      for hidden in look.hidden.sorted() where pool(of: hidden) == root {
        outcome.pools[index].state = .partial
        outcome.pools[index].reason = "not everything could be read"
        outcome.problems.append(
          (root, ScanProblem(filename: hidden, message: "cannot be read: permission denied")))
      }
    }
    return outcome
  }

  private func tellMachines(to writer: InventoryWriter, _ outcome: inout ScanOutcome) throws {
    guard look.machines, let machines = host.machines else { return }
    var report = DomainReport()
    report.domains = machines.filter { !look.hiddenSources.contains($0.source) }
    report.covered = ["/etc/libvirt/qemu"]
    report.unseen = look.hiddenSources
    try writer.stage(report)
    outcome.domains = .init(problems: look.machineProblems)
  }

  private func directories(of root: PathBytes) -> [PathBytes] {
    host.directories.keys.filter { pool(of: $0) == root && !isHidden($0) }
      .filter { directory in
        look.images.isEmpty || look.images.contains { $0.directory == directory }
      }.sorted()
  }

  private func goneDirectories(of root: PathBytes) throws -> [PathBytes] {
    try known.directories(ofPool: root).filter { host.directories[$0] == nil && !isHidden($0) }
  }

  private func report(_ path: PathBytes, _ root: PathBytes) throws -> DirectoryReport {
    let directory = host.directories[path] ?? ScriptedHost.Directory()
    let before = try known.directory(path)
    var report = DirectoryReport(
      path: path, canonicalPath: directory.canonical ?? path, poolPath: root,
      filesystem: directory.filesystem)
    report.isMountPoint = directory.isMountPoint
    report.inode = Self.number(path)
    if path == root { (report.room, report.identity) = (directory.room, directory.identity) }
    for (name, file) in host.files.sorted(by: { $0.key < $1.key })
    where name.directory == path && isAsked(name) {
      let position = before.position(of: name.name)
      if let position, before[position].signature == file.signature { continue }
      report.files.append(host.seen(name, file, knownAs: position.map { before[$0].image }))
    }
    report.goneNames = (0..<before.count).map { Array(before.name(at: $0)) }
      .filter { host.files[path.appending($0)] == nil && isAsked(path.appending($0)) }
    for (name, target) in host.aliases.sorted(by: { $0.key < $1.key })
    where name.directory == path && look.images.isEmpty {
      report.aliases.append(
        SeenAlias(
          name: Array(name.name), linkText: target.bytes,
          target: host.files[target] == nil ? nil : target))
    }
    report.goneAliases = before.aliases.filter { host.aliases[path.appending($0)] == nil }
    return report
  }

  private func isAsked(_ path: PathBytes) -> Bool {
    look.images.isEmpty || look.images.contains(path)
  }

  // MARK: What the host says of paths

  var oracle: PathOracle {
    PathOracle(
      landing: landing, presence: presence, filesystemAbove: filesystem(above:), file: file,
      directory: directory, isSame: isSame)
  }

  /// What a path shows, mounts seen through.
  private func shown(_ path: PathBytes) -> PathBytes {
    guard let mount = host.mounts.first(where: { path == $0.key || path.isIn($0.key) }) else {
      return path
    }
    return PathBytes(mount.value.bytes + path.bytes.dropFirst(mount.key.bytes.count))
  }

  /// The number of a directory, by its path.
  private static func number(_ path: PathBytes) -> UInt64 {
    path.bytes.reduce(into: 5381) { $0 = $0 &* 33 &+ UInt64($1) }
  }

  private func file(_ path: PathBytes) -> PathOracle.File? {
    if let file = host.outside[path] { return file }
    let shown = shown(path)
    return host.files[shown].map {
      .init(
        filesystem: (host.directories[shown.directory] ?? .init()).filesystem, inode: $0.inode)
    }
  }

  /// Outside the pools anything may have happened.
  private func directory(_ path: PathBytes) -> PathOracle.Directory? {
    let shown = shown(path)
    let filesystem = host.directories[shown]?.filesystem ?? "uuid:9"
    return .init(
      file: .init(filesystem: filesystem, inode: Self.number(shown)), changed: Int64.max)
  }

  private func isSame(_ path: PathBytes, _ other: PathBytes) -> Bool {
    if let one = file(path), let two = file(other) { return one == two }
    let (one, two) = (shown(path), shown(other))
    return one == two && host.directories[one] != nil
  }

  /// Where a path leads, directories that are symbolic links followed, step by step.
  private func real(_ path: PathBytes) -> PathBytes {
    var real: PathBytes = "/"
    for part in path.bytes.split(separator: UInt8(ascii: "/")) {
      real = part.elementsEqual("..".utf8) ? real.directory : real.appending(part)
      real = host.ways[real] ?? real
    }
    return real
  }

  private func isUnseen(_ path: PathBytes) -> Bool {
    isHidden(path.directory) || look.unavailable.contains { path == $0 || path.isIn($0) }
  }

  private func landing(_ path: PathBytes) -> PathOracle.Landing {
    let real = real(path)
    if isUnseen(real) || isHidden(real) { return .unseen }
    if host.failing.contains(path) { return .failed("cannot be read: input/output error") }
    let holds = host.outside.keys.contains { $0.directory == real }
    return host.directories[shown(real)] != nil || holds ? .real(real) : .missing(real)
  }

  private func presence(_ path: PathBytes) -> PathOracle.Presence {
    var real = real(path)
    if isUnseen(real) { return .unseen }
    if host.failing.contains(path) { return .failed("cannot be read: input/output error") }
    if let target = host.aliases[real] { real = target }
    if let file = host.files[shown(real)] { return .present(real, isReadable: file.facts != nil) }
    if host.directories[shown(real)] != nil { return .directory(real) }
    return host.outside[real] == nil ? .missing : .present(real, isReadable: true)
  }

  private func filesystem(above path: PathBytes) -> String? {
    var directory = path.directory
    while host.directories[directory] == nil {
      if directory.directory == directory { return nil }
      directory = directory.directory
    }
    return host.directories[directory]?.filesystem
  }
}
