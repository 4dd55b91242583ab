internal import CLinux
internal import Model

/// What `statx` says of one file.
public struct FileStatus: Hashable, Sendable {
  /// What kind of file it is.
  public let kind: FileKind
  /// The device that it lies on: major number << 32 | minor number. Changes with a reboot; on
  /// btrfs one per subvolume.
  public let device: UInt64
  /// The number of the mount through which it was reached (mountinfo, field 1); nil before Linux 5.8.
  public let mountID: UInt64?
  /// Unique on its device while the file exists.
  public let inode: UInt64
  /// Length in bytes; 0 for a block device.
  public let size: UInt64
  /// Bytes allocated on the device.
  public let allocated: UInt64
  /// Last change of the content, nanoseconds since 1970.
  public let modified: Int64
  /// Last change of content or status, nanoseconds since 1970.
  public let changed: Int64
  /// When the file was made, nanoseconds since 1970; nil where the file system does not keep it.
  public let born: Int64?
  /// How many names the file has.
  public let linkCount: UInt32
  /// The user that owns it.
  public let ownerID: UInt32
  /// The group that owns it.
  public let groupID: UInt32
  /// `st_mode`: type and permission bits.
  public let mode: UInt32
  /// Of a device node, the device that it stands for: major number << 32 | minor number.
  public let deviceItself: UInt64?

  init(_ raw: bs_status) {
    kind = FileKind(mode: raw.mode)
    device = raw.device
    mountID = raw.mount_id == 0 ? nil : raw.mount_id
    inode = raw.inode
    size = raw.size
    allocated = raw.allocated
    modified = raw.modified
    changed = raw.changed
    born = raw.has_born == 0 ? nil : raw.born
    linkCount = raw.links
    ownerID = raw.owner
    groupID = raw.group
    mode = raw.mode
    deviceItself = raw.device_itself == 0 ? nil : raw.device_itself
  }

  /// The status of the file at `path`, asked on behalf of `operation`.
  init(ofPath path: PathBytes, followingLink: Bool, operation: String) throws(HostFault) {
    let how: Opening = followingLink ? .followingLink : []
    var raw = bs_status()
    try unsafe PathReach.call(path.bytes) { unsafe bs_status_at($0, $1, how.rawValue, &raw) }
      .check(operation, path)
    self.init(raw)
  }
}
