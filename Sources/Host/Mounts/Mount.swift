public import Model

/// One line of the mount table.
public struct Mount: Hashable, Sendable {
  /// The mount's number while it lasts; `FileStatus.mountID` is one of these.
  public let id: UInt64
  /// The number of the mount that it is mounted on.
  public let parentID: UInt64
  /// The file system's device: major number << 32 | minor number. On btrfs not what `stat` says.
  public let device: UInt64
  /// The directory of the file system that is mounted: `/`, or that of a bind mount or subvolume.
  public let root: PathBytes
  /// Where it is mounted: an absolute path.
  public let mountPoint: PathBytes
  /// The type: `ext4`, `nfs4`, `fuse.sshfs`.
  public let type: String
  /// What is mounted: `/dev/sda1`, `server:/export`, or any word for what has no device.
  public let source: [UInt8]

  /// Types of file systems that other hosts may write to at the same time.
  private static let networkTypes: Set<String> = [
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fhgfs", "gfs2", "gpfs", "lustre", "ncpfs",
    "nfs",
    "nfs4", "ocfs2", "orangefs", "pvfs2", "smb2", "smb3", "smbfs", "virtiofs",
    "fuse.ceph", "fuse.cephfs", "fuse.curlftpfs", "fuse.davfs2", "fuse.glusterfs", "fuse.moosefs",
    "fuse.mfs", "fuse.rclone", "fuse.s3fs", "fuse.seaweedfs", "fuse.sshfs", "fuse.juicefs",
  ]

  /// Types whose times are always this host's: its own kernel keeps them, on a device or in memory.
  private static let localTypes: Set<String> = [
    "bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "tmpfs", "xfs", "zfs",
  ]

  /// Whether a file that is written to now gets a time of this host's clock; false where nobody knows.
  public var hasTimesOfThisHost: Bool { Self.localTypes.contains(type) }

  /// Whether other hosts may write to it, and hold locks that this host does not list.
  public var isNetwork: Bool { Self.networkTypes.contains(type) }
}
