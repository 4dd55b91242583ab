package import Host
package import Model
package import Sighting

/// What this scan could not see, and what the host says of the rest: the oracle of the
/// reconciliation.
package struct PathProbe: Sendable {
  /// Directories of which nothing, or not everything, could be seen, and files, as walked and as they are.
  private var unseen: Set<PathBytes> = []
  private let filesystems: FileSystemIdentity
  /// Whether it is not known of one of them where it really is: then it may be anywhere.
  private var isAnyAstray = false

  /// Where machines see pools: the longest path first.
  private let outlooks: [PoolOutlook]

  /// A view in which everything could be seen.
  package init(filesystems: FileSystemIdentity, outlooks: [PoolOutlook] = []) {
    self.filesystems = filesystems
    self.outlooks = outlooks.sorted { $0.path.bytes.count > $1.path.bytes.count }
  }

  /// What a path of a machine's means here: the first of the places in the pool at which something stands, or
  /// else the first; a path below no outlook means itself.
  private func meant(by path: PathBytes) -> PathBytes {
    guard let outlook = outlooks.first(where: { path.isIn($0.path) }) else { return path }
    let rest = path.bytes.dropFirst(outlook.path.bytes.count).drop { $0 == UInt8(ascii: "/") }
    let places = outlook.directories.map { rest.isEmpty ? $0 : $0.appending(rest) }
    return places.first(where: mayStand) ?? places.first ?? path
  }

  /// Whether something stands at a path, or nobody can say.
  private func mayStand(_ path: PathBytes) -> Bool {
    if isUnseen(path) { return true }
    do throws(HostFault) {
      return try statusIfThere(ofPath: path, followingLink: true) != nil
    } catch { return true }
  }

  package mutating func add(unseen path: PathBytes) {
    unseen.insert(path)
    do throws(HostFault) {
      unseen.insert(try pathAsFarAsThere(path))
    } catch {
      if !error.isOfThePath { isAnyAstray = true }
    }
  }

  /// Adds a file that could not be looked at, in a directory that could.
  package mutating func add(unseen path: PathBytes, really real: PathBytes) {
    unseen.insert(path)
    unseen.insert(real)
  }

  /// Whether a path is, or lies in, what could not be seen.
  package func isUnseen(_ path: PathBytes) -> Bool {
    guard !unseen.isEmpty else { return false }
    var current = path
    while true {
      if unseen.contains(current) { return true }
      let parent = current.directory
      if parent == current { return false }
      current = parent
    }
  }

  package var oracle: PathOracle {
    PathOracle(
      landing: landing, presence: presence, filesystemAbove: filesystemAbove, file: file,
      directory: directory, isSame: isSame)
  }

  /// The directory at a path without symbolic links.
  private func directory(_ path: PathBytes) -> PathOracle.Directory? {
    do throws(HostFault) {
      let directory = try Directory(opening: path, followingLink: false)
      let status = try directory.status()
      let file = PathOracle.File(
        filesystem: try filesystems.identity(of: directory, status: status), inode: status.inode)
      return .init(file: file, changed: status.changed)
    } catch { return nil }
  }

  /// Whether two paths without symbolic links lead to one file now: by the device too, for a file system that is
  /// mounted twice may number its files anew each time.
  private func isSame(_ path: PathBytes, _ other: PathBytes) -> Bool {
    do throws(HostFault) {
      let one = try Host.status(ofPath: path, followingLink: false)
      let two = try Host.status(ofPath: other, followingLink: false)
      return one.device == two.device && one.inode == two.inode && one.kind == two.kind
    } catch { return false }
  }

  /// The regular file at a path without symbolic links. Of one that is mounted over another the directory does not tell
  /// the file system.
  private func file(_ path: PathBytes) -> PathOracle.File? {
    do throws(HostFault) {
      let status = try Host.status(ofPath: path, followingLink: false)
      let folder = path.directory
      guard status.kind == .regular else { return nil }
      let isMounted =
        try Host.status(ofPath: folder, followingLink: false).device != status.device
      let filesystem =
        try isMounted
        ? filesystems.identity(of: OpenFile(opening: path))
        : filesystems.identity(ofDirectory: folder)
      return .init(filesystem: filesystem, inode: status.inode)
    } catch { return nil }
  }

  /// The file system of the nearest directory above a path that is there.
  private func filesystemAbove(_ path: PathBytes) -> String? {
    var above = path.directory
    while true {
      do throws(HostFault) { return try filesystems.identity(ofDirectory: above) } catch {
        if !error.isMissing || above.directory == above { return nil }
        above = above.directory
      }
    }
  }

  private func landing(_ named: PathBytes) -> PathOracle.Landing {
    let path = meant(by: named)
    if isUnseen(path) { return .unseen }
    switch real(path) {
    case .unseen: return .unseen
    case .failed(let reason): return .failed(reason)
    case .missing: return .missing(wouldBe(path))
    case .present(let real, _), .directory(let real): return .real(real)
    }
  }

  /// Where a path that leads nowhere would lead; itself, where that cannot be told.
  private func wouldBe(_ path: PathBytes) -> PathBytes {
    do throws(HostFault) { return try pathAsFarAsThere(path) } catch { return path }
  }

  private func presence(_ named: PathBytes) -> PathOracle.Presence {
    let path = meant(by: named)
    return isUnseen(path) ? .unseen : real(path)
  }

  private func real(_ path: PathBytes) -> PathOracle.Presence {
    do {
      let real = try canonicalPath(path)
      if isUnseen(real) { return .unseen }
      let status = try status(ofPath: real, followingLink: false)
      if status.kind == .directory { return .directory(real) }
      // A FIFO or a socket is no image, whoever may read it.
      let mayBeImage = status.kind != .other || status.deviceItself != nil
      guard mayBeImage else { return .present(real, isReadable: false) }
      return .present(real, isReadable: try isReadable(path))
    } catch {
      if error.leadsNowhere { return leadsIntoUnseen(path) ? .unseen : .missing }
      // Without permission to look nothing can be said; "not there" is something else. A host that fails is
      // no fact about the path, and has to be told.
      return error.isOfThePath ? .unseen : .failed("cannot be read: \(error.reason)")
    }
  }

  /// Whether a path that leads nowhere does so because what could not be seen is on its way: by `..` or a symbolic link.
  private func leadsIntoUnseen(_ path: PathBytes) -> Bool {
    if isAnyAstray { return true }
    guard !unseen.isEmpty else { return false }
    do throws(HostFault) { return isUnseen(try pathAsFarAsThere(path)) } catch { return false }
  }
}
