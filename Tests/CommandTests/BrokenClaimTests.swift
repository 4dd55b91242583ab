import Foundation
import Testing

/// What a broken reference may mean is never called an orphan.
@Suite(RealPool.needsQemuImg) struct BrokenClaimTests {
  /// A base, an overlay on it that the domain `web` uses, and an image of nobody.
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("mid.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.image("web.qcow2", "-b mid.qcow2 -F qcow2")
    try tree.images.image("nobody.qcow2")
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    return tree
  }

  /// Nights enough for whatever is unused; the orphans after them.
  private func orphansAfterNights(_ tree: LibvirtTree) throws -> [String] {
    for _ in 1...3 { try tree.scan() }
    let script = try tree.backstory(["orphans", "--script"])
    let moved = script.output.split(separator: "\n").filter { $0.hasPrefix("  mv ") }
    #expect(!moved.contains { !$0.contains("nobody.qcow2") }, "\(moved)")
    return try tree.orphans()
  }

  @Test(arguments: [
    // A base that was moved, or renamed.
    "mkdir golden; mv base.qcow2 golden/", "mv base.qcow2 debian.qcow2",
    // A link in the middle of the chain that is lost, and the top overlay that was deleted by hand.
    "rm mid.qcow2", "rm web.qcow2",
    // A machine's own disk that was moved, with all below it.
    "mkdir new; mv web.qcow2 new/", "mkdir new; mv web.qcow2 mid.qcow2 new/",
  ])
  func `what stood below a broken link stays unknown`(accident: String) throws {
    let tree = try tree()
    try tree.images.shell(accident)
    #expect(try orphansAfterNights(tree) == ["orphan nobody.qcow2"])
    let all = try tree.orphans("--all")
    #expect(all.contains { $0.hasPrefix("unknown ") }, "\(all)")
    let evidence = try tree.objects("orphans", "--all").filter {
      $0["verdict"] as? String == "unknown"
    }
    .compactMap { ($0["evidence"] as? [String])?.first }
    #expect(evidence.allSatisfy { $0.hasPrefix("a broken reference may mean this image") })
  }

  @Test func `without domains a moved base is no orphan, and is one once its overlays are gone`()
    throws
  {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mkdir golden; mv base.qcow2 golden/")
    for _ in 1...3 { try pool.scan() }
    #expect(try pool.backstory("orphans", "--output", "json").objects.isEmpty)
    #expect(try pool.findings("--kind", "orphan") == [])
    #expect(try pool.backstory("metrics").output.contains("backstory_reclaimable_bytes 0\n"))
    let asked = try pool.backstory("dependents", "--exit-code", "\(pool.path)/golden/base.qcow2")
    #expect(asked.code == 2, "\(asked.output)")
    // The grace begins when nothing may mean it any more.
    try pool.shell("rm web.qcow2")
    try pool.scan()
    #expect(try pool.findings("--kind", "orphan") == [])
    try pool.scan()
    #expect(try pool.findings("--kind", "orphan") == ["orphan base.qcow2"])
  }

  @Test func `a missing disk holds what has its name, under whatever path`() throws {
    let tree = try LibvirtTree()
    try tree.images.shell("mkdir volumes old")
    try tree.images.image("volumes/volume-1.qcow2")
    try tree.images.image("old/template.qcow2")
    try tree.images.image("nobody.qcow2")
    try tree.images.shell(
      "qemu-img create -q -f qcow2 -u -b 'C:\\images\\Template.qcow2' -F qcow2 top.qcow2 16M")
    try tree.define(
      "web", tree.disk("/var/lib/nova/mnt/0a/volume-1.qcow2"), tree.disk("top.qcow2", "vdb"))
    #expect(try orphansAfterNights(tree) == ["orphan nobody.qcow2"])
  }

  @Test func `dependents names who led to an image before, and says that it is not certain`() throws
  {
    let tree = try tree()
    try tree.images.shell("mkdir new; mv base.qcow2 new/; rm mid.qcow2")
    try tree.scan()
    let found = try tree.objects("dependents", tree.path("new/base.qcow2"))
    let names = found.map { $0["domain"] as? String ?? ($0["filename"] as? String ?? "") }
    #expect(names == ["\(tree.pool)/web.qcow2", "web"])
    #expect(found.allSatisfy { $0["certain"] as? Bool == false && $0["why"] is String })
    let run = try tree.backstory(["dependents", "--exit-code", tree.path("new/base.qcow2")])
    #expect(run.code == 2)
    #expect(run.output.contains("not certain"))
    // What leads to it is certain, and says nothing of it.
    let certain = try tree.objects("dependents", "--at", "1", tree.path("base.qcow2"))
    #expect(certain.count == 3)
    #expect(certain.allSatisfy { $0["certain"] == nil })
  }

  @Test func `a scan of one image or of some pools counts for no grace`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir a b")
    try pool.image("a/base.qcow2")
    try pool.image("a/web.qcow2", "-b base.qcow2 -F qcow2")
    try pool.image("b/other.qcow2")
    try pool.scan("\(pool.path)/a", "\(pool.path)/b")
    try pool.shell("rm a/web.qcow2")
    try pool.scan("\(pool.path)/a", "\(pool.path)/b")
    for _ in 1...3 {
      try pool.scan("\(pool.path)/b/other.qcow2")
      try pool.scan("\(pool.path)/a")
    }
    #expect(try pool.findings("--kind", "orphan") == [])
    try pool.scan("\(pool.path)/a", "\(pool.path)/b")
    #expect(try pool.findings("--kind", "orphan") == ["orphan base.qcow2"])
  }

  @Test func `a directory of other files than domains makes the view not whole`() throws {
    let pool = try RealPool()
    try pool.image("vm-100-disk-0.qcow2")
    try pool.shell("mkdir ../machines; echo 'name: web' >../machines/100.conf")
    for _ in 1...3 {
      let scan = try pool.scan(pool.path, "--domains", pool.folder.url("machines").path)
      #expect(scan.code == 3)
      #expect(scan.problems == ["machines"])
      #expect(scan.output.contains("no domain XML is in it; 1 other file passed over"))
    }
    #expect(try pool.backstory("orphans", "--output", "json").objects.isEmpty)
  }
}
