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
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "fhgfs", "gfs2", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "smb2", "smb3",
    "smbfs", "vboxsf", "virtiofs", "vmhgfs", "wekafs",
    "fuse.ceph", "fuse.cephfs", "fuse.curlftpfs", "fuse.davfs2", "fuse.glusterfs", "fuse.moosefs",
    "fuse.mfs", "fuse.rclone", "fuse.s3fs", "fuse.seaweedfs", "fuse.sshfs", "fuse.juicefs",
  ]

  /// Programs of FUSE that read a device or a file of this host by themselves. Of all others nobody
  /// knows where they get their files: from the network, or from a directory that is on one.
  private static let localPrograms: Set<String> = [
    "fuse.exfat", "fuse.exfat-fuse", "fuse.ext2", "fuse.fuse2fs", "fuse.fuse-ext2", "fuse.ntfs",
    "fuse.ntfs-3g", "fuse.squashfuse", "fuse.squashfuse_ll", "fuse.zfs-fuse", "fuse.lxcfs",
  ]

  /// Types whose times are always this host's: its own kernel keeps them, on a device or in memory.
  private static let localTypes: Set<String> = [
    "bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "tmpfs", "xfs", "zfs",
  ]

  /// Whether a file that is written to now gets a time of this host's clock; false where nobody knows.
  public var hasTimesOfThisHost: Bool { Self.localTypes.contains(type) }

  /// Whether other hosts may write to it, and hold locks that this host does not list.
  public var isNetwork: Bool { Self.networkTypes.contains(type) }

  /// Whether machines of other hosts may use its files: a network's, a cluster's, or one of FUSE of
  /// which that is not known. (`fuseblk` is of a device.)
  public var mayBeShared: Bool {
    if isNetwork { return true }
    return type == "fuse" || (type.hasPrefix("fuse.") && !Self.localPrograms.contains(type))
  }
}
