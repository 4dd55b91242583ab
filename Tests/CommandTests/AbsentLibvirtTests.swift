import Foundation
import Testing

/// Directories of libvirt's own that are not there say nothing of machines.
@Suite(RealPool.needsQemuImg) struct AbsentLibvirtTests {
  private let tree: LibvirtTree

  init() throws {
    tree = try LibvirtTree()
    try tree.images.image("web.qcow2")
  }

  private func scan() throws -> Run { try tree.scan("--grace", "1", "--grace-age", "0h") }

  @Test func `definitions that are not there any more were not seen`() throws {
    try tree.define("web", tree.disk("web.qcow2"))
    _ = try scan()
    try tree.images.shell(
      "mkdir -p ../root/var/lib/libvirt/qemu/snapshot; rm -r ../root/etc/libvirt/qemu")
    for _ in 0..<2 {
      let run = try scan()
      #expect(run.code == 3)
      #expect(run.problems == ["qemu"])
      #expect(try tree.dependents("web.qcow2") == ["web vda"])
      #expect(try tree.orphans("--all") == [])
    }
  }

  @Test func `somebody can let go of them`() throws {
    try tree.define("web", tree.disk("web.qcow2"))
    _ = try scan()
    try tree.images.shell("rm -r ../root/etc/libvirt/qemu")
    let definitions = "\(tree.root)/etc/libvirt/qemu"
    #expect(try tree.backstory(["machines", "--forget", definitions]).code == 0)
    #expect(try scan().code == 0)
    #expect(try tree.orphans() == ["orphan web.qcow2"])
  }

  @Test func `a directory of definitions that is there had its last one removed`() throws {
    try tree.define("web", tree.disk("web.qcow2"))
    _ = try scan()
    try tree.remove("etc/libvirt/qemu/web.xml")
    for _ in 0..<2 {
      #expect(try scan().code == 0)
      #expect(try tree.orphans() == ["orphan web.qcow2"])
    }
  }

  @Test func `a libvirt without definitions does not say that there is no machine`() throws {
    try tree.images.shell("mkdir -p ../root/var/lib/libvirt/qemu; rmdir ../root/etc/libvirt/qemu")
    for _ in 0..<2 {
      let run = try scan()
      #expect(run.code == 0)
      let warnings = (run.object["warnings"] as? [String] ?? []) + [run.complaint]
      #expect(warnings.contains { $0.contains("--machines none") })
      #expect(try tree.orphans("--all") == ["unknown web.qcow2"])
    }
    for _ in 0..<2 { try tree.scan("--grace", "1", "--grace-age", "0h", "--machines", "none") }
    #expect(try tree.orphans() == ["orphan web.qcow2"])
  }

  @Test func `what stood in a directory of snapshots that is not there is not unused`() throws {
    try tree.images.image("web.s1", "-b web.qcow2 -F qcow2")
    try tree.define("web", tree.disk("web.qcow2"))
    let disks =
      "<disks><disk name='vda' snapshot='external' type='file'><driver type='qcow2'/>"
      + "<source file='\(tree.path("web.s1"))'/></disk></disks>"
    try tree.write(
      "var/lib/libvirt/qemu/snapshot/web/s1.xml",
      "<domainsnapshot><name>s1</name><state>shutoff</state><creationTime>1</creationTime>\(disks)"
        + "\(LibvirtTree.domain("web", [tree.disk("web.qcow2")]))</domainsnapshot>")
    _ = try scan()
    #expect(try tree.orphans("--all") == [])
    try tree.images.shell("mv ../root/var/lib/libvirt ../away")
    #expect(try scan().code == 3)
    #expect(try scan().problems == ["snapshot"])
    #expect(!(try tree.orphans("--all").contains("orphan web.s1")))
    // One snapshot that goes is deleted.
    try tree.images.shell(
      "mv ../away ../root/var/lib/libvirt; rm -r ../root/var/lib/libvirt/qemu/snapshot/web")
    #expect(try scan().code == 0)
    #expect(try tree.orphans() == ["orphan web.s1"])
  }
}
