internal import CLinux
internal import Glibc
public import Model

/// The absolute path of what `path` names, without symbolic links, `.` and `..` in it.
///
/// As realpath(3), but for a path and a result of any length: it is followed one component at a time,
/// with two descriptors. Everything on the way, and the last component, must be there.
/// - Throws: `resolve`: `ENOENT`, `ENOTDIR`, `EACCES`, `ELOOP` after 40 links.
public func canonicalPath(_ path: PathBytes) throws(HostFault) -> PathBytes {
  var walk = try CanonicalWalk(path)
  while let component = walk.nextComponent() { try walk.step(component) }
  return walk.result.isEmpty ? "/" : PathBytes(walk.result)
}

/// As `canonicalPath`, as far as there is something; what is left of the path, or of the text of a symbolic link that
/// leads nowhere, is taken by its text. So a path into a directory that is not there is known as one.
/// - Throws: as `canonicalPath`, but nothing for what is not there.
public func pathAsFarAsThere(_ path: PathBytes) throws(HostFault) -> PathBytes {
  var walk = try CanonicalWalk(path)
  while let component = walk.nextComponent() {
    do throws(HostFault) { try walk.step(component) } catch {
      guard error.isMissing else { throw error }
      return walk.end(taking: component)
    }
  }
  return walk.result.isEmpty ? "/" : PathBytes(walk.result)
}

/// The directory at `path`, held open as a place, so that nothing that is put on the way later changes where it is.
/// - Throws: as `canonicalPath`; `write through another user's symbolic link` for one that
///   `mayFollow` refuses by its status.
func place(
  ofDirectory path: PathBytes, following mayFollow: @escaping (FileStatus) -> Bool
) throws(HostFault) -> Descriptor {
  var walk = try CanonicalWalk(path, following: mayFollow)
  while let component = walk.nextComponent() { try walk.step(component) }
  return walk.end()
}

/// The way along a path, one component after the other.
private struct CanonicalWalk: ~Copyable {
  private static let slash = UInt8(ascii: "/")
  private static let dot = [UInt8(ascii: ".")]
  private static let parent = [UInt8(ascii: "."), UInt8(ascii: ".")]
  /// Links that are followed before it is a loop: the kernel's number (path_resolution(7)).
  private static let mostLinks = 40

  /// Where the walk has come to; empty for the root.
  private(set) var result: [UInt8] = []
  private let path: PathBytes
  /// What is still to be walked, last component first.
  private var ahead: [[UInt8]] = []
  private var here: Descriptor
  private var links = 0
  private let mayFollow: (FileStatus) -> Bool

  init(
    _ path: PathBytes, following mayFollow: @escaping (FileStatus) -> Bool = { _ in true }
  ) throws(HostFault) {
    guard !path.bytes.isEmpty else {
      throw HostFault(operation: "resolve", path: path, code: ENOENT)
    }
    let start = path.bytes.first == Self.slash ? [] : try workingDirectory().bytes
    self.init(path, from: start, root: try Self.root(path), following: mayFollow)
  }

  private init(
    _ path: PathBytes, from start: [UInt8], root: consuming Descriptor,
    following mayFollow: @escaping (FileStatus) -> Bool
  ) {
    self.path = path
    self.mayFollow = mayFollow
    here = root
    push(path.bytes)
    push(start)
  }

  private static func root(_ path: PathBytes) throws(HostFault) -> Descriptor {
    try Descriptor(Opening([.place, .directory]).open([slash]), "resolve", path)
  }

  /// Where the walk has come to.
  consuming func end() -> Descriptor { here }

  /// The path with `component` and all that is still ahead taken by their text.
  mutating func end(taking component: [UInt8]) -> PathBytes {
    var next: [UInt8]? = component
    while let name = next {
      if name == Self.parent {
        leaveLast()
      } else if name != Self.dot {
        result += [Self.slash] + name
      }
      next = nextComponent()
    }
    return result.isEmpty ? "/" : PathBytes(result)
  }

  mutating func nextComponent() -> [UInt8]? { ahead.popLast() }

  mutating func step(_ component: [UInt8]) throws(HostFault) {
    if component == Self.dot || component == Self.parent {
      here = try Descriptor(
        Opening([.place, .directory]).open(component, in: here.number), "resolve", path)
      if component == Self.parent { leaveLast() }
      return
    }
    let next = try Descriptor(Opening.place.open(component, in: here.number), "resolve", path)
    let found = try next.status(path)
    guard found.kind == .symbolicLink else {
      here = next
      result.append(Self.slash)
      result.append(contentsOf: component)
      return
    }
    guard mayFollow(found) else {
      throw HostFault(
        operation: "write through another user's symbolic link",
        path: PathBytes(result + [Self.slash] + component), code: EPERM)
    }
    try follow(next)
  }

  private mutating func follow(_ link: borrowing Descriptor) throws(HostFault) {
    links += 1
    var text: [UInt8] = []
    let code = LinkText.readOpened(link.number, into: &text)
    try (links > Self.mostLinks ? -ELOOP : code).check("resolve", path)
    guard let first = text.first else {
      throw HostFault(operation: "resolve", path: path, code: ENOENT)
    }
    push(text)
    guard first == Self.slash else { return }
    here = try Self.root(path)
    result = []
  }

  private mutating func push(_ text: [UInt8]) {
    // A slash at the end asks for a directory, as a component "." does.
    if text.last == Self.slash { ahead.append(Self.dot) }
    ahead.append(contentsOf: text.split(separator: Self.slash).reversed().map { Array($0) })
  }

  private mutating func leaveLast() {
    guard let slash = result.lastIndex(of: Self.slash) else { return }
    result.removeSubrange(slash...)
  }
}
