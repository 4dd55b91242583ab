package import Host
package import Model

/// The files of a database, and what stands beside it: nothing of it is ever an image, by whatever path a
/// pool leads there.
public struct OwnFiles: Sendable {
  /// The name of the folder beside a database that holds the headers from before repairs.
  public static let savedHeaders = "repairs"
  /// The name of the folder in which the scripts that are printed keep headers, and domains' XML, from before.
  public static let savedByScripts = "backstory-saved"
  /// What is put behind the database's name.
  private static let endings = ["", "-wal", "-shm", "-journal", ".lock"]

  /// A directory by its numbers, as they are while it is there.
  private struct Folder: Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ status: FileStatus) {
      device = status.device
      inode = status.inode
    }
  }

  private var names: [Folder: Set<[UInt8]>] = [:]
  private var hidden: Set<Folder> = []

  /// The files of a database, by the path that is given and by the one where it really is.
  package init(of database: PathBytes) throws(HostFault) {
    try add(database)
    if let real = try canonicalPathIfThere(database) {
      try add(real)
    }
  }

  private mutating func add(_ database: PathBytes) throws(HostFault) {
    let directory = database.directory
    let place = directory.appending(Self.savedHeaders.utf8)
    if let status = try Self.status(directory) {
      let own = Self.endings.map { Array(database.name) + Array($0.utf8) }
      names[Folder(status), default: []].formUnion(own)
    }
    if let status = try Self.status(place), status.kind == .directory {
      hidden.insert(Folder(status))
    }
  }

  private static func status(_ path: PathBytes) throws(HostFault) -> FileStatus? {
    try statusIfThere(ofPath: path, followingLink: true)
  }

  /// Whether a directory is one in which a script keeps what was before.
  static func isOfScripts(_ directory: PathBytes) -> Bool {
    directory.name.elementsEqual(savedByScripts.utf8)
  }

  /// Whether a directory is the folder of saved headers.
  func isHidden(_ directory: FileStatus) -> Bool { hidden.contains(Folder(directory)) }

  /// The names in a directory that are the database's own.
  func names(in directory: FileStatus) -> Set<[UInt8]> { names[Folder(directory)] ?? [] }
}
