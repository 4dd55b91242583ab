internal import DiskImage
public import Host
public import Model
public import Query
internal import Sighting

/// The plan of a move that has not happened yet: what to move, and which references to rewrite.
public struct Relocation: Sendable {
  /// What moves.
  public let from: PathBytes
  /// Where it will stand.
  public let to: PathBytes
  /// References that would break, with the commands that run once everything has moved.
  public private(set) var steps: [RelocationStep] = []
  /// Why the move must not be done like this; empty where it may.
  public private(set) var obstacles: [String] = []
  /// What does not stand in its way and should be known.
  public private(set) var remarks: [String] = []
  /// What domains' XML names, and where that will be.
  public private(set) var domains: [DomainMove] = []
  /// What the metadata of snapshots names, and where that will be.
  public private(set) var snapshots: [SnapshotMove] = []
  /// Every file that the move concerns, as it is now.
  public private(set) var guards: [Guard] = []

  private let realFrom: PathBytes
  private let realTo: PathBytes
  /// Bytes at the front of an image that a command may change.
  private var headLengths: [PathBytes: Int] = [:]

  /// Plans a move.
  /// - Parameter to: where `from` will stand; a directory that is there takes it in, as `mv` has it.
  /// - Throws: `HostFault` where one of the two places cannot be read.
  public init(
    _ files: MovingFiles, from: PathBytes, to: PathBytes, pools: [PathBytes]
  ) throws(HostFault) {
    self.from = from
    let status = try statusIfThere(ofPath: to, followingLink: true)
    self.to = status?.kind == .directory ? to.appending(from.name) : to
    realFrom = try canonicalPath(from.directory).appending(from.name)
    realTo = try Self.place(of: self.to)
    if try statusIfThere(ofPath: self.to, followingLink: false) != nil {
      obstacles.append("'\(self.to)' exists already")
    }
    if realTo.bytes.starts(with: realFrom.bytes + [UInt8(ascii: "/")]) || realTo == realFrom {
      obstacles.append("'\(self.to)' is inside what would be moved")
    }
    for path in Set(files.images + files.links.map(\.holder)).sorted() { look(at: path) }
    for link in files.links { try plan(link) }
    for use in files.uses where try isMoved(use.path) { plan(use) }
    if !pools.contains(where: { self.to.bytes.starts(with: $0.bytes + [UInt8(ascii: "/")]) }) {
      remarks.append(
        "no scanned pool covers '\(self.to)': scan its directory too, or its loss will not be noticed"
      )
    }
  }

  /// Where a path really is, or will be once directories are made that are not there yet.
  private static func place(of path: PathBytes) throws(HostFault) -> PathBytes {
    var missing: [[UInt8]] = []
    var folder = path
    while folder.directory != folder {
      missing.append(Array(folder.name))
      folder = folder.directory
      guard let real = try canonicalPathIfThere(folder) else { continue }
      return missing.reversed().reduce(real) { $0.appending($1) }
    }
    return path
  }

  /// A snapshot's metadata is no part of what a domain starts from, and `virsh define` does not change it.
  private mutating func plan(_ use: MovingUse) {
    let new = moved(use.path)
    if let keeper = use.keeper {
      // Only who keeps the machine can name another place, or another store there.
      let remark =
        "machine '\(use.domain)' (\(keeper.kind)) cannot be changed by this script: after the move, replace '\(use.path)' by '\(new)' in '\(keeper.file)'"
      if !remarks.contains(remark) { remarks.append(remark) }
      return
    }
    if use.documents.contains(where: { $0 == .definition || $0 == .live }) {
      domains.append(
        DomainMove(
          domain: use.domain,
          isDefinedHere: use.isDefinedHere && use.documents.contains(.definition),
          from: use.path, to: new))
    }
    for snapshot in use.snapshots {
      snapshots.append(
        SnapshotMove(domain: use.domain, snapshot: snapshot, from: use.path, to: new))
    }
    if use.documents.contains(.saved) {
      remarks.append(
        "the saved state of domain '\(use.domain)' names '\(use.path)': change it with 'virsh "
          + "managedsave-edit' after the move, or start the domain once before it")
    }
  }

  /// Where a path will be.
  private func moved(_ path: PathBytes) -> PathBytes {
    path == from || path.bytes.starts(with: from.bytes + [UInt8(ascii: "/")])
      ? PathBytes(to.bytes + path.bytes.dropFirst(from.bytes.count)) : path
  }

  /// Whether a path leads to what moves, by its own words or by where it really is.
  private mutating func isMoved(_ path: PathBytes) throws(HostFault) -> Bool {
    if moved(path) != path { return true }
    let folder: PathBytes
    do throws(HostFault) { folder = try canonicalPath(path.directory) } catch {
      if error.leadsNowhere { return false }
      guard error.isPermission else { throw error }
      remarks.append("cannot check whether '\(path)' moves too: \(error.reason)")
      return false
    }
    let place = folder.appending(path.name)
    return place == realFrom || place.bytes.starts(with: realFrom.bytes + [UInt8(ascii: "/")])
  }

  /// Where a path will really be, without symbolic links.
  private func real(_ path: PathBytes) throws(HostFault) -> PathBytes? {
    if moved(path) != path {
      return PathBytes(realTo.bytes + path.bytes.dropFirst(from.bytes.count))
    }
    return try canonicalPathIfThere(path.directory)?.appending(path.name)
  }

