public import DiskImage
public import Model

/// What one file, or one process, says of one machine: of libvirt's words, a domain.
public struct SeenDomain: Sendable {
  /// One pointer from the domain to storage.
  public struct Reference: Sendable {
    /// What the domain uses the target for.
    public var role: ReferenceRole
    /// Where it points; the path of a volume is filled in where its pool is known.
    public var target: ReferenceTarget
    /// The format that the XML states.
    public var format: String?
    /// How it is used.
    public var use: DomainUse

    /// A pointer to storage.
    public init(role: ReferenceRole, target: ReferenceTarget, format: String?, use: DomainUse) {
      self.role = role
      self.target = target
      self.format = format
      self.use = use
    }
  }

  /// The name, as it is in the file.
  public var name: String
  /// As `UUIDText` has it, and what is no UUID in lower case; `nil` where the XML leaves it to libvirt.
  public var uuid: String?
  /// The file.
  public var source: PathBytes
  /// Which kind of file it is.
  public var document: DomainUse.Document
  /// Whether a hypervisor process has the domain's disks open.
  public var isRunning: Bool
  /// In the order of the XML.
  public var references: [Reference]
  /// What the images of its disks have to have inside, by the disks' names in the guest.
  public var expectations: [String: [DomainUse.Expectation]] = [:]
  /// The kind of whoever keeps it: `libvirt`, `pve`, ….
  public var kind = SeenDomain.libvirt
  /// What tells it from others of its kind where it has no UUID; `nil`: its name.
  public var identity: String?
  /// Who says so.
  public var word = Word.keeper

  /// Who says something of a machine.
  public enum Word: Sendable {
    /// Whoever keeps it.
    case keeper
    /// Somebody who wrote a list.
    case list
    /// The machine's process.
    case process
  }

  /// The kind of libvirt's domains.
  public static let libvirt = "libvirt"

  /// What a file says.
  public init(
    name: String, uuid: String?, source: PathBytes, document: DomainUse.Document,
    isRunning: Bool, references: [Reference]
  ) {
    self.name = name
    self.uuid = uuid.map { UUIDText.parse($0) ?? $0.lowercased() }
    self.source = source
    self.document = document
    self.isRunning = isRunning
    self.references = references
  }
}

/// What one scan saw of domains.
public struct DomainReport: Sendable {
  /// What the files say; the same domain may occur several times.
  public var domains: [SeenDomain] = []
  /// Directories that were looked through: a known file in one of them, or one level below, that is
  /// neither in `domains` nor in `unseen` is gone.
  public var covered: Set<PathBytes> = []
  /// Directories that were looked through with all that is below, and files that were read whole: a known
  /// file anywhere in one of them, or something that was known from such a file,
  /// that is neither in `domains` nor in `unseen`, nor below one of these, is gone.
  public var coveredTrees: Set<PathBytes> = []
  /// Files, and directories, of which nothing could be seen.
  public var unseen: Set<PathBytes> = []

  /// A report of nothing.
  public init() {}

  /// Whether a file that held something is proved to hold it no more.
  package func isGone(_ source: PathBytes) -> Bool {
    let directory = source.directory
    let parents = Self.directories(above: source)
    let isCovered =
      covered.contains(directory) || covered.contains(directory.directory)
      || parents.contains(where: coveredTrees.contains)
      || coveredTrees.contains(source)
    return isCovered && !unseen.contains(source) && !parents.contains(where: unseen.contains)
  }

  private static func directories(above path: PathBytes) -> [PathBytes] {
    var directories = [path.directory]
    while let last = directories.last, last.directory != last { directories.append(last.directory) }
    return directories
  }
}
