import Host
import Model
import Testing

@Suite struct MountTableTests {
  private let table = MountTable(
    parsing: Array(
      #"""
      22 27 0:21 / /proc rw,relatime - proc proc rw
      27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
      30 27 8:16 /images /srv/images rw master:1 propagate_from:2 - xfs /dev/sdb rw
      31 27 0:40 / /srv/a\040b\011c\134d\012e\043 rw - nfs4 server:/exp\040ort rw
      32 27 0:41 /@home /home rw - btrfs /dev/sdc1 rw,subvolid=256,subvol=/@home
      33 30 0:42 / /srv/images rw - tmpfs  rw
      34 27 0:43 / /srv/\99\0 rw - fuse.sshfs user@host: rw
      broken line
      35 27 0:44 / /nothing rw - ext4
      36 27 0 / /nothing rw - ext4 /dev/x rw
      """#.utf8))

  @Test func `a line gives number, parent, device, root, place, type and source`() throws {
    let mount = try #require(table.mount(withID: 30))
    #expect(mount.parentID == 27)
    #expect(mount.device == 8 << 32 | 16)
    #expect(mount.root == "/images")
    #expect(mount.mountPoint == "/srv/images")
    #expect(mount.type == "xfs")
    #expect(mount.source == Array("/dev/sdb".utf8))
    #expect(!mount.isNetwork)
  }

  @Test func `octal escapes are undone, and what is none is kept`() {
    #expect(table.mount(withID: 31)?.mountPoint == "/srv/a b\tc\\d\ne#")
    #expect(table.mount(withID: 31)?.source == Array("server:/exp ort".utf8))
    #expect(table.mount(withID: 34)?.mountPoint == #"/srv/\99\0"#)
  }

  @Test func `lines that are no mounts are passed over, an empty source is not`() {
    #expect(table.mounts.map(\.id) == [22, 27, 30, 31, 32, 33, 34])
    #expect(table.mount(withID: 33)?.source == [])
  }

  @Test(
    arguments: [
      ("/", 27), ("/srv", 27), ("/srv/images", 33), ("/srv/images/a/b", 33), ("/srv/images2", 27),
      ("/home/x", 32), ("/proc", 22),
    ] as [(String, UInt64)])
  func `a path belongs to the longest mount point, and to the last mounted there`(
    path: String, id: UInt64
  ) {
    #expect(table.mount(holding: PathBytes(path))?.id == id)
  }

  @Test func `network file systems are known`() {
    #expect(table.mounts.filter(\.isNetwork).map(\.id) == [31, 34])
  }

  @Test(arguments: [
    "nfs", "nfs4", "cifs", "smb3", "ceph", "fuse.glusterfs", "gfs2", "ocfs2", "9p", "virtiofs",
    "lustre", "gpfs", "fuse.sshfs", "fuse", "fuse.nobody-knows-it", "beegfs", "vboxsf",
  ])
  func `others may use what is on a network, in a cluster, or behind an unknown program`(
    type: String
  ) {
    let table = MountTable(parsing: Array("27 1 0:40 / / rw - \(type) x rw".utf8))
    #expect(table.mounts.map(\.mayBeShared) == [true])
  }

  @Test(arguments: [
    "ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "squashfs", "fuseblk", "fuse.ntfs-3g",
    "fusectl",
  ])
  func `others cannot use what is on a device of this host or in its memory`(type: String) {
    let table = MountTable(parsing: Array("27 1 0:40 / / rw - \(type) x rw".utf8))
    #expect(table.mounts.map(\.mayBeShared) == [false])
  }

  @Test func `a directory is shared by the mount that it was reached through`() throws {
    let current = try MountTable.current()
    let path: PathBytes = "/proc"
    let proc = try status(ofPath: path, followingLink: true)
    #expect(current.sharedType(of: proc, at: path) == nil)
    let id = try #require(proc.mountID)
    let other = MountTable(parsing: Array("\(id) 1 0:40 / /proc rw - nfs4 server:/x rw".utf8))
    #expect(other.sharedType(of: proc, at: path) == "nfs4")
    // Mounted since the table was read.
    #expect(MountTable(parsing: []).sharedType(of: proc, at: path) == nil)
  }

  @Test func `file systems of this host's kernel have its times`() {
    #expect(table.mounts.filter(\.hasTimesOfThisHost).map(\.id) == [27, 30, 32, 33])
  }

  @Test func `a mount point is one exactly`() {
    #expect(table.isMountPoint("/srv/images"))
    #expect(!table.isMountPoint("/srv"))
  }

  @Test func `the table of this system has the mount of its root and of /proc`() throws {
    let current = try MountTable.current()
    let proc = try status(ofPath: "/proc/self/stat", followingLink: true)
    #expect(current.mount(of: proc)?.type == "proc")
    #expect(current.isMountPoint("/"))
  }
}