  private mutating func look(at path: PathBytes) {
    do throws(HostFault) {
      let image = try LiveImage(reading: path)
      guards.append(image.guarding)
      headLengths[path] = image.head.count
      if image.isInUse { obstacles.append("another process has '\(path)' open") }
    } catch { obstacles.append("'\(path)' cannot be read: \(error.reason)") }
  }

  private mutating func plan(_ link: MovingLink) throws(HostFault) {
    // What is not a file of this host does not move.
    guard let named = link.meaning.path.map({ PathBytes($0) }) else { return }
    let isRelative = StoredPath.isRelativePath(link.stored)
    let moves = try (
      holder: isMoved(link.holder), name: isMoved(named), target: isMoved(link.target)
    )
    // A name and its target are two where a symbolic link stands between them.
    if moves.name == moves.target, isRelative ? moves.holder == moves.name : !moves.name { return }
    if !isRelative, !moves.name, try canonicalPathIfThere(named.directory) == nil {
      return obstacles.append(
        "'\(link.holder)' names its \(link.role.rawValue) '\(named)', which is no path of this host; change it where that is seen"
      )
    }
    guard let home = try real(link.holder), let goal = try real(link.target) else {
      return obstacles.append(
        "it is unknown where '\(link.holder)' will look for its \(link.role.rawValue)")
    }
    let new = moved(link.holder)
    guard let stored = stored(link, isRelative, home, goal) else {
      return obstacles.append("'\(new)' cannot store a name for '\(moved(link.target))'")
    }
    if link.role == .backing, QemuImg.canRebase(link.format), link.statedFormat == nil {
      let image = link.holder.wordOfCommand.map { " " + $0 } ?? ""
      return obstacles.append(
        "'\(link.holder)' records no format for '\(link.target)'; record it first: 'backstory repair\(image)' prints the command"
      )
    }
    guard link.meaning.options.isEmpty, let command = command(link, new, stored) else {
      return obstacles.append(
        "'\(link.holder)' (\(link.format)) refers to '\(link.target)' in a way that qemu-img cannot rewrite, so it would break"
      )
    }
    steps.append(
      RelocationStep(
        filename: link.holder, newFilename: new, headerLength: headLengths[link.holder] ?? 0,
        command: command,
        planned: PlannedReference(
          role: link.role, stored: stored,
          format: link.role == .dataFile ? nil : link.statedFormat)))
  }

  private func stored(
    _ link: MovingLink, _ isRelative: Bool, _ home: PathBytes, _ goal: PathBytes
  ) -> PathBytes? {
    let hasOneHome = link.otherNames.allSatisfy { $0.directory == link.holder.directory }
    if isRelative, hasOneHome, link.role != .dataFile {
      return StoredPath.relative(toName: goal.name, in: goal.directory, from: home.directory)
    }
    let path = moved(link.target)
    return path.bytes.count <= StoredPath.longest ? path : nil
  }

  private func command(_ link: MovingLink, _ new: PathBytes, _ stored: PathBytes) -> Command? {
    switch link.role {
    case .backing where QemuImg.canRebase(link.format):
      return link.statedFormat.map { QemuImg.rebase(new, of: link.format, to: stored, as: $0) }
    case .dataFile where link.format == "qcow2":
      return QemuImg.amendDataFile(new, to: stored, at: moved(link.target), hasBase: true)
    default: return nil
    }
  }
}

/// A path that a domain's XML names, and where that will be.
public struct DomainMove: Sendable, Hashable {
  /// The domain's name.
  public var domain: String
  /// Whether the libvirt of this host defines it; else its XML lies somewhere else.
  public var isDefinedHere: Bool
  /// What the XML names.
  public var from: PathBytes
  /// What it has to name.
  public var to: PathBytes
}

/// A path that the metadata of a snapshot names, and where that will be.
public struct SnapshotMove: Sendable, Hashable {
  /// The domain's name.
  public var domain: String
  /// The snapshot's name.
  public var snapshot: String
  /// What the metadata names.
  public var from: PathBytes
  /// What it has to name.
  public var to: PathBytes
}

/// One reference to rewrite.
public struct RelocationStep: Sendable, Hashable {
  /// The image, where it stands now.
  public var filename: PathBytes
  /// The image, where it will stand.
  public var newFilename: PathBytes
  /// Bytes at the front of the image that the command may change.
  public var headerLength: Int
  /// What writes the reference, once everything has moved.
  public var command: Command
  /// What the image will say.
  public var planned: PlannedReference
}

extension Relocation: Encodable {
  /// Encodes `{"from", "to", "commands", "obstacles", "remarks", "domains", "snapshots"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(from, forKey: "from")
    try object.encode(to, forKey: "to")
    let commands = [Command(["mv", from, to])] + steps.map(\.command)
    try object.encode(commands.map(\.texts), forKey: "commands")
    try object.encode(obstacles, forKey: "obstacles")
    try object.encode(remarks, forKey: "remarks")
    try object.encode(domains, forKey: "domains")
    try object.encodeUnlessEmpty(snapshots, forKey: "snapshots")
  }
}

extension SnapshotMove: Encodable {
  /// Encodes `{"domain", "snapshot", "from", "to"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(domain, forKey: "domain")
    try object.encode(snapshot, forKey: "snapshot")
    try object.encode(from.displayText, forKey: "from")
    try object.encode(to.displayText, forKey: "to")
  }
}

extension DomainMove: Encodable {
  /// Encodes `{"domain", "from", "to"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(domain, forKey: "domain")
    try object.encode(from.displayText, forKey: "from")
    try object.encode(to.displayText, forKey: "to")
  }
}
