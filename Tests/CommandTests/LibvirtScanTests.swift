import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct LibvirtScanTests {
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("web.qcow2", "-b base.qcow2 -F qcow2")
    return tree
  }

  @Test func `libvirt's pools are scanned under their names, others are listed`() throws {
    let tree = try tree()
    try tree.write(
      "etc/libvirt/storage/vg.xml",
      "<pool type='logical'><name>vg0</name><target><path>/dev/vg0</path></target></pool>")
    let run = try tree.scan()
    #expect(run.code == 0, "\(run.complaint)")
    #expect(run.count("images") == 2)
    let pools = try #require(run.object["pools"] as? [[String: Any]])
    #expect(pools.compactMap { $0["name"] as? String } == ["vg0", "default"])
    #expect(pools.compactMap { $0["state"] as? String } == ["unavailable", "complete"])
    #expect(try tree.objects("pools").compactMap { $0["name"] as? String } == ["vg0", "default"])
    // A bare scan walks the pool, and does not take the other for a directory.
    let bare = try tree.backstory(["scan", "--output", "json"])
    #expect(bare.code == 0, "\(bare.complaint)")
    #expect((bare.object["pools"] as? [[String: Any]])?.count == 1)
  }

  @Test func `pools that share a target are all listed`() throws {
    let tree = try tree()
    for name in ["one", "two"] {
      let xml =
        "<pool type='iscsi'><name>\(name)</name><source><host name='\(name).example'/></source>"
        + "<target><path>/dev/disk/by-path</path></target></pool>"
      try tree.write("etc/libvirt/storage/\(name).xml", xml)
      try tree.write("run/libvirt/storage/\(name).xml", "<poolstate>\(xml)</poolstate>")
    }
    try tree.scan()
    let names = try tree.objects("pools").compactMap { $0["name"] as? String }
    #expect(names == ["one", "default", "two"])
  }

  @Test func `a pool that libvirt gave another target is one pool`() throws {
    let tree = try tree()
    try tree.scan()
    let numbers = try tree.objects("list").compactMap { $0["image-id"] as? Int }
    let target = tree.folder.url("copied").path
    try tree.images.shell("cp -a . \(target) && rm -r \(tree.pool)")
    try tree.write(
      "etc/libvirt/storage/default.xml",
      "<pool type='dir'><name>default</name><target><path>\(target)</path></target></pool>")
    let run = try tree.scan()
    #expect(run.code == 0, "\(run.complaint)")
    let images = try tree.objects("list")
    #expect(
      images.compactMap { $0["filename"] as? String }
        == ["\(target)/base.qcow2", "\(target)/web.qcow2"])
    #expect(images.compactMap { $0["image-id"] as? Int } == numbers)
    #expect(try tree.objects("pools").compactMap { $0["path"] as? String } == [target])
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `a domain is known by its definition, and gone with it`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    #expect(try tree.dependents("base.qcow2") == ["web.qcow2", "web vda"])
    try tree.remove("etc/libvirt/qemu/web.xml")
    try tree.scan()
    #expect(try tree.dependents("base.qcow2") == ["web.qcow2"])
    let then = try tree.objects("dependents", tree.path("base.qcow2"), "--at", "1")
    #expect(then.compactMap { $0["domain"] as? String } == ["web"])
  }

  @Test func `a disk that is a volume of a pool leads to the pool's file`() throws {
    let tree = try tree()
    try tree.define(
      "web",
      "<disk type='volume'><driver type='qcow2'/><source pool='default' volume='web.qcow2'/>"
        + "<target dev='sda'/></disk>")
    try tree.scan()
    #expect(try tree.dependents("web.qcow2") == ["web sda"])
  }

  @Test func `what is no XML is a problem, and what was known from it stays`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    try tree.write("etc/libvirt/qemu/web.xml", "<domain><name>web</name>")
    let run = try tree.scan()
    #expect(run.code == 3)
    #expect(run.problems == ["web.xml"])
    #expect(try tree.dependents("web.qcow2") == ["web vda"])
  }

  @Test func `a DTD, a pipe and a link that leads out are problems and no more`() throws {
    let tree = try tree()
    try tree.write(
      "etc/libvirt/qemu/a.xml",
      "<!DOCTYPE d [<!ENTITY x SYSTEM '/etc/passwd'>]><domain><name>&x;</name></domain>")
    try tree.images.shell("mkfifo ../root/etc/libvirt/qemu/b.xml")
    try tree.images.shell("ln -s /etc/hostname ../root/etc/libvirt/qemu/c.xml")
    let run = try tree.scan()
    #expect(run.code == 3)
    #expect(run.problems == ["a.xml", "b.xml", "c.xml"])
  }

  @Test func `without libvirt's files in a scan the domains stay as they were`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    try tree.remove("etc/libvirt/qemu/web.xml")
    let run = try tree.backstory(["scan", "--output", "json"])
    #expect(run.code == 0, "\(run.complaint)")
    #expect(try tree.dependents("web.qcow2") == ["web vda"])
  }

  @Test func `any directory of domain XML is taken, and kept when it is gone`() throws {
    let tree = try tree()
    try tree.write("backup/old.xml", LibvirtTree.domain("old", [tree.disk("web.qcow2")]))
    let backup = tree.folder.url("root/backup").path
    let run = try tree.backstory(["scan", "--output", "json", tree.pool, "--domains", backup])
    #expect(run.code == 0, "\(run.complaint)")
    #expect(try tree.dependents("base.qcow2") == ["web.qcow2", "old vda"])
    try tree.remove("backup")
    let again = try tree.backstory(["scan", "--output", "json", "--domains", backup])
    #expect(again.code == 3)
    #expect(try tree.dependents("base.qcow2") == ["web.qcow2", "old vda"])
  }

  @Test func `paths in a copied root mean this host's`() throws {
    let tree = try tree()
    try tree.write(
      "etc/libvirt/storage/other.xml",
      "<pool type='dir'><name>other</name>"
        + "<target><path>/srv/of-host-b/images</path></target></pool>")
    try tree.define(
      "far",
      "<disk type='file'><driver type='qcow2'/><source file='/srv/of-host-b/images/a.qcow2'/>"
        + "<target dev='vda'/></disk>")
    try tree.define("shared", tree.disk("web.qcow2"))
    try tree.images.shell(
      "mkdir -p ../root/srv/of-host-b/images && cp base.qcow2 ../root/srv/of-host-b/images/a.qcow2")
    let run = try tree.scan()
    #expect(run.code == 3)
    let pools = try #require(run.object["pools"] as? [[String: Any]])
    #expect(pools.compactMap { $0["state"] as? String } == ["unavailable", "complete"])
    #expect((pools.first?["reason"] as? String)?.contains("mean this host's") == true)
    #expect(run.count("images") == 2)
    // What lies in a pool that was not seen is not called missing.
    #expect(try tree.findings() == [])
    #expect(try tree.dependents("base.qcow2") == ["web.qcow2", "shared vda"])
  }

  @Test func `a tree of domain XML is read to its leaves`() throws {
    let tree = try tree()
    try tree.write("b/host-a/qemu/old.xml", LibvirtTree.domain("old", [tree.disk("web.qcow2")]))
    try tree.write("b/host-a/qemu/networks/default.xml", "<network><name>default</name></network>")
    try tree.write("b/host-a/storage/p.xml", "<pool type='dir'><name>p</name></pool>")
    try tree.write("b/host-b/notes/readme.txt", "no XML")
    // As libvirt writes them, and so as a copy of them has them.
    try tree.images.shell(
      "cd ../root/b/host-a/qemu && mkdir autostart && ln -s /etc/libvirt/qemu/old.xml autostart/ "
        + "&& ln -s ../old.xml autostart/again.xml && ln -s . loop && ln -s nowhere dangling")
    let scan = ["scan", "--output", "json", tree.pool, "--domains", tree.folder.url("root/b").path]
    let run = try tree.backstory(scan)
    #expect(run.code == 0, "\(run.complaint)")
    #expect(run.problems == [])
    #expect(try tree.dependents("base.qcow2") == ["web.qcow2", "old vda"])
    // What is no domain of libvirt's, broken, or elsewhere, is told.
    try tree.write("b/host-b/foreign.xml", "<note/>")
    try tree.write("b/host-b/broken.xml", "<domain>")
    try tree.images.shell("ln -s /etc ../root/b/host-b/etc && ln -s /etc/x.xml ../root/b/host-b/")
    let again = try tree.backstory(scan)
    #expect(again.code == 3)
    #expect(again.problems.sorted() == ["broken.xml", "etc", "foreign.xml", "x.xml"])
    try tree.remove("b/host-a")
    _ = try tree.backstory(scan)
    #expect(try tree.dependents("base.qcow2") == ["web.qcow2"])
  }

  @Test func `domains on a network alone are taken without any pool`() throws {
    let tree = try tree()
    try tree.remove("etc/libvirt/storage/default.xml")
    try tree.define(
      "ceph",
      "<disk type='network'><driver type='raw'/><source protocol='rbd' name='pool/image'>"
        + "<host name='mon1'/></source><target dev='vda'/></disk>")
    let run = try tree.scan()
    #expect(run.code == 0, "\(run.complaint)")
    let disk = try tree.backstory(["xml", "--domain", "ceph"])
    #expect(disk.output.contains("name='pool/image'"), "\(disk.complaint)")
  }

  @Test func `a directory that never was is refused`() throws {
    let tree = try tree()
    let run = try tree.backstory(["scan", tree.pool, "--domains", "/nonexistent/domains"])
    #expect(run.code == 1)
    #expect(run.complaint.contains("'/nonexistent/domains'"))
  }

  @Test func `snapshots and a managed save hold their images too`() throws {
    let tree = try tree()
    try tree.images.image("old.qcow2")
    try tree.define("web", tree.disk("web.qcow2"))
    let before = LibvirtTree.domain("web", [tree.disk("old.qcow2")])
    try tree.write(
      "var/lib/libvirt/qemu/snapshot/web/one.xml",
      "<domainsnapshot><name>one</name><memory snapshot='external' file='\(tree.path("mem"))'/>"
        + "\(before)</domainsnapshot>")
    try tree.images.shell("echo state > mem")
    let run = try tree.scan()
    #expect(run.code == 0, "\(run.complaint)")
    #expect(try tree.dependents("old.qcow2") == ["web vda"])
    let memory = try tree.backstory([
      "sql", "SELECT role, state FROM current_references", "--output", "csv",
    ])
    #expect(memory.output.contains("memory,ok"))
  }
}
