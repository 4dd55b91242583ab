internal import DiskImage
internal import Host
public import Model

/// The QEMU processes of this host: what their command lines name, and what they have open.
public struct RunningSource: MachineSource {
  /// Descriptors of one process that are looked at.
  private static let descriptorLimit = 65_536

  /// `running`.
  public var kind: MachineSourceKind { .running }
  /// `/proc`, or what stands for it.
  public let path: PathBytes

  /// The processes below a directory.
  public init(path: PathBytes = "/proc") { self.path = path }

  /// Looks at every process once.
  public func read() -> MachineReading {
    var reading = MachineReading()
    let root: Directory
    let entries: DirectoryEntries
    do throws(HostFault) {
      root = try Directory(opening: path, followingLink: true)
      entries = try root.entries()
      if let fault = entries.fault { throw fault }
    } catch {
      reading.isMissing = error.isMissing
      reading.note(path, "cannot be read: \(error.reason)")
      return reading
    }
    let numbers = entries.map { Array($0.nameBytes) }
      .filter { $0.allSatisfy { (0x30...0x39).contains($0) } }
    // A /proc that shows no process, or only our own (hidepid, ProtectProc), shows no machine either.
    guard numbers.contains(Array("1".utf8)) else {
      reading.note(
        path,
        "processes of others are hidden here (hidepid, ProtectProc): machines that run are not seen"
      )
      return reading
    }
    for number in numbers.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      read(number, in: root, &reading)
    }
    reading.coveredTrees.insert(path)
    return reading
  }

  private func read(_ number: [UInt8], in root: Directory, _ reading: inout MachineReading) {
    let folder = path.appending(number)
    do throws(HostFault) {
      let process = try Directory(opening: number, in: root, path: folder)
      let line = try process.systemText(of: Array("cmdline".utf8))
      let arguments = QEMUCommandLine.arguments(in: line)
      guard let program = arguments.first else { return }
      if QEMUCommandLine.isQEMU(program[...]) {
        add(arguments, process, number, &reading)
      } else if let tool = QEMUCommandLine.tool(program[...]) {
        // What it has open is used as long as it runs; its arguments are no machine's.
        add([program], process, number, tool: tool, &reading)
      }
    } catch {
      // A process that ends meanwhile is gone.
      if !error.isMissing, !error.isOfEndedProcess {
        reading.note(folder, "cannot be read: \(error.reason)")
      }
    }
  }

  private func add(
    _ arguments: [[UInt8]], _ process: Directory, _ number: [UInt8], tool: String? = nil,
    _ reading: inout MachineReading
  ) {
    let file = process.path.appending("cmdline".utf8)
    var directory: [UInt8]?
    do throws(HostFault) { directory = try process.linkText(of: Array("cwd".utf8)) } catch {
      // Without it a relative name means nothing that could be looked for; what is open says more.
      directory = nil
    }
    let line = QEMUCommandLine(parsing: arguments, in: directory)
    let pid = String(decoding: number, as: UTF8.self)
    var machine = Machine(
      kind: line.number == nil ? "qemu" : "pve", identity: line.number ?? "process \(pid)",
      name: line.name ?? line.number ?? "\(tool ?? "process") \(pid)", file: file)
    machine.uuid = line.uuid
    machine.isRunning = true
    machine.uses = line.uses
    for problem in line.problems { reading.note(file, problem) }
    if arguments.count >= QEMUCommandLine.argumentLimit {
      reading.note(file, "it has more than \(QEMUCommandLine.argumentLimit) arguments")
    }
    do throws(HostFault) {
      machine.uses += try open(by: process, besides: line.uses, isSnapshot: line.isSnapshot)
    } catch {
      if !error.isMissing {
        reading.note(
          process.path.appending("fd".utf8),
          "what it has open cannot be seen: \(error.reason); run as root")
      }
    }
    // In a container or a chroot the names mean other files than here; that a name is gone says the system.
    if Self.hasOtherRoot(process) {
      for index in machine.uses.indices where machine.uses[index].occasion != .deleted {
        machine.uses[index].occasion = .elsewhere
      }
    }
    reading.machines.append(machine)
  }

  /// Whether a process is known to see another root than this one.
  private static func hasOtherRoot(_ process: Directory) -> Bool {
    do throws(HostFault) {
      let root = try status(ofPath: process.path.appending("root".utf8), followingLink: true)
      let ours = try status(ofPath: "/", followingLink: true)
      return root.device != ours.device || root.inode != ours.inode
    } catch {
      // Whose root cannot be seen is taken for one of this host's, as most are.
      return false
    }
  }

  /// Files and devices that a process has open and its command line does not name, and those whose
  /// names are gone.
  private func open(
    by process: Directory, besides named: [MachineUse], isSnapshot: Bool
  ) throws(HostFault) -> [MachineUse] {
    let known = Set(named.compactMap(\.target.path))
    let folder = try Directory(opening: Array("fd".utf8), in: process)
    var seen: Set<[UInt8]> = []
    var uses: [MachineUse] = []
    for entry in try folder.entries().prefix(Self.descriptorLimit) {
      guard entry.kind != .directory, !Self.isStandardStream(entry),
        let (text, status) = try Self.look(at: entry, in: folder),
        status.kind == .regular || status.kind == .blockDevice
      else { continue }
      let open = OpenName(text, linkCount: status.linkCount)
      guard !open.isNoImage(isSnapshot: isSnapshot), seen.insert(text).inserted,
        open.isDeleted || !known.contains(open.path)
      else { continue }
      var use = MachineUse(
        .disk, .local(open.path, status.kind == .blockDevice ? .block : nil))
      use.occasion = open.isDeleted ? .deleted : .open
      use.slot = "descriptor \(String(decoding: entry.nameBytes, as: UTF8.self))"
      uses.append(use)
    }
    return uses
  }

  /// Whether it is where a process reads from or writes messages to: no disk, though it may be a file.
  private static func isStandardStream(_ entry: DirectoryEntry) -> Bool {
    let name = Array(entry.nameBytes)
    return name.count == 1 && (UInt8(ascii: "0")...UInt8(ascii: "2")).contains(name[0])
  }

  /// What a descriptor leads to; `nil` for one that was closed meanwhile, or that is no link.
  private static func look(
    at entry: DirectoryEntry, in folder: Directory
  ) throws(HostFault) -> (text: [UInt8], status: FileStatus)? {
    do throws(HostFault) {
      guard try folder.status(of: entry).kind == .symbolicLink else { return nil }
      return (
        try folder.linkText(of: entry),
        try status(ofPath: folder.path(of: entry), followingLink: true)
      )
    } catch {
      if error.isMissing || error.isOfEndedProcess { return nil }
      throw error
    }
  }
}

