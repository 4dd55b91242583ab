package import Host
package import Model
package import Sighting

/// Lists directories and compares what is in them with what is known; many threads at once.
package struct DirectoryWalk: Sendable {
  /// Files that one thread takes at a time: all of a usual directory, so that they are written side by side.
  /// Of more than it needs it gives to threads that have none.
  private static let batchSize = 1024

  package let rules: WalkRules
  /// What is known of a directory.
  package let known: @Sendable (PathBytes) throws -> KnownDirectory
  package let mounts: MountTable
  package let filesystems: FileSystemIdentity
  package let files: FileReading
  /// The roots of all known pools: below them another pool begins.
  package let roots: Set<PathBytes>
  /// What is the database's own.
  package let own: OwnFiles
  package let results: BoundedQueue<WalkResult>

  /// A walk.
  package init(
    rules: WalkRules, known: @escaping @Sendable (PathBytes) throws -> KnownDirectory,
    mounts: MountTable, filesystems: FileSystemIdentity, files: FileReading, roots: Set<PathBytes>,
    own: OwnFiles, results: BoundedQueue<WalkResult>
  ) {
    self.rules = rules
    self.known = known
    self.mounts = mounts
    self.filesystems = filesystems
    self.files = files
    self.roots = roots
    self.own = own
    self.results = results
  }

  /// Does one piece of work; more of it goes to `others`, what it cost to `effort`.
  package func perform(
    _ work: WalkWork, _ effort: inout WalkCost, _ others: OtherWorkers<WalkWork>
  ) {
    let begun = Clock.monotonic()
    let readBefore = effort.read
    switch work {
    case .directory(let task):
      do {
        try walk(task, &effort, others)
      } catch {
        switch error {
        case .unknown(let fault): results.put(.failed(fault))
        case .host(let fault): unseen(task, fault.reason)
        case .changedFileSystem: unseen(task, Self.changedFileSystem)
        }
      }
    case .files(let batch): read(batch, &effort, others)
    }
    effort.walk += Clock.monotonic() - begun - (effort.read - readBefore)
  }

  private static let changedFileSystem =
    "the file system is not the one of the last scan, or is not mounted; mount it, or scan with --new-filesystem if it was replaced"

  private func unseen(_ task: DirectoryTask, _ reason: String) {
    results.put(
      .unseen(task.path, pool: task.poolPath, reason: "cannot be read: \(reason)"))
  }

  private func read(
    _ batch: FileBatch, _ effort: inout WalkCost, _ others: OtherWorkers<WalkWork>
  ) {
    let begun = Clock.monotonic()
    let report = files.read(batch, others)
    effort.read += Clock.monotonic() - begun
    results.put(.report(report))
  }

  private func walk(
    _ task: DirectoryTask, _ effort: inout WalkCost, _ others: OtherWorkers<WalkWork>
  ) throws(WalkFault) {
    let directory = try Self.host {
      () throws(HostFault) in try Directory(opening: task.path, followingLink: task.isRoot)
    }
    let status = try Self.host { () throws(HostFault) in try directory.status() }
    let filesystem = try Self.host {
      () throws(HostFault) in try filesystems.identity(of: directory, status: status)
    }
    if rules.staysOnOneFileSystem, let root = task.rootFilesystem, root != filesystem { return }
    let known = try knowledge(of: task.path)
    if !rules.acceptsNewFileSystems, let before = known.filesystem, before != filesystem {
      throw .changedFileSystem
    }
    let isMountPoint = mounts.isMountPoint(task.canonicalPath)
    if !rules.acceptsNewFileSystems, known.wasMountPoint, !isMountPoint {
      throw .changedFileSystem
    }
    let entries = try Self.host { () throws(HostFault) in try directory.entries() }
    var report = DirectoryReport(
      path: task.path, canonicalPath: task.canonicalPath, poolPath: task.poolPath,
      filesystem: filesystem)
    report.isMountPoint = isMountPoint
    report.inode = status.inode
    if task.onlyName == nil, task.path == task.poolPath {
      report.identity = (status.inode, status.born)
      // What cannot be asked stays as it was known: no room is told of that night.
      report.room = try? directory.room()
    }
    report.sharedType = mounts.sharedType(of: status, at: task.canonicalPath)
    let listing = Listing(
      directory: directory, entries: entries, known: known, blank: report,
      isMountedTwice: mounts.mounts.count { $0.device == status.device } > 1,
      hasTimesOfThisHost: mounts.mount(of: status)?.hasTimesOfThisHost ?? false)
    var sorting = EntrySorting(
      listing, task: task, rules: rules, own: own.names(in: status),
      isHidden: own.isHidden(status) || (!task.isRoot && OwnFiles.isOfScripts(task.path)))
    sorting.sort()
    for child in sorting.directories {
      others.add(.directory(task.child(child, filesystem: filesystem, roots: roots)))
    }
    shareOut(sorting.files, of: listing, &effort, others)
    for alias in sorting.aliases { files.add(alias: alias, of: listing, to: &report) }
    report.problems += sorting.problems
    if entries.fault == nil {
      report.goneNames = sorting.goneNames
      report.goneAliases = sorting.goneAliases
    }
    results.put(.report(report))
    if let fault = entries.fault {
      throw .host(fault)
    }
    results.put(.whole(task.path))
  }

  private func shareOut(
    _ positions: [Int], of listing: Listing, _ effort: inout WalkCost,
    _ others: OtherWorkers<WalkWork>
  ) {
    var start = 0
    while start < positions.count {
      let end = min(start + Self.batchSize, positions.count)
      let batch = FileBatch(listing: listing, entries: positions[start..<end])
      // The last part is read here and now: the directory is still warm in this thread.
      if end == positions.count {
        read(batch, &effort, others)
      } else {
        others.add(.files(batch))
      }
      start = end
    }
  }

  private func knowledge(of path: PathBytes) throws(WalkFault) -> KnownDirectory {
    do { return try known(path) } catch { throw .unknown(error) }
  }

  private static func host<Value>(
    _ body: () throws(HostFault) -> Value
  ) throws(WalkFault) -> Value {
    do { return try body() } catch { throw .host(error) }
  }
}

