import Host
import Model
import Testing

@Suite struct FileSystemIdentityTests {
  /// The identity of a temporary directory if its mount were the one that `line` describes.
  private func identity(
    _ line: (_ mountID: UInt64) -> String, uuids: (TemporaryTree) -> PathBytes = { $0.root }
  ) throws -> String {
    let tree = try TemporaryTree()
    let directory = try Directory(opening: tree.root, followingLink: false)
    let status = try directory.status()
    let mountID = try #require(status.mountID)
    let mounts = MountTable(parsing: Array(line(mountID).utf8))
    return try FileSystemIdentity(mounts: mounts, uuidDirectory: uuids(tree))
      .identity(of: directory, status: status)
  }

  @Test func `a network file system is its type and source, whatever the version`() throws {
    #expect(try identity { "\($0) 1 0:50 / /tmp rw - nfs4 host:/x rw" } == "nfs:host:/x")
    #expect(try identity { "\($0) 1 0:50 / /tmp rw - cifs //host/x rw" } == "cifs://host/x")
  }

  @Test func `a type whose identifier lasts is named by it`() throws {
    let name = try identity { "\($0) 1 254:0 / /tmp rw - ext4 /dev/sda rw" }
    #expect(name.wholeMatch(of: /ext4:[0-9a-f]{16}/) != nil)
  }

  private static let hasLoop =
    (try? status(ofPath: "/dev/loop0", followingLink: true)) != nil

  @Test(.enabled(if: hasLoop, "there is no /dev/loop0"))
  func `another is named by the UUID of its device, by number or by source`() throws {
    let tree = try TemporaryTree()
    try tree.shell("ln -s /dev/loop0 1234-ABCD; ln -s /nowhere 99; touch file")
    #expect(
      try identity({ "\($0) 1 7:0 / /tmp rw - xfs /dev/x rw" }, uuids: { _ in tree.root })
        == "uuid:1234-ABCD")
    #expect(
      try identity({ "\($0) 1 0:9 / /tmp rw - xfs /dev/loop0 rw" }, uuids: { _ in tree.root })
        == "uuid:1234-ABCD")
  }

  @Test func `without a UUID it is the type and the device's number`() throws {
    #expect(try identity { "\($0) 1 254:3 / /tmp rw - xfs /dev/x rw" } == "xfs:254:3")
    #expect(try identity { "\($0) 1 0:60 / /tmp rw - overlay overlay rw" } == "overlay:0:60")
  }

  @Test func `two directories of one file system have one name, which lasts`() throws {
    let tree = try TemporaryTree()
    try tree.shell("mkdir a b")
    let mounts = try MountTable.current()
    let one = try FileSystemIdentity(mounts: mounts).identity(ofDirectory: tree.path("a"))
    let other = try FileSystemIdentity(mounts: mounts).identity(ofDirectory: tree.path("b"))
    #expect(one == other)
    let proc = try FileSystemIdentity(mounts: mounts).identity(ofDirectory: "/proc")
    #expect(proc != one)
    #expect(proc.hasPrefix("proc:0:"))
  }
}