/// The name of an open file as `/proc` shows it.
struct OpenName: Sendable, Hashable {
  private static let mark = Array(" (deleted)".utf8)

  /// Without the mark of a deleted file.
  let path: [UInt8]
  /// Whether the name is gone, and the file goes with the process.
  let isDeleted: Bool

  /// A link's text, and how many names the file still has.
  init(_ text: [UInt8], linkCount: UInt32) {
    isDeleted = linkCount == 0 && text.count > Self.mark.count && text.hasSuffix(Self.mark)
    path = isDeleted ? Array(text.dropLast(Self.mark.count)) : text
  }

  /// Whether it is something that every QEMU has open: logs, memory, firmware, what `-snapshot` makes.
  func isNoImage(isSnapshot: Bool) -> Bool {
    guard path.first == UInt8(ascii: "/") else { return true }
    let others = [
      "/usr/", "/run/", "/var/run/", "/var/log/", "/proc/", "/sys/", "/memfd:", "/dev/shm/",
      "/dev/hugepages/", "/dev/zero", "/SYSV", "/tmp/.",
    ]
    if others.contains(where: { path.starts(with: $0.utf8) }) { return true }
    let name = PathBytes(path).name
    if name.hasSuffix(".log") || name.hasSuffix(".pid") { return true }
    // The overlay of -snapshot and snapshot=on: made, opened and deleted.
    return isDeleted && name.count == 9 && name.starts(with: "vl.".utf8)
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
