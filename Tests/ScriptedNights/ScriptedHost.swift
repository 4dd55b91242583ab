package import DiskImage
package import Model
import Record
package import Sighting
import Workflow

/// Pools, directories and files that exist only in a test. What a scan is told follows from what stands there and from
/// what the database knows, as of a walk.
package final class ScriptedHost: ScriptedDatabase {
  /// A directory below the root of a pool, or the root.
  package struct Directory {
    package var filesystem = "uuid:1"
    package var canonical: PathBytes?
    package var isMountPoint = false
    package var room: FileSystemRoom?
    package var identity: (inode: UInt64, birthTime: Int64?)?

    package init() {}
  }

  /// A file, whatever names it has.
  package struct File {
    package var inode: UInt64
    package var facts: ImageFacts?
    package var size: UInt64 = 1 << 20
    package var modified: Int64 = 1000
    package var isInUse = false
    package var sample: Int64?
    package var ownership = FileOwnership(user: 0, group: 0, mode: 0o600)
    /// Raised by whatever happens to it.
    fileprivate var stamp: Int64
  }

  /// How a scan looks: what it was asked for, and what it cannot see.
  package struct Look: Sendable {
    /// The roots of the pools that it is asked for; `nil`: all.
    package var pools: [PathBytes]?
    /// Pools that are not there.
    package var unavailable: Set<PathBytes> = []
    /// Directories that cannot be listed; what is below them is not seen either.
    package var hidden: Set<PathBytes> = []
    /// Single images, instead of their pools.
    package var images: [PathBytes] = []
    /// Files of machines of which nothing can be seen.
    package var hiddenSources: Set<PathBytes> = []
    /// What could not be read of machines.
    package var machineProblems: [ScanProblem] = []
    /// Whether machines are asked for.
    package var machines = true

    /// A look at everything.
    package init(_ change: (inout Look) -> Void = { _ in }) { change(&self) }
  }

  private let owner: ScriptedPool
  package var file: PathBytes { owner.file }
  private var night: Int64 = 0
  private var stamp: Int64 = 0
  private var nextInode: UInt64 = 100

  /// The names of the pools by their roots.
  package var pools: [PathBytes: String]
  /// Where a pool was until now that stands elsewhere.
  package var formerPaths: [PathBytes: PathBytes] = [:]
  package var directories: [PathBytes: Directory] = [:]
  package private(set) var files: [PathBytes: File] = [:]
  /// Symbolic links to files.
  package var aliases: [PathBytes: PathBytes] = [:]
  /// Symbolic links to directories, on the way to what stands below.
  package var ways: [PathBytes: PathBytes] = [:]
  /// Directories that show another directory, without a link that could be followed.
  package var mounts: [PathBytes: PathBytes] = [:]
  /// Files outside the pools, by path.
  package var outside: [PathBytes: PathOracle.File] = [:]
  /// Paths of which the host cannot say what is there.
  package var failing: Set<PathBytes> = []
  /// What machines say; `nil`: nobody asks.
  package var machines: [SeenDomain]?
  /// What guests see of bases, by the numbers of their files; where there is none no base is read.
  package var contents: [UInt64: UInt64] = [:]
  /// Whose blocks are their own; `nil`: nobody asks.
  package var measuring: (([FileToMeasure]) -> [Int64: OwnBlocks])?
  package var acknowledged: [WordRule] = []
  package var kept: [WordRule] = []
  package var isFirstInBulk = InventoryWriter.isBulkWanted

  /// Pools, each called as the last part of its path.
  package init(_ roots: PathBytes...) throws {
    owner = try ScriptedPool()
    pools = Dictionary(uniqueKeysWithValues: roots.map { ($0, Self.word($0.name)) })
    for root in roots { directories[root] = Directory() }
  }

  private init(owner: ScriptedPool) {
    self.owner = owner
    pools = [:]
  }

  private static func word(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self)
  }

  // MARK: What stands there

  /// A new file at a path, instead of whatever stood there.
  package func put(
    _ path: PathBytes, on backing: String? = nil, format: String? = "qcow2",
    _ change: (inout ImageFacts) -> Void = { _ in }
  ) {
    var facts = ImageFacts(format: .qcow2)
    facts.virtualSize = 1 << 20
    facts.clusterSize = 65536
    if let backing {
      facts.references = [
        StoredReference(
          role: .backing, stored: Array(backing.utf8), recordedFormat: format.map { Array($0.utf8) }
        )
      ]
    }
    change(&facts)
    nextInode += 1
    stamp += 1
    clear(path)
    files[path] = File(inode: nextInode, facts: facts, modified: Self.second(stamp), stamp: stamp)
  }

  /// Each time is another second.
  private static func second(_ stamp: Int64) -> Int64 { stamp * 1_000_000_000 }

  /// Makes room for a file at a path.
  private func clear(_ path: PathBytes) {
    remove(path)
    if directories[path.directory] == nil { directories[path.directory] = Directory() }
  }

  /// Something happens to a file, under all of its names.
  package func change(_ path: PathBytes, _ change: (inout File) -> Void) {
    guard var file = files[path] else { return }
    change(&file)
    stamp += 1
    file.stamp = stamp
    for (name, other) in files where other.inode == files[path]?.inode { files[name] = file }
  }

  /// A guest writes.
  package func write(_ path: PathBytes, _ content: UInt64? = nil) {
    change(path) { [stamp] in
      $0.modified = Self.second(stamp + 1)
      if let content { contents[$0.inode] = content }
    }
  }

  /// Another base for an overlay.
  package func rebase(_ path: PathBytes, on backing: String, format: String? = "qcow2") {
    change(path) { [stamp] in
      $0.modified = Self.second(stamp + 1)
      $0.facts?.references = [
        StoredReference(
          role: .backing, stored: Array(backing.utf8), recordedFormat: format.map { Array($0.utf8) }
        )
      ]
    }
  }

  /// A file takes another name, in place of whatever had it.
  package func move(_ path: PathBytes, to other: PathBytes) {
    guard path != other, let file = files.removeValue(forKey: path) else { return }
    clear(other)
    files[other] = file
  }

  /// One more name for a file.
  package func link(_ path: PathBytes, as other: PathBytes) {
    guard path != other, let file = files[path] else { return }
    clear(other)
    files[other] = file
    change(path) { _ in }
  }

  /// A name is taken away.
  package func remove(_ path: PathBytes) {
    guard let file = files.removeValue(forKey: path) else { return }
    if let rest = files.first(where: { $0.value.inode == file.inode })?.key {
      change(rest) { _ in }
    }
  }

  /// A directory takes another name, with all that is below.
  package func moveDirectory(_ path: PathBytes, to other: PathBytes) {
    func moved(_ old: PathBytes) -> PathBytes? {
      guard old == path || old.isIn(path) else { return nil }
      return PathBytes(other.bytes + old.bytes.dropFirst(path.bytes.count))
    }
    for (old, directory) in directories {
      guard let new = moved(old) else { continue }
      directories[old] = nil
      directories[new] = directory
    }
    for (old, file) in files {
      guard let new = moved(old) else { continue }
      files[old] = nil
      files[new] = file
    }
  }

  /// A directory goes, with all that is below.
  package func removeDirectory(_ path: PathBytes) {
    for gone in directories.keys where gone == path || gone.isIn(path) { directories[gone] = nil }
    for gone in files.keys.sorted() where gone.isIn(path) { remove(gone) }
  }

  /// Nights pass without a scan.
  package func sleep(nights: Int64) { night += nights }

  /// The same host with what is known of it, that goes its own way from here on.
  package func fork() throws -> ScriptedHost { try copy(holding: ScriptedPool(copying: owner)) }

  /// The same host, of which a new database knows nothing.
  package func anew() throws -> ScriptedHost { try copy(holding: ScriptedPool()) }

  private func copy(holding owner: ScriptedPool) throws -> ScriptedHost {
    let other = ScriptedHost(owner: owner)
    (other.night, other.stamp, other.nextInode) = (night, stamp, nextInode)
    (other.pools, other.directories, other.files) = (pools, directories, files)
    (other.aliases, other.ways, other.outside) = (aliases, ways, outside)
    other.mounts = mounts
    (other.machines, other.contents, other.failing) = (machines, contents, failing)
    (other.measuring, other.acknowledged, other.kept) = (measuring, acknowledged, kept)
    (other.formerPaths, other.isFirstInBulk) = (formerPaths, isFirstInBulk)
    return other
  }

  // MARK: Scans

  /// A scan: tonight's numbers begin with its own.
  @discardableResult
  package func scan(_ look: Look = Look()) throws -> ScanResult {
    night += 1
    let writer = try InventoryWriter(
      writing: file, machineID: "m", hostName: "h", rules: owner.rules, inBulk: isFirstInBulk)
    let walk = ScriptedWalk(host: self, look: look, known: writer.known)
    try writer.declare(walk.declared)
    let outcome = try walk.run(into: writer, night: night)
    guard !contents.isEmpty else {
      return try writer.finish(outcome, oracle: walk.oracle, measuring: measuring)
    }
    let answer = try writer.finish(
      outcome, oracle: walk.oracle, newBases: 1000, rereading: read,
      reading: { bases in { self.read(bases) } }, measuring: measuring)
    _ = writer.settle()
    return answer
  }

  private func read(_ bases: [BaseToRead]) -> BaseContents {
    var found = BaseContents()
    for base in bases where base.purpose != .emptiness {
      let inode = base.layers.first?.file.inode ?? 0
      found.contents[base.image] = contents[inode].map { Content(level: 0, sums: [$0]) }
    }
    return found
  }

  /// A file as a walk sees it.
  func seen(_ path: PathBytes, _ file: File, knownAs image: Int64?) -> SeenFile {
    let names = files.values.count { $0.inode == file.inode }
    let digest = file.facts.map { "\($0)" }?.utf8.reduce(into: Int64(5381)) {
      $0 = $0 &* 33 &+ Int64($1)
    }
    var seen = SeenFile(
      name: Array(path.name), knownImage: image, inode: file.inode,
      birthTime: Int64(file.inode), mayStandElsewhere: names > 1, linkCount: UInt32(names),
      ownership: file.ownership, fileSize: file.size, actualSize: file.size,
      modified: file.modified, changed: file.modified, signature: file.stamp,
      isInUse: file.isInUse, hasDiskName: file.facts?.format == .raw,
      header: file.facts.map { SeenHeader($0, digest: digest ?? 0, in: path.directory) })
    seen.sample = file.sample
    return seen
  }
}

extension ScriptedHost.File {
  /// By which a walk knows that nothing happened to it.
  var signature: Int64 { stamp }
}
