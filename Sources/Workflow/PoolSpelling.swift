internal import Host
internal import Model
internal import Record

/// One directory has one spelling: that under which it is known, however it is asked for. A place is where the file
/// really is, so that two spellings of a pool are not two pools.
struct PoolSpelling {
  /// The root of a pool, as it is now and as it was when it was last walked.
  private struct Root {
    let path: PathBytes
    /// Without symbolic links; `nil` where it is not there, or cannot be asked.
    let canonical: PathBytes?
    let status: FileStatus?
    /// Whether it is known that nothing is there.
    let isMissing: Bool
    /// What it was when a scan walked it last.
    let known: KnownRoot?

    init(_ path: PathBytes, known: KnownRoot?) {
      self.path = path
      self.known = known
      do throws(HostFault) {
        let canonical = try canonicalPath(path)
        status = try Host.status(ofPath: canonical, followingLink: false)
        self.canonical = canonical
        isMissing = false
      } catch {
        canonical = nil
        status = nil
        isMissing = error.isMissing
      }
    }

    /// Whether both are one directory now.
    func isSame(as other: FileStatus) -> Bool {
      guard let status else { return false }
      return status.kind == .directory && other.kind == .directory
        && status.device == other.device && status.inode == other.inode
    }
  }

  private var roots: [Root]
  /// Pools whose directory was renamed, by the path that they had; and where they are now.
  private(set) var renamed: [PathBytes: PathBytes] = [:]

  /// - Parameter libvirts: where the pools of libvirt are that can be looked into, by their names.
  init(
    asked: [PathBytes], libvirts: [String: PathBytes] = [:], known: [KnownRoot],
    filesystems: FileSystemIdentity
  ) {
    roots = known.map { Root($0.path, known: $0) }
    let names = Set(known.map(\.path))
    let fresh = Set(asked).subtracting(names).sorted().map { Root($0, known: nil) }
    // What is its own real path speaks for its other spellings.
    roots += fresh.filter { $0.canonical == $0.path } + fresh.filter { $0.canonical != $0.path }
    for root in fresh { findFormer(of: root, filesystems) }
    for root in fresh where !renamed.values.contains(root.path) {
      findRedefined(to: root, libvirts, asked: Set(asked))
    }
  }

  /// The path under which what is at `path` is known.
  func path(_ path: PathBytes) -> PathBytes {
    if let now = renamed[path] { return now }
    if roots.contains(where: { $0.path == path && $0.known != nil }) { return path }
    let way: (real: PathBytes, status: FileStatus)
    do throws(HostFault) {
      let real = try canonicalPath(path.directory).appending(path.name)
      way = (real, try status(ofPath: path, followingLink: true))
    } catch { return path }
    let same = roots.first { $0.isSame(as: way.status) }
    if let same, same.known != nil { return renamed[same.path] ?? same.path }
    // A directory within a known pool is one by that pool's spelling, also where it is asked for as a pool.
    return below(way.real, but: way.status) ?? same?.path ?? path
  }

  /// A path below the root that really holds it, by that root's spelling.
  private func below(_ real: PathBytes, but itself: FileStatus) -> PathBytes? {
    var longest: Root?
    for root in roots where root.status?.kind == .directory && !root.isSame(as: itself) {
      guard let canonical = root.canonical, real.isIn(canonical) else { continue }
      if canonical.bytes.count > longest?.canonical?.bytes.count ?? 0 { longest = root }
    }
    guard let longest, let canonical = longest.canonical else { return nil }
    return real.moved(from: canonical, to: longest.path)
  }

  /// Whether a root that was never asked for is the directory of a pool that is not there any more. That takes a time
  /// of birth: without one the number may be that of another directory.
  private mutating func findFormer(of root: Root, _ filesystems: FileSystemIdentity) {
    guard let status = root.status, status.kind == .directory, let birth = status.born else {
      return
    }
    let former = roots.first { other in
      guard let known = other.known, known.inode == status.inode, known.birthTime == birth
      else { return false }
      return other.isMissing || other.status.map { !root.isSame(as: $0) } ?? false
    }
    guard let former, let filesystem = former.known?.filesystem else { return }
    do throws(HostFault) {
      guard try filesystems.identity(ofDirectory: root.path) == filesystem else { return }
    } catch { return }
    renamed[former.path] = root.path
    for inner in roots where inner.known != nil && inner.isMissing {
      guard inner.path != former.path, inner.path.isIn(former.path) else { continue }
      renamed[inner.path] = inner.path.moved(from: former.path, to: root.path)
    }
  }

  /// Whether libvirt's pool of the same name was in a directory that is not there any more, and that nobody asks for:
  /// then it was given another target, and its images were copied or are lost.
  private mutating func findRedefined(
    to root: Root, _ libvirts: [String: PathBytes], asked: Set<PathBytes>
  ) {
    guard root.status?.kind == .directory else { return }
    let former = roots.first { other in
      guard let known = other.known, known.origin == .libvirt, other.isMissing else { return false }
      return libvirts[known.name] == root.path && !asked.contains(other.path)
    }
    if let former, renamed[former.path] == nil { renamed[former.path] = root.path }
  }
}
