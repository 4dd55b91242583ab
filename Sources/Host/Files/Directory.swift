internal import CLinux
internal import Glibc
public import Model

/// One open directory. Its descriptor is closed with the last reference to it.
///
/// A tree walk that keeps directories open for their children holds one descriptor for each: keep
/// few, or open children by path (a path may have any length).
public final class Directory: Sendable {
  /// The path under which it was opened; used in faults, never looked up again.
  public let path: PathBytes
  let descriptor: Descriptor

  /// Opens the directory at `path`. The access time is left alone where the owner allows it.
  /// - Throws: `open`: `ENOTDIR` for what is no directory, and for a symbolic link in the last
  ///   component unless `followingLink`.
  public init(opening path: PathBytes, followingLink: Bool) throws(HostFault) {
    let how: Opening = followingLink ? [.directory, .followingLink] : .directory
    self.path = path
    descriptor = try Descriptor(how.open(path.bytes), "open", path)
  }

  /// Opens the directory `name` in `parent`, never through a symbolic link.
  /// - Throws: `open`: `ENOTDIR` for what is no directory.
  public init(
    opening name: some DirectoryName, in parent: Directory, path: PathBytes
  ) throws(HostFault) {
    self.path = path
    descriptor = try Descriptor(
      Opening.directory.open(name, in: parent.descriptor.number), "open", path)
  }

  /// Opens the directory `name` in `parent` under the path that the two make.
  public convenience init(
    opening name: some DirectoryName, in parent: Directory
  ) throws(HostFault) {
    try self.init(opening: name, in: parent, path: parent.path(of: name))
  }

  /// The path of a name in this directory.
  public func path(of name: some DirectoryName) -> PathBytes { Self.join(path, name.nameBytes) }

  static func join(_ directory: PathBytes, _ name: ArraySlice<UInt8>) -> PathBytes {
    let directory = directory.bytes
    var joined: [UInt8] = []
    joined.reserveCapacity(directory.count + name.count + 1)
    joined.append(contentsOf: directory)
    if directory.last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
    joined.append(contentsOf: name)
    return PathBytes(joined)
  }

  /// The status of the directory itself.
  public func status() throws(HostFault) -> FileStatus { try descriptor.status(path) }

  /// The status of what `name` stands for; of a symbolic link, its own. Triggers no automount.
  public func status(of name: some DirectoryName) throws(HostFault) -> FileStatus {
    var raw = bs_status()
    let result = unsafe name.withTerminated {
      unsafe bs_status_at(descriptor.number, $0, 0, &raw)
    }
    if result < 0 { throw HostFault(operation: "stat", path: path(of: name), code: -result) }
    return FileStatus(raw)
  }

  /// The text of the symbolic link `name`, as stored.
  /// - Throws: `read link`: `EINVAL` when it is no symbolic link.
  public func linkText(of name: some DirectoryName) throws(HostFault) -> [UInt8] {
    var text: [UInt8] = []
    let result = unsafe name.withTerminated {
      unsafe LinkText.read(descriptor.number, $0, into: &text)
    }
    if result < 0 { throw HostFault(operation: "read link", path: path(of: name), code: -result) }
    return text
  }

  /// Opens the regular file `name`, never through a symbolic link and never waiting.
  public func openFile(
    _ name: some DirectoryName, allowingBlockDevice: Bool = false
  ) throws(HostFault) -> OpenFile {
    try OpenFile(opening: name, in: self, allowingBlockDevice: allowingBlockDevice)
  }

  /// Opens the regular file `name` as above, and reads its first bytes before its status.
  public func openFile(
    _ name: some DirectoryName, reading count: Int, into head: inout [UInt8]
  ) throws(HostFault) -> OpenFile {
    try OpenFile(opening: name, in: self, reading: count, into: &head)
  }
}
