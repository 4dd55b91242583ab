internal import Host
public import Model

/// Whether root may use a database: only where nobody else could have written it, or put something in
/// its place.
public struct DatabaseTrust {
  /// Why root may not use a database.
  public struct Refusal: Error {
    /// The database.
    public let database: PathBytes
    /// What of it, or on the way to it, is somebody else's.
    public let path: PathBytes
    /// Who it belongs to, where that is the reason; else others may write it.
    public let owner: UInt32?
  }

  private let file: PathBytes

  private init(_ file: PathBytes) { self.file = file }

  /// - Throws: `Refusal` as root, where the file, or a directory on the way to it, belongs to
  ///   somebody else or may be written by others. A sticky directory such as /tmp may be on the way,
  ///   but not hold the file itself.
  public static func check(_ file: PathBytes) throws {
    guard Account.isRoot else { return }
    let trust = DatabaseTrust(file)
    try trust.checkWay(to: file)
    if let folder = try canonicalPathIfThere(file.directory) {
      try trust.checkWay(to: folder.appending(file.name))
    }
    if let real = try canonicalPathIfThere(file) { try trust.checkWay(to: real) }
  }

  private func checkWay(to path: PathBytes) throws {
    try check(path, mayBeSticky: false)
    var directory = path.directory
    try check(directory, mayBeSticky: false)
    while directory != directory.directory {
      directory = directory.directory
      try check(directory, mayBeSticky: true)
    }
  }

  /// A missing file is fine: root will create it.
  private func check(_ path: PathBytes, mayBeSticky: Bool) throws {
    guard let status = try statusIfThere(ofPath: path, followingLink: false) else { return }
    let isSticky = mayBeSticky && status.mode & 0o1000 != 0
    // The permission bits of a symbolic link mean nothing.
    let isWritable = status.kind != .symbolicLink && status.mode & 0o022 != 0 && !isSticky
    guard status.ownerID != 0 || isWritable else { return }
    throw Refusal(
      database: file, path: path, owner: status.ownerID != 0 ? status.ownerID : nil)
  }
}
