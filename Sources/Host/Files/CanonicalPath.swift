internal import CLinux
internal import Glibc
public import Model

/// The absolute path of what `path` names, without symbolic links, `.` and `..` in it.
///
/// As realpath(3), but for a path and a result of any length: it is followed one component at a time,
/// with two descriptors. Everything on the way, and the last component, must be there.
/// - Throws: `resolve`: `ENOENT`, `ENOTDIR`, `EACCES`, `ELOOP` after 40 links.
public func canonicalPath(_ path: PathBytes) throws(HostFault) -> PathBytes {
  var walk = try PathWalk(path, following: .all)
  try walk.finish()
  return walk.result.isEmpty ? "/" : PathBytes(walk.result)
}

/// As `canonicalPath`, as far as there is something; what is left of the path, or of the text of a symbolic link that
/// leads nowhere, is taken by its text. So a path into a directory that is not there is known as one.
/// - Throws: as `canonicalPath`, but nothing for what is not there.
public func pathAsFarAsThere(_ path: PathBytes) throws(HostFault) -> PathBytes {
  var walk = try PathWalk(path, following: .all)
  return try walk.finishAsFarAsThere()
}

/// The way along a path, one component after the other: each is opened in the one before.
struct PathWalk: ~Copyable {
  /// Which symbolic links are followed.
  enum Links {
    /// All.
    case all
    /// Those that root or this user made, and nobody has given another name.
    case ours
    /// None, and no way up either.
    case none
  }

  private static let slash = UInt8(ascii: "/")
  private static let dot = [UInt8(ascii: ".")]
  private static let parent = [UInt8(ascii: "."), UInt8(ascii: ".")]
  /// Links that are followed before it is a loop: the kernel's number (path_resolution(7)).
  private static let mostLinks = 40

  /// Where the walk has come to; empty for the root.
  private(set) var result: [UInt8] = []
  /// Where the walk has come to.
  private(set) var here: Descriptor
  private let path: PathBytes
  private var following: Links
  /// What is still to be walked, last component first.
  private var ahead: [[UInt8]] = []
  private var links = 0

  init(_ path: PathBytes, following: Links) throws(HostFault) {
    guard !path.bytes.isEmpty else {
      throw HostFault(operation: "resolve", path: path, code: ENOENT)
    }
    let start = path.bytes.first == Self.slash ? [] : try workingDirectory().bytes
    self.init(path, following, from: start, root: try Self.root(path))
  }

  private init(
    _ path: PathBytes, _ following: Links, from start: [UInt8], root: consuming Descriptor
  ) {
    self.path = path
    self.following = following
    here = root
    push(path.bytes)
    push(start)
  }

  private static func root(_ path: PathBytes) throws(HostFault) -> Descriptor {
    try Descriptor(Opening([.place, .directory]).open([slash]), "resolve", path)
  }

  /// The place to which the walk has come, held open: nothing that is put on the way later changes where it is.
  consuming func end() -> Descriptor { here }

  /// Walks what is still to be walked.
  /// - Throws: `resolve`; of a link that is not followed with its path and a reason of its own.
  mutating func finish() throws(HostFault) {
    while let component = ahead.popLast() { try step(component) }
  }

  /// Walks as far as there is something, and takes what is still ahead by its text.
  mutating func finishAsFarAsThere() throws(HostFault) -> PathBytes {
    while let component = ahead.popLast() {
      do throws(HostFault) { try step(component) } catch {
        guard error.isMissing else { throw error }
        takeByText(component)
        while let next = ahead.popLast() { takeByText(next) }
      }
    }
    return result.isEmpty ? "/" : PathBytes(result)
  }

  private mutating func takeByText(_ component: [UInt8]) {
    if component == Self.parent {
      leaveLast()
    } else if component != Self.dot {
      result += [Self.slash] + component
    }
  }

  /// Walks on from where the walk is now, over no symbolic link at all.
  mutating func finish(strictly rest: ArraySlice<UInt8>) throws(HostFault) {
    following = .none
    push(rest)
    try finish()
  }

  private mutating func step(_ component: [UInt8]) throws(HostFault) {
    if component == Self.dot || component == Self.parent {
      guard following != .none || component == Self.dot else { throw fault(EINVAL) }
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
        operation: "resolve", path: PathBytes(result + [Self.slash] + component),
        code: HostFault.linkOnTheWay)
    }
    try follow(next)
  }

  private mutating func follow(_ link: borrowing Descriptor) throws(HostFault) {
    links += 1
    var text: [UInt8] = []
    let code = LinkText.readOpened(link.number, into: &text)
    try (links > Self.mostLinks ? -ELOOP : code).check("resolve", path)
    guard let first = text.first else { throw fault(ENOENT) }
    push(text)
    guard first == Self.slash else { return }
    here = try Self.root(path)
    result = []
  }

  private func fault(_ code: Int32) -> HostFault {
    HostFault(operation: "resolve", path: path, code: code)
  }

  /// A link of several names may have got one of them from anybody.
  private func mayFollow(_ link: FileStatus) -> Bool {
    switch following {
    case .all: true
    case .ours: (link.ownerID == 0 || link.ownerID == geteuid()) && link.linkCount == 1
    case .none: false
    }
  }

  private mutating func push(_ text: some BidirectionalCollection<UInt8>) {
    // A slash at the end asks for a directory, as a component "." does.
    if text.last == Self.slash { ahead.append(Self.dot) }
    ahead.append(contentsOf: text.split(separator: Self.slash).reversed().map { Array($0) })
  }

  private mutating func leaveLast() {
    guard let slash = result.lastIndex(of: Self.slash) else { return }
    result.removeSubrange(slash...)
  }
}
