internal import Host
internal import Model

/// Looks through a directory of a source and all that is below it.
struct SourceTree {
  /// Directories within one another that are looked into.
  static let depthLimit = 32
  /// Directories that are looked into.
  static let directoryLimit = 200_000
  /// Directories that hold earlier states of all others, and no machine of today.
  private static let past: Set<[UInt8]> = [
    Array(".snapshot".utf8), Array(".snapshots".utf8), Array(".zfs".utf8),
  ]

  /// One directory with what is in it.
  struct Folder {
    /// The directory.
    let directory: SourceDirectory
    /// The regular files whose names are asked for, in byte order.
    let files: [[UInt8]]
    /// All names.
    let names: Set<[UInt8]>
  }

  private let isWanted: ([UInt8]) -> Bool
  private var directoryCount = 0

  /// A look for files of these names.
  init(for isWanted: @escaping ([UInt8]) -> Bool) { self.isWanted = isWanted }

  /// Calls `body` for each directory in which a wanted file is, the upper ones first.
  mutating func look(
    through root: SourceDirectory, _ reading: inout MachineReading,
    _ body: (Folder, inout MachineReading) -> Void
  ) {
    look(into: root, depth: 0, &reading, body)
  }

  private mutating func look(
    into directory: SourceDirectory, depth: Int, _ reading: inout MachineReading,
    _ body: (Folder, inout MachineReading) -> Void
  ) {
    directoryCount += 1
    guard directoryCount <= Self.directoryLimit else {
      // Once is enough: everything that is left is below what was said.
      if directoryCount == Self.directoryLimit + 1 {
        reading.note(
          directory.path, "more than \(Self.directoryLimit) directories are there; not looked into")
      }
      reading.unseen.insert(directory.path)
      return
    }
    guard let contents = directory.contents(&reading) else { return }
    let files = contents.files.filter { name in
      if isWanted(name) { return true }
      reading.passedOverCount += 1
      return false
    }
    directory.judge(othersIn: contents, &reading, isWanted: isWanted)
    if !files.isEmpty {
      body(Folder(directory: directory, files: files, names: contents.names), &reading)
    }
    for name in contents.directories where !Self.past.contains(name) {
      guard depth < Self.depthLimit else {
        reading.note(
          directory.path.appending(name),
          "it is more than \(Self.depthLimit) directories deep; not read")
        continue
      }
      guard let below = directory.directory(name, &reading) else { continue }
      look(into: below, depth: depth + 1, &reading, body)
    }
  }
}

extension SourceDirectory {
  /// What is in a directory, each kind in byte order.
  struct Contents {
    var files: [[UInt8]] = []
    var directories: [[UInt8]] = []
    var links: [[UInt8]] = []
    /// FIFOs, sockets and devices.
    var others: [[UInt8]] = []
    /// All of them.
    var names: Set<[UInt8]> = []
  }

  /// What is in it; `nil` where that cannot be listed, which is noted.
  func contents(_ reading: inout MachineReading) -> Contents? {
    guard let names = names(&reading) else { return nil }
    var contents = Contents()
    contents.names = Set(names)
    switch place {
    case .stored(let tree):
      contents.files = names.filter { tree.files[$0] != nil }
      contents.directories = names.filter { tree.directories[$0] != nil }
    case .onDisk(let directory, _):
      for name in names {
        do throws(HostFault) {
          switch try directory.status(of: name).kind {
          case .regular: contents.files.append(name)
          case .directory: contents.directories.append(name)
          case .symbolicLink: contents.links.append(name)
          case .blockDevice, .other: contents.others.append(name)
          }
        } catch {
          // What went meanwhile is gone.
          if !error.isMissing {
            reading.note(path.appending(name), "cannot be read: \(error.reason)")
          }
        }
      }
    }
    return contents
  }

  /// Says what of the names that are neither files nor directories is not read, and might say something.
  func judge(
    othersIn contents: Contents, _ reading: inout MachineReading, isWanted: ([UInt8]) -> Bool
  ) {
    for name in contents.others {
      if isWanted(name) {
        reading.note(path.appending(name), "it is no regular file; not read")
      } else {
        reading.passedOverCount += 1
      }
    }
    for link in contents.links { judge(link: link, &reading, isWanted: isWanted) }
  }

  /// A link to what lies below the root leads to what is read anyway, unless that has a name of no file of the kind. What
  /// lies elsewhere is not read, and that is said where it might be a file of the kind, or a directory with some.
  private func judge(
    link name: [UInt8], _ reading: inout MachineReading, isWanted isNameWanted: ([UInt8]) -> Bool
  ) {
    guard case .onDisk(_, let realRoot) = place else { return }
    let link = path.appending(name)
    let isWanted = isNameWanted(name)
    do throws(HostFault) {
      let real = try canonicalPath(link)
      if real.isWithin(realRoot) {
        if isWanted, !isNameWanted(Array(real.name)),
          try status(ofPath: real, followingLink: false).kind == .regular
        {
          reading.note(link, "it leads to a file of another name; not followed")
        }
        return
      }
      let kind = try status(ofPath: real, followingLink: false).kind
      guard isWanted || kind == .directory else { return }
      reading.note(link, "it leads out of the source; not followed")
    } catch {
      if isWanted || !error.isOfThePath {
        reading.note(link, "it leads to nothing that can be looked at: \(error.reason)")
      }
    }
  }
}
