import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct LibvirtOrphanTests {
  /// A chain of a domain, and one of nobody.
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.image("old-base.qcow2")
    try tree.images.image("old.qcow2", "-b old-base.qcow2 -F qcow2")
    try tree.define("web", tree.disk("web.qcow2"))
    return tree
  }

  @Test func `what no domain reaches over any number of links is an orphan`() throws {
    let tree = try tree()
    try tree.scan()
    #expect(try tree.orphans() == [])
    #expect(try tree.orphans("--all") == ["unknown old-base.qcow2", "unknown old.qcow2"])
    try tree.scan()
    #expect(try tree.orphans() == ["orphan old-base.qcow2", "orphan old.qcow2"])
    #expect(try tree.objects("check", "--kind", "orphan").count == 2)
    #expect(try tree.orphans("--at", "1") == [])
  }

  @Test func `a script moves orphans away, can be run twice, and deletes nothing`() throws {
    let tree = try tree()
    try tree.scan()
    try tree.scan()
    let away = tree.images.folder.url("away").path
    let plan = try tree.backstory(["orphans", "--script", "--quarantine", away])
    #expect(plan.code == 0, "\(plan.complaint)")
    try plan.output.write(
      to: tree.images.folder.url("away.sh"), atomically: true, encoding: .utf8)
    for _ in 1...2 {
      let run = try Program.shell("sh away.sh", in: tree.images.folder)
      #expect(run.code == 0, "\(run.complaint)")
    }
    #expect(
      try tree.images.shell("ls; ls ../away").output.split(separator: "\n") == [
        "base.qcow2", "web.qcow2", "old-base.qcow2", "old.qcow2",
      ])
    try tree.scan()
    #expect(try tree.orphans() == [])
  }

  @Test func `a script that would empty a pool is refused`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("web.qcow2")
    try tree.images.shell("for i in $(seq 60); do cp web.qcow2 lost$i.qcow2; done")
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    try tree.scan()
    let plan = try tree.backstory(["orphans", "--script"])
    #expect(plan.code == 1)
    #expect(plan.output.contains("60 of the 61 images"))
    #expect(!plan.output.contains("mv "))
  }

  @Test func `what a domain's XML names below its disk is used`() throws {
    let tree = try tree()
    try tree.write(
      "etc/libvirt/qemu/boot.xml",
      "<domain type='kvm'><name>boot</name><os><kernel>\(tree.path("old.qcow2"))</kernel></os>"
        + "</domain>")
    try tree.scan()
    try tree.scan()
    #expect(try tree.orphans() == [])
  }

  @Test func `an image whose domain is gone says who used it last`() throws {
    let tree = try tree()
    try tree.scan("--grace", "1")
    try tree.remove("etc/libvirt/qemu/web.xml")
    try tree.scan("--grace", "1")
    let orphans = try tree.objects("orphans")
    let users = orphans.compactMap { $0["last-user"] as? String }
    #expect(users == ["web", "web"])
    #expect(orphans.count == 4)
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan("--grace", "1")
    #expect(try tree.orphans() == ["orphan old-base.qcow2", "orphan old.qcow2"])
  }

  @Test func `a source that could not be read makes no orphans, and those known are unsure`() throws
  {
    let tree = try tree()
    try tree.write("etc/libvirt/qemu/bad.xml", "<domain")
    try tree.scan("--grace", "1")
    try tree.scan("--grace", "1")
    #expect(try tree.orphans() == [])
    #expect(try tree.orphans("--all") == ["unknown old-base.qcow2", "unknown old.qcow2"])
    try tree.remove("etc/libvirt/qemu/bad.xml")
    try tree.scan("--grace", "1")
    #expect(try tree.orphans() == ["orphan old-base.qcow2", "orphan old.qcow2"])
    try tree.write("etc/libvirt/qemu/bad.xml", "<domain")
    try tree.scan("--grace", "1")
    #expect(try tree.orphans() == [])
    #expect(try tree.orphans("--all") == ["unknown old-base.qcow2", "unknown old.qcow2"])
  }

  @Test func `a scan without libvirt's files makes no orphans`() throws {
    let tree = try tree()
    try tree.scan()
    _ = try tree.backstory(["scan", "--grace", "1"])
    _ = try tree.backstory(["scan", "--grace", "1"])
    #expect(try tree.orphans() == [])
  }

  @Test func `an overlay outside the pools may use anything, and so nothing is an orphan`() throws {
    let tree = try tree()
    try tree.images.shell(
      "qemu-img create -q -f qcow2 -b '\(tree.path("old.qcow2"))' -F qcow2 ../away.qcow2")
    let away = tree.folder.url("away.qcow2").path
    try tree.define("away", tree.disk(away))
    try tree.scan("--grace", "1")
    #expect(try tree.orphans() == [])
    // Spelled out, it is known what it uses.
    try tree.define(
      "away",
      tree.disk(
        away,
        inside: "<backingStore type='file'><format type='qcow2'/>"
          + "<source file='\(tree.path("old-base.qcow2"))'/><backingStore/></backingStore>"))
    try tree.scan("--grace", "1")
    #expect(try tree.orphans() == ["orphan old.qcow2"])
  }

  @Test func `images in a directory that a guest is given are used`() throws {
    let tree = try tree()
    try tree.define(
      "share",
      "<filesystem type='mount'><source dir='\(tree.pool)'/><target dir='t'/></filesystem>")
    try tree.scan("--grace", "1")
    #expect(try tree.orphans() == [])
  }
}
