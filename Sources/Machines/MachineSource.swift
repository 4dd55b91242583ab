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
  /// QEMU processes of this host.
  case running
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
  /// Files that are something else by their names.
  public var passedOverCount = 0

  /// A reading of nothing.
  public init() {}

  /// Notes what could not be looked at; what was known of it is kept.
  public mutating func note(_ path: PathBytes, _ message: String) {
    unseen.insert(path)
    problems.append(Problem(path: path, message: message))
  }
}
