internal import DiskImage
internal import Host
public import Model

/// The backups of Xen Orchestra on a remote: what each point in time needs.
public struct XOSource: MachineSource {
  /// VHDs that stand on one another in one chain; each backup between two full ones is one.
  static let chainLimit = 1000
  /// Bytes of an alias: a relative path.
  static let aliasLimit = 1024
  /// Machines of one archive.
  private static let machineLimit = 100_000

  /// `xo`.
  public var kind: MachineSourceKind { .xenOrchestra }
  /// The root of the remote, in which `xo-vm-backups` is.
  public let path: PathBytes

  /// The backups below a directory.
  public init(path: PathBytes) { self.path = path }

  /// Reads the backups of every machine.
  public func read() -> MachineReading {
    var reading = MachineReading()
    guard let root = open(path, &reading) else { return reading }
    let name = Array("xo-vm-backups".utf8)
    let folder = root.path.name.elementsEqual(name) ? root : root.directory(name, &reading)
    guard let folder, let contents = folder.contents(&reading) else {
      reading.passedOverCount = root.contents(&reading)?.names.count ?? 0
      reading.concludeNothing("archive of Xen Orchestra (xo-vm-backups)")
      return reading
    }
    if contents.directories.count > Self.machineLimit {
      reading.note(folder.path, "it holds more than \(Self.machineLimit) machines")
    }
    for name in contents.directories.prefix(Self.machineLimit) {
      guard let directory = folder.directory(name, &reading) else { continue }
      read(directory, name, &reading)
    }
    reading.coveredTrees.insert(path)
    if reading.machines.isEmpty {
      reading.passedOverCount += contents.names.count
      reading.concludeNothing("backup (xo-vm-backups/*/*.json)")
    }
    return reading
  }

  private func read(
    _ directory: SourceDirectory, _ number: [UInt8], _ reading: inout MachineReading
  ) {
    let before = reading.problems.count
    defer {
      // What the others name may be what could not be read: all of the machine stays as it was.
      if reading.problems.count > before { reading.unseen.insert(directory.path) }
    }
    guard let contents = directory.contents(&reading) else { return }
    directory.judge(othersIn: contents, &reading) { $0[...].hasSuffix(".json") }
    let id = PathBytes(number).displayText
    var machine = Machine(
      kind: MachineSourceKind.xenOrchestra.rawValue, identity: id, name: id, file: directory.path)
    var chains = XOChains(directory)
    var isAny = false
    for name in contents.files {
      // What begins with a dot is the state of a job.
      guard name[...].hasSuffix(".json"), name.first != UInt8(ascii: ".") else {
        reading.passedOverCount += 1
        continue
      }
      guard let bytes = directory.bytes(name, limit: XOBackup.byteLimit, &reading) else { continue }
      let file = directory.path.appending(name)
      do throws(XOFault) {
        let backup = try XOBackup(parsing: bytes)
        isAny = true
        // The newest stands last.
        if let name = backup.name { machine.name = name }
        for disk in backup.disks {
          chains.add(disk, from: file, isRoot: true, &reading)
        }
      } catch {
        isAny = true
        reading.note(file, error.reason)
      }
    }
    machine.uses = chains.uses
    if isAny { reading.machines.append(machine) }
  }
}

/// What the VHDs that a machine's backups name need: aliases, directories of blocks, and what those stand on.
///
/// What a VHD in one file stands on says its own header, which is read with all other images.
private struct XOChains {
  private(set) var uses: [MachineUse] = []
  private let root: SourceDirectory
  private var known: Set<PathBytes> = []
  /// Directories of blocks that were met.
  private var directories: Set<PathBytes> = []

  init(_ root: SourceDirectory) { self.root = root }

  /// Adds a VHD by its name beside `file`.
  mutating func add(
    _ name: String, from file: PathBytes, isRoot: Bool, _ reading: inout MachineReading
  ) {
    var next: [UInt8]? = Array(name.utf8)
    var directory = file.directory
    var isRoot = isRoot
    var steps = 0
    while let name = next {
      next = nil
      steps += 1
      guard steps <= XOSource.chainLimit else { return reading.note(file, XOFault.tooDeep.reason) }
      let disk = directory.appending(name).normal
      guard disk.isWithin(root.path) else { return reading.note(file, XOFault.oddName.reason) }
      guard known.insert(disk).inserted else { return }
      let target = target(of: disk, &reading)
      append(disk, isRoot: isRoot)
      if let target, target != disk { append(target, isRoot: isRoot) }
      isRoot = false
      guard let target, let header = self.header(of: target, &reading) else { return }
      next = header.parent
      directory = disk.directory
    }
  }

  private mutating func append(_ path: PathBytes, isRoot: Bool) {
    var use = MachineUse(.disk, .local(path.bytes))
    (use.isReadOnly, use.occasion) = (true, isRoot ? .now : .below)
    if directories.contains(path) {
      (use.role, use.target) = (.filesystem, .local(path.bytes, .dir))
    }
    uses.append(use)
  }

  /// What an alias means; any other name means itself.
  private mutating func target(
    of disk: PathBytes, _ reading: inout MachineReading
  ) -> PathBytes? {
    var target = disk
    if disk.name.hasSuffix(".alias.vhd") {
      guard let folder = folder(disk.directory, &reading),
        let bytes = folder.bytes(Array(disk.name), limit: XOSource.aliasLimit, &reading)
      else { return nil }
      let text = bytes[...].trimmed
      target = disk.directory.appending(text).normal
      guard !text.isEmpty, text.first != UInt8(ascii: "/"), !text.contains(0),
        !text.hasSuffix(".alias.vhd"), target.isWithin(root.path)
      else {
        reading.note(disk, XOFault.oddAlias.reason)
        return nil
      }
    }
    if let parent = folder(target.directory, &reading),
      parent.directory(Array(target.name), &reading) != nil
    {
      directories.insert(target)
    }
    return target
  }

  /// The header of a directory of blocks; `nil` for a VHD in one file.
  private func header(of target: PathBytes, _ reading: inout MachineReading) -> XODirectoryHeader? {
    guard directories.contains(target), let blocks = folder(target, &reading) else { return nil }
    guard let bytes = blocks.bytes(Array("header".utf8), limit: 4096, &reading),
      let header = XODirectoryHeader(bytes)
    else {
      reading.note(target, XOFault.noHeader.reason)
      return nil
    }
    return header
  }

  /// A directory below the machine's.
  private func folder(_ path: PathBytes, _ reading: inout MachineReading) -> SourceDirectory? {
    var directory = root
    let rest = path.bytes.dropFirst(root.path.bytes.count)
    for name in rest.split(separator: UInt8(ascii: "/")) {
      guard let next = directory.directory(Array(name), &reading) else { return nil }
      directory = next
    }
    return directory
  }
}