/// Why a directory was not seen whole.
enum WalkFault: Error {
  case host(HostFault)
  /// What is known could not be asked.
  case unknown(any Error)
  case changedFileSystem
}

extension DirectoryTask {
  /// Whether the directory is the root of a scanned tree; only there is a link followed.
  var isRoot: Bool { rootFilesystem == nil }

  func child(_ name: ArraySlice<UInt8>, filesystem: String, roots: Set<PathBytes>) -> DirectoryTask
  {
    let path = path.appending(name)
    return DirectoryTask(
      path: path, canonicalPath: canonicalPath.appending(name),
      poolPath: roots.contains(path) ? path : poolPath,
      rootFilesystem: rootFilesystem ?? filesystem, parentFilesystem: filesystem, onlyName: nil)
  }
}

/// Tells the entries of one directory apart.
struct EntrySorting {
  private let listing: Listing
  private let task: DirectoryTask
  private let rules: WalkRules
  /// Names of the database's own files.
  private let own: Set<[UInt8]>
  /// Whether all that is here is the database's own.
  private let isHidden: Bool
  private var isSeen: [Bool]
  private var seenAliases: Set<ArraySlice<UInt8>> = []
  /// Positions of regular files, and of block devices that are images.
  private(set) var files: [Int] = []
  private(set) var directories: [ArraySlice<UInt8>] = []
  private(set) var aliases: [ArraySlice<UInt8>] = []
  private(set) var problems: [ScanProblem] = []

  init(
    _ listing: Listing, task: DirectoryTask, rules: WalkRules, own: Set<[UInt8]>, isHidden: Bool
  ) {
    self.own = own
    self.isHidden = isHidden
    self.listing = listing
    self.task = task
    self.rules = rules
    isSeen = Array(repeating: false, count: listing.known.count)
  }

  mutating func sort() {
    // What an earlier scan took for images is gone then.
    if isHidden { return }
    for position in listing.entries.indices {
      let name = listing.entries[position].nameBytes
      if let only = task.onlyName, !name.elementsEqual(only) {
        keep(name)
        continue
      }
      if !own.isEmpty, own.contains(Array(name)) { continue }
      if rules.excludes.contains(where: { $0.matches(name: name, in: task.path) }) { continue }
      switch kind(at: position) {
      case .regular:
        keep(name)
        files.append(position)
      case .directory: if task.onlyName == nil { directories.append(name) }
      case .symbolicLink:
        if isWanted(name) {
          guard let isDevice = isDevice(name) else {
            keep(name)
            continue
          }
          if isDevice {
            keep(name)
            files.append(position)
            continue
          }
        }
        seenAliases.insert(name)
        aliases.append(name)
      case .blockDevice:
        guard isWanted(name) else { continue }
        keep(name)
        files.append(position)
      case .other: break
      case nil: keep(name)
      }
    }
    orderFiles()
  }

  /// Puts the files in the order of their inodes: so they lie on a disk, and mostly what they hold as well. The
  /// order of a directory is that of a hash, and each file would be a way of the disk's arm.
  private mutating func orderFiles() {
    var numbered = files.map { (inode: listing.entries[$0].inode, position: $0) }
    numbered.sort { $0.inode < $1.inode }
    files = numbered.map(\.position)
  }

  /// Known files that the directory does not hold any more; of those that were looked for.
  var goneNames: [[UInt8]] {
    isSeen.indices.filter { !isSeen[$0] }.map { Array(listing.known.name(at: $0)) }
      .filter { task.onlyName == nil || $0 == task.onlyName }
  }

  /// Known symbolic links that the directory does not hold any more.
  var goneAliases: [[UInt8]] {
    task.onlyName == nil
      ? listing.known.aliases.filter { !seenAliases.contains($0[...]) } : []
  }

  /// Whether a device of this name is an image: it was named, now or before. Others in a pool are nobody's.
  private func isWanted(_ name: ArraySlice<UInt8>) -> Bool {
    task.onlyName.map { name.elementsEqual($0) } ?? false
      || listing.position(of: name) != nil
  }

  /// Whether a symbolic link leads to a block device, as `/dev/VOLUMEGROUP/VOLUME` does; `nil` where that
  /// cannot be found out.
  private mutating func isDevice(_ link: ArraySlice<UInt8>) -> Bool? {
    let path = task.path.appending(link)
    do throws(HostFault) {
      return try statusIfThere(ofPath: path, followingLink: true)?.kind == .blockDevice
    } catch {
      if error.isOfThePath { return false }
      problems.append(ScanProblem(filename: path, message: error.reason))
      return nil
    }
  }

  private mutating func keep(_ name: ArraySlice<UInt8>) {
    if let known = listing.position(of: name) { isSeen[known] = true }
  }

  /// What an entry is; `nil` where that cannot be found out.
  private mutating func kind(at position: Int) -> FileKind? {
    if let kind = listing.entries[position].kind { return kind }
    do {
      return try listing.directory.status(of: listing.entries[position]).kind
    } catch {
      if !error.isMissing {
        let path = task.path.appending(listing.entries[position].nameBytes)
        problems.append(ScanProblem(filename: path, message: error.reason))
      }
      return nil
    }
  }
}
