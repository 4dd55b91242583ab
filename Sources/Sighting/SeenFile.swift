internal import DiskImage
public import Model

/// A regular file as the scan saw it: new, or not as it was when it was last read.
public struct SeenFile: Sendable {
  /// The entry's name in its directory.
  public var name: [UInt8]
  /// The image that was known at this path, if one was.
  public var knownImage: Int64?
  /// The file system's number for the file.
  public var inode: UInt64
  /// Nanoseconds since 1970; `nil` where the file system does not say.
  public var birthTime: Int64?
  /// Whether the same file may stand at another path too (hard links, bind mounts).
  public var mayStandElsewhere: Bool
  /// How many names the file has, in the pools or not.
  public var linkCount: UInt32
  /// Whose the file is.
  public var ownership: FileOwnership
  /// Bytes.
  public var fileSize: UInt64
  /// Bytes.
  public var actualSize: UInt64
  /// Nanoseconds since 1970.
  public var modified: Int64
  /// Nanoseconds since 1970.
  public var changed: Int64
  /// What the file is compared by next time; 0 where it has to be read again in any case.
  public var signature: Int64
  /// Whether another process holds QEMU's lock.
  public var isInUse: Bool
  /// Whether a file whose header makes no format known has the name of a disk image.
  public var hasDiskName: Bool
  /// Of blocks spread over the file; `nil` where it was not taken.
  public var sample: Int64?
  /// What the bytes say; `nil` where they could not be read.
  public var header: SeenHeader?

  /// A file and what its bytes say.
  public init(
    name: [UInt8], knownImage: Int64?, inode: UInt64, birthTime: Int64?, mayStandElsewhere: Bool,
    linkCount: UInt32 = 1, ownership: FileOwnership = FileOwnership(user: 0, group: 0, mode: 0),
    fileSize: UInt64, actualSize: UInt64, modified: Int64, changed: Int64, signature: Int64,
    isInUse: Bool, hasDiskName: Bool, header: SeenHeader?
  ) {
    self.name = name
    self.knownImage = knownImage
    self.inode = inode
    self.birthTime = birthTime
    self.mayStandElsewhere = mayStandElsewhere
    self.linkCount = linkCount
    self.ownership = ownership
    self.fileSize = fileSize
    self.actualSize = actualSize
    self.modified = modified
    self.changed = changed
    self.signature = signature
    self.isInUse = isInUse
    self.hasDiskName = hasDiskName
    self.header = header
    sample = nil
  }

  /// Whether the file is an image, and not one whose content and name tell nothing.
  package var isImage: Bool {
    guard let header else { return false }
    return header.facts.looksLikeDisk || hasDiskName
  }
}

/// A symbolic link in a pool, as the scan saw it.
public struct SeenAlias: Sendable {
  /// The entry's name in its directory.
  public var name: [UInt8]
  /// The link's text as it is stored.
  public var linkText: [UInt8]
  /// The absolute path, free of links, of the regular file to which it leads; `nil`: to none.
  public var target: PathBytes?

  /// A link and where it leads.
  public init(name: [UInt8], linkText: [UInt8], target: PathBytes?) {
    self.name = name
    self.linkText = linkText
    self.target = target
  }
}

/// What one look at a directory, or at a part of it, brought.
public struct DirectoryReport: Sendable {
  /// The directory as it was walked.
  public var path: PathBytes
  /// Where it really is; the same value as `path` where no link is on the way.
  public var canonicalPath: PathBytes
  /// The root of the pool that it belongs to.
  public var poolPath: PathBytes
  /// The identity of its file system.
  public var filesystem: String
  /// Whether a file system is mounted at the directory.
  public var isMountPoint = false
  /// The number of the directory on its file system; 0 where nobody asked. By it another path to it is told.
  public var inode: UInt64 = 0
  /// The root of a pool itself, by which it is known under another name.
  public var identity: (inode: UInt64, birthTime: Int64?)?
  /// The room of its file system; `nil` where nobody asked, or it could not be said.
  public var room: FileSystemRoom?
  /// The type of its file system, where other hosts may use it too: `nfs`.
  public var sharedType: String?
  /// Files that are new or not as they were.
  public var files: [SeenFile] = []
  /// Symbolic links to files; all of them, changed or not.
  public var aliases: [SeenAlias] = []
  /// Names that were known here and are not here any more, proved by a whole listing.
  public var goneNames: [[UInt8]] = []
  /// Names of symbolic links that were known and are gone or something else now.
  public var goneAliases: [[UInt8]] = []
  /// Files that are as they were when they were last read.
  public var unchangedCount = 0
  /// What could not be looked at.
  public var problems: [ScanProblem] = []

  /// A report about a directory with nothing in it yet.
  public init(
    path: PathBytes, canonicalPath: PathBytes, poolPath: PathBytes, filesystem: String
  ) {
    self.path = path
    self.canonicalPath = canonicalPath
    self.poolPath = poolPath
    self.filesystem = filesystem
  }
}
