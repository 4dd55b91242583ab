internal import Host
public import Model

/// Where machines are known from: one folder of this room for each kind.
public protocol MachineSource: Sendable {
  /// Its word on the command line.
  var kind: MachineSourceKind { get }
  /// What it reads.
  var path: PathBytes { get }
  /// Reads it as it lies; what cannot be read is a problem of the reading.
  func read() -> MachineReading
}

/// The kinds of source, by their words on the command line.
public enum MachineSourceKind: String, Sendable, Hashable, CaseIterable {
  /// libvirt's own files.
  case libvirt
  /// A directory of libvirt's domain XML.
  case domains
  /// The neutral list.
  case list
  /// Proxmox VE.
  case proxmox = "pve"
  /// VMware's files beside their disks.
  case vmware
  /// VirtualBox's own files.
  case virtualBox = "vbox"
  /// GNS3's projects and images.
  case gns3
  /// EVE-NG's labs and images.
  case eve
  /// Backups of Xen Orchestra.
  case xenOrchestra = "xo"
  /// Instances of Incus or LXD.
  case incus
  /// QEMU processes of this host.
  case running
}

extension MachineSourceKind {
  /// Where a host has it, below its root; `home` is that of whoever asks. Empty for what has no usual place.
  public func usualPlaces(below root: PathBytes, home: PathBytes?) -> [PathBytes] {
    let below = { (places: [String]) in places.map { root.appending($0.utf8) } }
    switch self {
    case .libvirt, .domains, .list, .vmware, .xenOrchestra: return []
    case .proxmox: return below(["etc/pve"])
    case .running: return below(["proc"])
    case .eve: return below(["opt/unetlab"])
    case .incus:
      return below([
        "var/lib/incus/storage-pools", "var/lib/lxd/storage-pools",
        "var/snap/lxd/common/lxd/storage-pools",
      ])
    case .gns3: return below(["opt/gns3"]) + ["GNS3"].compactMap { home?.appending($0.utf8) }
    case .virtualBox:
      return ["VirtualBox VMs", ".config/VirtualBox"].compactMap { home?.appending($0.utf8) }
    }
  }
}

extension MachineSourceKind {
  /// Whether the path of a source is a part of what its machines are called.
  public var namesMachinesByPath: Bool { self == .list || self == .eve }
}

/// What a source said.
public struct MachineReading: Sendable {
  /// Something that could not be looked at, or says what cannot be.
  public struct Problem: Sendable, Hashable {
    /// The file or directory.
    public var path: PathBytes
    /// Why, in words.
    public var message: String
  }

  /// In byte order of the files.
  public var machines: [Machine] = []
  /// Directories that were looked through.
  public var covered: Set<PathBytes> = []
  /// Directories that were looked through with all that is below.
  public var coveredTrees: Set<PathBytes> = []
  /// Files and directories of which nothing could be seen.
  public var unseen: Set<PathBytes> = []
  /// Why not.
  public var problems: [Problem] = []
  /// Whether nothing at all stands where it should.
  public var isMissing = false
  /// Why it does not say which machines there are, where nothing that it could say so with is there: a directory with
  /// nothing in it looks like one that is not mounted, or was not copied to yet.
  public var emptiness: String?
  /// Files that are something else by their names.
  public var passedOverCount = 0

  /// A reading of nothing.
  public init() {}

  /// Notes what could not be looked at; what was known of it is kept.
  public mutating func note(_ path: PathBytes, _ message: String) {
    unseen.insert(path)
    problems.append(Problem(path: path, message: message))
  }

  /// Says what it means that no file of a kind is there, where nothing went wrong.
  mutating func concludeNothing(_ what: String) {
    guard problems.isEmpty else { return }
    let others = passedOverCount
    emptiness =
      others > 0
      ? "no \(what) is in it; \(others) other file\(others == 1 ? "" : "s") skipped"
      : "it is empty; to declare that there are no machines use 'scan --machines none'"
  }
}

extension MachineSource {
  /// Opens the directory of a source; where that cannot be, the reading says why.
  func open(_ path: PathBytes, _ reading: inout MachineReading) -> SourceDirectory? {
    do throws(HostFault) { return try SourceDirectory(root: path) } catch {
      reading.isMissing = error.isMissing
      reading.note(
        path, error.isMissing ? "it is not there" : "cannot be read: \(error.reason)")
      return nil
    }
  }
}
