internal import DiskImage
internal import Host
internal import Model
internal import Query

/// Takes hold of the images below the pools of an inventory.
final class PoolRoots: Sendable {
  private let pools: [PathBytes]
  private let filesystems: Result<FileSystemIdentity, HostFault>

  /// Images below these directories.
  init(_ pools: [PathBytes]) {
    self.pools = pools
    filesystems = Result { () throws(HostFault) in
      FileSystemIdentity(mounts: try MountTable.current())
    }
  }

  /// An image's file, held until the value ends: for reading, or for reading and writing.
  func hold(_ path: PathBytes, writing: Bool) throws(HostFault) -> HeldFile {
    // The innermost: an administrator may have made a pool of what a link in another leads to.
    let pool = pools.filter { path.bytes.starts(with: $0.bytes + [UInt8(ascii: "/")]) }
      .max { $0.bytes.count < $1.bytes.count }
    return try HeldFile(path, below: pool, writing: writing)
  }

  /// Which file it is.
  func mark(of file: borrowing OpenFile) throws(HostFault) -> FileMark {
    FileMark(
      filesystem: try filesystems.get().identity(of: file), inode: file.openedStatus.inode)
  }
}
