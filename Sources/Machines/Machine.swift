public import DiskImage
public import Model

/// What one file, or one process, says of one machine.
public struct Machine: Sendable, Hashable {
  /// The kind of whoever keeps the machine: `pve`, `qemu`, or what a list says.
  public var kind: String
  /// What tells it from others of its kind where it has no UUID: Proxmox VE's number, a list's name.
  public var identity: String
  /// In lower case; `nil` where nobody gave it one.
  public var uuid: String?
  /// What people call it; never empty.
  public var name: String
  /// Where it is said.
  public var file: PathBytes
  /// Whether a process is known to run it.
  public var isRunning = false
  /// In the order of the file.
  public var uses: [MachineUse] = []
  /// Snapshots that have to be inside the image of a disk, by the disk's place.
  public var snapshots: [String: [String]] = [:]

  /// A machine that uses nothing yet.
  public init(kind: String, identity: String, name: String, file: PathBytes) {
    self.kind = kind
    self.identity = identity
    self.name = name
    self.file = file
  }
}

/// One thing that a machine needs, or names.
public struct MachineUse: Sendable, Hashable {
  /// On what occasion it needs it.
  public enum Occasion: String, Sendable, Hashable, CaseIterable {
    /// When it starts, or now.
    case now
    /// When it starts the next time; a change that waits until then.
    case pending
    /// When it goes back to a snapshot.
    case snapshot
    /// It names it, and does not use it.
    case detached
    /// It stands under something that the machine uses.
    case below
    /// It uses it on another host, at the same path.
    case elsewhere
    /// Nobody uses it; a person wants it kept.
    case kept
    /// A process has it open.
    case open
    /// A process has it open, and its name is gone.
    case deleted
  }

  /// What for.
  public var role: ReferenceRole
  /// Where it points.
  public var target: ReferenceTarget
  /// The format that is stated for it, QEMU's name.
  public var format: String?
  /// When.
  public var occasion = Occasion.now
  /// The place in the machine: `scsi0`, `rootfs`.
  public var slot: String?
  /// Whether it is a CD.
  public var isCDROM = false
  /// Whether the machine leaves it unwritten.
  public var isReadOnly = false
  /// Whether several machines may write to it at once.
  public var isShareable = false
  /// Whether writes are thrown away at the end.
  public var isTransient = false
  /// Whether the machine starts without it.
  public var mayBeMissing = false

  /// A use of a target.
  public init(_ role: ReferenceRole, _ target: ReferenceTarget, format: String? = nil) {
    self.role = role
    self.target = target
    self.format = format
  }
}

extension ReferenceTarget {
  /// A file, or what stands below `/dev`, by its path.
  static func local(_ path: [UInt8], _ type: ReferenceType? = nil) -> ReferenceTarget {
    let isDevice = path.starts(with: "/dev/".utf8)
    var target = ReferenceTarget(type: type ?? (isDevice ? .block : .file))
    target.path = path
    return target
  }

  /// A file by a name that has no grammar of its own, absolute or relative to a directory.
  static func named(_ name: [UInt8], in directory: PathBytes) -> ReferenceTarget {
    let path = name.first == UInt8(ascii: "/") ? name : directory.appending(name).bytes
    return ReferenceTarget(parsing: path, in: directory.bytes)
  }
}
