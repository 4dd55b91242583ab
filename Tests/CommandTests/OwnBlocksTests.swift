import Foundation
import Testing

/// What deleting an unused image frees: its own blocks, where no other name holds them.
@Suite(RealPool.needsQemuImg) struct OwnBlocksTests {
  /// Images that nobody uses; each has a MiB of data.
  private func tree(_ images: String...) throws -> LibvirtTree {
    let tree = try LibvirtTree()
    for image in images {
      try tree.images.image(image)
      try tree.images.shell("qemu-io -c 'write -P 7 0 1M' \(image) >/dev/null")
    }
    return tree
  }

  private func orphan(_ tree: LibvirtTree, _ image: String) throws -> [String: Any] {
    let found = try tree.objects("orphans", "--all").first {
      ($0["filename"] as? String)?.hasSuffix("/" + image) == true
    }
    return try #require(found)
  }

  private func size(_ object: [String: Any]) -> Int? { object["reclaimable-size"] as? Int }

  @Test func `an image with a name outside the pools frees nothing, until that is gone`() throws {
    let tree = try tree("a.qcow2", "b.qcow2")
    try tree.images.shell("ln a.qcow2 ../outside")
    for _ in 1...2 { try tree.scan() }
    let held = try orphan(tree, "a.qcow2")
    #expect(size(held) == 0)
    #expect((held["evidence"] as? [String])?.contains { $0.contains("outside the pools") } == true)
    #expect(try size(orphan(tree, "b.qcow2")) ?? 0 > 1 << 20)
    let metrics = try tree.backstory(["metrics"]).output
    let sum = try tree.objects("orphans").compactMap(size).reduce(0, +)
    #expect(metrics.contains("backstory_reclaimable_bytes \(sum)\n"))
    let then = try tree.backstory(["orphans", "--output", "json"]).output
    try tree.images.shell("rm ../outside")
    try tree.scan()
    #expect(try size(orphan(tree, "a.qcow2")) ?? 0 > 1 << 20)
    #expect(try tree.backstory(["orphans", "--at", "2", "--output", "json"]).output == then)
    #expect(try tree.backstory(["verify"]).code == 0)
    #expect(try tree.backstory(["prune", "--keep-last", "1"]).code == 0)
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `names within the pools hold nothing back`() throws {
    let tree = try tree("a.qcow2")
    try tree.images.shell("ln a.qcow2 twin.qcow2")
    for _ in 1...2 { try tree.scan() }
    #expect(try size(orphan(tree, "a.qcow2")) ?? 0 > 1 << 20)
  }

  @Test func `all names of an unused file move away, and back`() throws {
    let tree = try tree("a.qcow2", "used.qcow2")
    try tree.define("m", tree.disk("used.qcow2"))
    try tree.images.shell("mkdir -p sub && ln a.qcow2 sub/twin.qcow2")
    for _ in 1...2 { try tree.scan() }
    let script = try tree.backstory(["orphans", "--script"]).output
    #expect(script.contains("# Moves 1 image "))
    try script.write(to: tree.images.folder.url("away.sh"), atomically: true, encoding: .utf8)
    for _ in 1...2 {
      let run = try Program.shell("sh away.sh", in: tree.images.folder)
      #expect(run.code == 0, "\(run.complaint)")
    }
    try tree.images.shell("test ! -e a.qcow2 && test ! -e sub/twin.qcow2 && test -e used.qcow2")
    try tree.scan()
    #expect(try tree.objects("orphans", "--all").isEmpty)
    let undo = script.split(separator: "\n").compactMap { line in
      line.range(of: "undo: ").map { String(line[$0.upperBound...]) }
    }
    #expect(undo.count == 2)
    for line in undo { #expect(try Program.shell(line, in: tree.images.folder).code == 0) }
    try tree.images.shell("test a.qcow2 -ef sub/twin.qcow2")
  }

  @Test func `where the file system tells, list and show have what is the image's alone`() throws {
    let tree = try tree("a.qcow2", "used.qcow2")
    try tree.define("m", tree.disk("used.qcow2"))
    for _ in 1...2 { try tree.scan() }
    let image = try tree.backstory(["show", tree.path("a.qcow2"), "--output", "json"]).object
    let listed = try tree.objects("list").compactMap { $0["exclusive-size"] as? Int }
    let told = try orphan(tree, "a.qcow2")
    if let own = image["exclusive-size"] as? Int {
      #expect(listed == [own])
      #expect(size(told) == own && told["at-most"] == nil)
    } else {
      #expect(listed.isEmpty)
      #expect(told["at-most"] as? Bool == true)
      #expect(try tree.backstory(["orphans"]).output.contains("at most"))
    }
  }

  /// Whether files here can share blocks.
  private static let sharesBlocks: Bool = {
    guard let folder = try? Folder() else { return false }
    let run = try? Program.shell(
      "head -c 65536 /dev/urandom >a && cp --reflink=always a b", in: folder)
    return run?.code == 0
  }()

  @Test(.enabled(if: sharesBlocks, "the file system of temporary files shares no blocks"))
  func `blocks that a copy shares are not freed, and those of its own are`() throws {
    let tree = try tree("a.qcow2")
    try tree.images.shell("cp --reflink=always a.qcow2 copy.qcow2; sync")
    try tree.images.shell("qemu-io -c 'write -P 3 2M 1M' copy.qcow2 >/dev/null; sync")
    for _ in 1...2 { try tree.scan() }
    #expect(try size(orphan(tree, "a.qcow2")) ?? .max < 1 << 19)
    let own = try #require(try size(orphan(tree, "copy.qcow2")))
    #expect((1 << 20...3 << 19).contains(own))
    try tree.images.shell("rm copy.qcow2; sync")
    try tree.scan()
    #expect(try size(orphan(tree, "a.qcow2")) ?? 0 > 1 << 20)
  }

  /// Whether a file system that shares blocks can be mounted.
  private static func mounts(_ kind: String) -> Bool {
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/mkfs.\(kind)")
      && (try? String(contentsOfFile: "/proc/filesystems", encoding: .utf8))?.contains(kind) == true
  }

  @Test(
    .enabled(if: mounts("xfs") || mounts("btrfs"), "no XFS and no btrfs can be mounted"),
    arguments: ["xfs", "btrfs"])
  func `what an image frees is what df shows when it is gone`(kind: String) throws {
    guard Self.mounts(kind) else { return }
    let folder = try Folder()
    let made = try Program.shell(
      """
      truncate -s 400M disk && /usr/sbin/mkfs.\(kind) -q disk && mkdir m && mount -o loop disk m &&
      head -c 67108864 /dev/urandom >m/a.img && cp --reflink=always m/a.img m/b.img &&
      dd if=/dev/urandom of=m/b.img bs=1M count=16 conv=notrunc status=none && sync &&
      mkdir d && echo "<domain type='qemu'><name>x</name><devices/></domain>" >d/x.xml
      """, in: folder)
    defer { _ = try? Program.shell("umount m", in: folder) }
    #expect(made.code == 0, "\(made.complaint)")
    for _ in 1...2 {
      let scan = try Program.run(
        "scan", "m", "--domains", "d", "--db", "db.sqlite", in: folder)
      #expect(scan.code == 0, "\(scan.complaint)")
    }
    let found = try Program.run("orphans", "--db", "db.sqlite", "--output", "json", in: folder)
    let told = found.objects.first { ($0["filename"] as? String)?.hasSuffix("b.img") == true }
    let size = try #require(told?["reclaimable-size"] as? Int)
    let free = "sync; stat -f -c '%f %S' m | awk '{print $1 * $2}'"
    let before = Int(try Program.shell(free, in: folder).output.filter(\.isNumber)) ?? 0
    _ = try Program.shell("rm m/b.img; sync; sleep 1", in: folder)
    let after = Int(try Program.shell(free, in: folder).output.filter(\.isNumber)) ?? 0
    #expect(abs(after - before - size) <= max(size / 100, 262_144), "\(after - before) \(size)")
  }
}
