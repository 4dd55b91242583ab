internal import CLinux
public import Model
internal import Synchronization

/// Names file systems so that a name means the same one after a reboot, and two bind mounts of one
/// file system have one name. On btrfs each subvolume has its own: inode numbers are its own too.
///
/// A name is, the first that there is: `nfs:server:/export` (type and source of a network file
/// system); `ext4:0123456789abcdef` (the file system's identifier, where it is made from its
/// UUID); `uuid:…` (as /dev/disk/by-uuid says); `xfs:254:0` (the device number, which may change).
/// The identifier goes before /dev/disk/by-uuid so that a container without it gives the same name.
public final class FileSystemIdentity: Sendable {
  /// Types whose identifier (`f_fsid`) comes from the UUID, or from a random number of the mount
  /// (tmpfs), and not from the device number (Linux fs/*/super.c, statfs operations).
  private static let stableIdentifiers: Set<String> = [
    "bcachefs", "btrfs", "ext2", "ext3", "ext4", "tmpfs", "zfs",
  ]
  /// Types that differ by a mount option, not by what is stored.
  private static let oneType = ["nfs4": "nfs", "smb3": "cifs", "smb2": "cifs"]

  private let mounts: MountTable
  private let known = Mutex<[UInt64: String]>([:])
  private let uuids: DeviceUUIDs

  /// Names from `mounts` and a directory of links from UUIDs to devices, which need not be there;
  /// what has been asked once for a device is remembered.
  public init(mounts: MountTable, uuidDirectory: PathBytes = "/dev/disk/by-uuid") {
    self.mounts = mounts
    uuids = DeviceUUIDs(directory: uuidDirectory)
  }

  /// The name of the file system that holds `directory`, whose status is `status`.
  /// - Throws: the fault when what makes the name cannot be read: another name would be another file system.
  public func identity(
    of directory: Directory, status: FileStatus
  ) throws(HostFault) -> String {
    try identity(directory.descriptor.number, directory.path, status)
  }

  /// The name of the file system that holds an open file.
  /// - Throws: as above.
  public func identity(of file: borrowing OpenFile) throws(HostFault) -> String {
    try identity(file.descriptor.number, file.path, file.openedStatus)
  }

  private func identity(
    _ descriptor: Int32, _ path: PathBytes, _ status: FileStatus
  ) throws(HostFault) -> String {
    if let name = known.withLock({ $0[status.device] }) { return name }
    let mount = mounts.mount(of: status) ?? mounts.mount(holding: path)
    var number: UInt64 = 0
    let result = unsafe bs_file_system(descriptor, &number)
    let fault = HostFault(operation: "ask the file system of", path: path, code: -result)
    if result < 0, !fault.isNotOffered { throw fault }
    let name = try name(mount, identifier: result == 0 ? number : 0, device: status.device)
    known.withLock { $0[status.device] = name }
    return name
  }

  /// The name of the file system that holds the directory at `path`.
  public func identity(ofDirectory path: PathBytes) throws(HostFault) -> String {
    let directory = try Directory(opening: path, followingLink: true)
    return try identity(of: directory, status: try directory.status())
  }

  /// The name that follows from what is known.
  private func name(
    _ mount: Mount?, identifier: UInt64, device: UInt64
  ) throws(HostFault) -> String {
    guard let mount else { return "device:\(Self.text(device))" }
    let type = Self.oneType[mount.type] ?? mount.type
    if mount.isNetwork { return "\(type):\(String(decoding: mount.source, as: UTF8.self))" }
    if identifier != 0, Self.stableIdentifiers.contains(mount.type) {
      let digits = String(identifier, radix: 16)
      return "\(type):\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }
    if let uuid = try uuids.uuid(of: mount) { return "uuid:\(uuid)" }
    return "\(type):\(Self.text(mount.device))"
  }

  private static func text(_ device: UInt64) -> String { "\(device >> 32):\(device & 0xffff_ffff)" }
}
