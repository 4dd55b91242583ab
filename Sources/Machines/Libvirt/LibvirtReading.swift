internal import DiskImage
internal import Host
package import Libvirt
package import Model

/// A file of libvirt's and what it says.
package struct LibvirtFile {
  package let path: PathBytes
  package let document: LibvirtDocument
}

/// Reads the files of libvirt's directories: so many bytes of each at most, nothing that leads out
/// of the root, nothing that is no regular file.
package struct LibvirtReading {
  /// Files that one directory may hold; libvirt itself is slow with far fewer.
  private static let fileLimit = 200_000
  /// Directories below one that is read as a tree; libvirt's own go three deep.
  private static let depthLimit = 32
  /// Bytes that tell whether a file whose name says nothing is a domain.
  private static let headLength = 1024

  /// What was read, in the order of the places and of the names in them.
  package private(set) var files: [LibvirtFile] = []
  /// Directories that were looked through, and those that are not there.
  package private(set) var covered: Set<PathBytes> = []
  /// Files and directories that could not be looked at.
  package private(set) var unseen: Set<PathBytes> = []
  /// Why not.
  package private(set) var problems: [ScanProblem] = []
  /// Files that are no XML of libvirt's by their name, or of another kind than domains.
  private(set) var passedOverCount = 0
  /// Those of the places that are there and could be listed.
  package private(set) var found: Set<PathBytes> = []
  /// Whether any of the directories was there.
  package private(set) var isAnythingThere = false

  private let root: PathBytes
  private let realRoot: PathBytes?
  /// Why it is not known where the root really is, though there may be one.
  private let rootFault: HostFault?

  /// A reading of places below a root; links are followed as long as they stay below it.
  package init(root: PathBytes) {
    self.root = root
    do throws(HostFault) {
      realRoot = try canonicalPathIfThere(root)
      rootFault = nil
    } catch {
      (realRoot, rootFault) = (nil, error)
    }
  }

  /// Reads one directory.
  package mutating func read(_ path: PathBytes, _ place: LibvirtPlace) {
    guard let directory = open(path), let names = names(in: directory, path) else { return }
    isAnythingThere = true
    found.insert(path)
    if place.isTree {
      var place = place
      place.passesOverOthers = true
      return readTree(names, in: directory, path, place, depth: 0)
    }
    for name in names {
      if place.isPerDomain {
        guard kind(of: name, in: directory, path) == .directory else { continue }
        let inner = path.appending(name)
        guard let domain = open(inner), let files = self.names(in: domain, inner) else { continue }
        for file in files { read(file, in: domain, inner, place) }
      } else {
        read(name, in: directory, path, place)
      }
    }
  }

  /// Reads what is in a directory and in those below it.
  private mutating func readTree(
    _ names: [[UInt8]], in directory: Directory, _ path: PathBytes, _ place: LibvirtPlace,
    depth: Int
  ) {
    for name in names {
      guard let kind = kind(of: name, in: directory, path) else { continue }
      if kind == .directory {
        let below = path.appending(name)
        guard depth < Self.depthLimit else {
          note(below, "it is more than \(Self.depthLimit) directories deep; not read")
          continue
        }
        guard let deeper = open(below), let found = self.names(in: deeper, below) else { continue }
        readTree(found, in: deeper, below, place, depth: depth + 1)
      } else if kind == .symbolicLink {
        readTreeLink(name, in: directory, path, place, isTop: depth == 0)
      } else {
        read(name, in: directory, path, place)
      }
    }
  }

  /// What a name stands for; `nil` where it went meanwhile, or where that cannot be told, which is noted.
  private mutating func kind(
    of name: [UInt8], in directory: Directory, _ path: PathBytes
  ) -> FileKind? {
    do throws(HostFault) { return try directory.status(of: name).kind } catch {
      if !error.isMissing { note(path.appending(name), "cannot be read: \(error.reason)") }
      return nil
    }
  }

  /// A link to what lies in the tree leads to what is read anyway, as libvirt's `autostart` does, also
  /// where it was copied with its old text; what lies elsewhere is not looked into, and that is said.
  private mutating func readTreeLink(
    _ name: [UInt8], in directory: Directory, _ path: PathBytes, _ place: LibvirtPlace, isTop: Bool
  ) {
    let isFile = name.suffix(place.suffix.utf8.count).elementsEqual(place.suffix.utf8)
    if isTop, isFile { return read(name, in: directory, path, place) }
    let link = path.appending(name)
    do throws(HostFault) {
      let real = try canonicalPath(link)
      if let realRoot, real.isIn(realRoot) { return }
      if isFile, path.name.elementsEqual("autostart".utf8) { return }
      let kind = try status(ofPath: real, followingLink: false).kind
      if isFile || kind == .directory {
        note(link, "it leads out of '\(root.displayText)'; not followed")
      }
    } catch {
      if !error.isOfThePath { return note(link, "cannot be read: \(error.reason)") }
      // A link that leads to nothing, or where nobody may look.
      if isFile, !path.name.elementsEqual("autostart".utf8) {
        note(link, "it leads out of '\(root.displayText)'; not followed")
      }
    }
  }

  private mutating func open(_ path: PathBytes) -> Directory? {
    do throws(HostFault) {
      if let rootFault { throw rootFault }
      let real = try canonicalPath(path)
      guard let realRoot, real.isIn(realRoot) else {
        note(path, "it leads out of '\(root.displayText)'; not followed")
        return nil
      }
      return try Directory(opening: real, followingLink: false)
    } catch {
      if error.isMissing {
        covered.insert(path)
      } else {
        isAnythingThere = true
        note(path, "cannot be read: \(error.reason)")
      }
      return nil
    }
  }

  /// The names in a directory, in byte order.
  private mutating func names(in directory: Directory, _ path: PathBytes) -> [[UInt8]]? {
    do {
      let entries = try directory.entries()
      if let fault = entries.fault { throw fault }
      guard entries.count <= Self.fileLimit else {
        note(path, "it holds more than \(Self.fileLimit) files")
        return nil
      }
      covered.insert(path)
      return entries.map { Array($0.nameBytes) }.sorted { $0.lexicographicallyPrecedes($1) }
    } catch {
      note(path, "cannot be listed: \((error as? HostFault)?.reason ?? "\(error)")")
      return nil
    }
  }

  private mutating func read(
    _ name: [UInt8], in directory: Directory, _ parent: PathBytes, _ place: LibvirtPlace
  ) {
    let path = parent.appending(name)
    let isNamedSo =
      name.count > place.suffix.utf8.count
      && name.suffix(place.suffix.utf8.count).elementsEqual(place.suffix.utf8)
    guard isNamedSo || place.passesOverOthers else {
      passedOverCount += 1
      return
    }
    do throws(HostFault) {
      let kind = try directory.status(of: name).kind
      guard isNamedSo else { return try readUnnamed(name, kind, in: directory, path, place) }
      // Directories of that name are libvirt's business.
      if kind == .directory { return }
      guard kind != .symbolicLink else { return try readLink(path, place) }
      parse(try Self.bytes(of: try directory.openFile(name)), path, place)
    } catch {
      if !error.isMissing { note(path, "cannot be read: \(error.reason)") }
    }
  }

  /// A file of an export may be called anything: one that begins as a domain does is read.
  private mutating func readUnnamed(
    _ name: [UInt8], _ kind: FileKind, in directory: Directory, _ path: PathBytes,
    _ place: LibvirtPlace
  ) throws(HostFault) {
    guard kind == .regular else {
      passedOverCount += 1
      return
    }
    let file = try directory.openFile(name)
    let head = try Self.bytes(of: file, count: Self.headLength)
    guard LibvirtDocument.beginsAsDomain(head) else {
      passedOverCount += 1
      return
    }
    parse(try Self.bytes(of: file), path, place)
  }

  /// A symbolic link is read where it leads to a file below the root.
  private mutating func readLink(
    _ path: PathBytes, _ place: LibvirtPlace
  ) throws(HostFault) {
    // What it leads to may be on storage that is away.
    guard let real = try canonicalPathIfThere(path) else {
      return note(path, "its target does not exist; not read")
    }
    guard let realRoot, real.isIn(realRoot) else {
      return note(path, "it leads out of '\(root.displayText)'; not followed")
    }
    parse(try Self.bytes(of: try OpenFile(opening: real)), path, place)
  }

  private static func bytes(
    of file: borrowing OpenFile, count: Int = LibvirtDocument.byteLimit
  ) throws(HostFault) -> [UInt8] {
    do {
      return try file.bytes(at: 0, count: count)
    } catch {
      throw HostFault(operation: "read", path: file.path, code: error.code)
    }
  }

  private mutating func parse(_ bytes: [UInt8], _ path: PathBytes, _ place: LibvirtPlace) {
    do {
      files.append(
        LibvirtFile(
          path: path, document: try LibvirtDocument(parsing: bytes, holding: place.holding)))
    } catch {
      // libvirt keeps networks, filters, pools and secrets in directories beside its domains.
      if place.passesOverOthers, error.isOfAnotherKind {
        passedOverCount += 1
        return
      }
      note(path, error.reason)
    }
  }

  /// Why a directory does not say which domains there are; `nil` where it does. One with nothing in it looks
  /// like one that is not mounted, or was not copied to yet.
  package func reasonAgainstDomains(isDeclared: Bool) -> String? {
    let others = passedOverCount + files.count
    guard domainCount == 0, problems.isEmpty else { return nil }
    if others > 0 {
      return "no domain XML is in it; \(others) other file\(others == 1 ? "" : "s") skipped"
    }
    return isDeclared
      ? nil
      : "it is empty; to declare that there are no machines use 'scan --machines none'"
  }

  /// Domains of which a definition or a live file says something, each once.
  package var domainCount: Int {
    var names: Set<[String]> = []
    for file in files {
      if case .domain(let facts) = file.document { names.insert([facts.name, facts.uuid ?? ""]) }
    }
    return names.count
  }

  private mutating func note(_ path: PathBytes, _ reason: String) {
    unseen.insert(path)
    problems.append(ScanProblem(filename: path, message: reason))
  }
}
