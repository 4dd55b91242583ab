internal import DiskImage
internal import Host
internal import Model

/// Reads the small files of a source: so many bytes of each, nothing that leads out of the root, nothing
/// that is no regular file.
struct SourceDirectory {
  /// Names that one directory may hold.
  static let nameLimit = 200_000

  /// Where the files are.
  enum Place {
    case onDisk(Directory, realRoot: PathBytes)
    case stored(StoredTree)
  }

  let path: PathBytes
  let place: Place

  /// The root of a source, which may be a symbolic link.
  init(root: PathBytes) throws(HostFault) {
    let realRoot = try canonicalPath(root)
    self.init(
      path: root,
      .onDisk(try Directory(opening: realRoot, followingLink: false), realRoot: realRoot))
  }

  /// What was stored of a source.
  init(root: PathBytes, stored: StoredTree) { self.init(path: root, .stored(stored)) }

  private init(path: PathBytes, _ place: Place) {
    self.path = path
    self.place = place
  }

  /// A directory in this one; `nil` where there is none, or where it is noted why it is not looked into.
  func directory(_ name: [UInt8], _ reading: inout MachineReading) -> SourceDirectory? {
    let inner = path.appending(name)
    guard case .onDisk(let directory, let realRoot) = place else {
      guard case .stored(let tree) = place, let found = tree.directories[name] else {
        return nil
      }
      return SourceDirectory(root: inner, stored: found)
    }
    var isLink = false
    do throws(HostFault) {
      let kind = try directory.status(of: name).kind
      isLink = kind == .symbolicLink
      if kind == .directory {
        return SourceDirectory(
          path: inner,
          .onDisk(
            try Directory(opening: name, in: directory, path: inner), realRoot: realRoot))
      }
      guard isLink else { return nil }
      guard let real = try realPath(inner, in: realRoot, &reading) else { return nil }
      guard try status(ofPath: real, followingLink: false).kind == .directory else { return nil }
      return SourceDirectory(
        path: inner,
        .onDisk(try Directory(opening: real, followingLink: false), realRoot: realRoot))
    } catch {
      note(inner, error, isLink: isLink, &reading)
      return nil
    }
  }

  /// The names in it, in byte order; `nil` where they cannot be listed, which is noted.
  func names(_ reading: inout MachineReading) -> [[UInt8]]? {
    let directory: Directory
    switch place {
    case .onDisk(let opened, _): directory = opened
    case .stored(let tree):
      return (Array(tree.directories.keys) + tree.files.keys)
        .sorted { $0.lexicographicallyPrecedes($1) }
    }
    do throws(HostFault) {
      let entries = try directory.entries()
      if let fault = entries.fault { throw fault }
      guard entries.count <= Self.nameLimit else {
        reading.note(path, "it holds more than \(Self.nameLimit) names")
        return nil
      }
      return entries.map { Array($0.nameBytes) }.sorted { $0.lexicographicallyPrecedes($1) }
    } catch {
      reading.note(path, "cannot be listed: \(error.reason)")
      return nil
    }
  }

  /// The bytes of a file in it; `nil` where there is none, or where it is noted why it is not read.
  func bytes(
    _ name: [UInt8], limit: Int, _ reading: inout MachineReading
  ) -> [UInt8]? {
    let inner = path.appending(name)
    let directory: Directory
    let realRoot: PathBytes
    switch place {
    case .onDisk(let opened, let root): (directory, realRoot) = (opened, root)
    case .stored(let tree): return tree.files[name]
    }
    var isLink = false
    do throws(HostFault) {
      isLink = try directory.status(of: name).kind == .symbolicLink
      let bytes: [UInt8]
      if isLink {
        guard let real = try realPath(inner, in: realRoot, &reading) else { return nil }
        bytes = try Self.bytes(of: try OpenFile(opening: real), limit + 1)
      } else {
        bytes = try Self.bytes(of: try directory.openFile(name), limit + 1)
      }
      guard bytes.count <= limit else {
        reading.note(inner, "it is longer than \(limit) bytes; not read")
        return nil
      }
      return bytes
    } catch {
      note(inner, error, isLink: isLink, &reading)
      return nil
    }
  }

  /// Notes why something is not read. What is not there is nothing to note; what a link leads to may be on storage that is
  /// away.
  private func note(
    _ inner: PathBytes, _ fault: HostFault, isLink: Bool, _ reading: inout MachineReading
  ) {
    if !fault.isMissing {
      reading.note(inner, "cannot be read: \(fault.reason)")
    } else if isLink {
      reading.note(inner, "its target does not exist; not read")
    }
  }

  /// The text of a symbolic link in it; `nil` for anything else, and where it cannot be read, which is noted.
  func linkText(_ name: [UInt8], _ reading: inout MachineReading) -> [UInt8]? {
    guard case .onDisk(let directory, _) = place else { return nil }
    do throws(HostFault) { return try directory.linkText(of: name) } catch {
      if !error.isMissing, !error.isNotOffered {
        reading.note(path.appending(name), "cannot be read: \(error.reason)")
      }
      return nil
    }
  }

  /// Where a symbolic link leads, as long as that is below the root.
  private func realPath(
    _ link: PathBytes, in realRoot: PathBytes, _ reading: inout MachineReading
  ) throws(HostFault) -> PathBytes? {
    let real = try canonicalPath(link)
    if real.isWithin(realRoot) { return real }
    reading.note(link, "it leads out of the source; not followed")
    return nil
  }

  private static func bytes(
    of file: borrowing OpenFile, _ count: Int
  ) throws(HostFault) -> [UInt8] {
    do throws(ReadFault) { return try file.bytes(at: 0, count: count) } catch {
      throw HostFault(operation: "read", path: file.path, code: error.code)
    }
  }
}

extension PathBytes {
  /// Whether it is a directory, or something below it.
  func isWithin(_ directory: PathBytes) -> Bool {
    self == directory || bytes.starts(with: directory.appending([]).bytes)
  }
}
