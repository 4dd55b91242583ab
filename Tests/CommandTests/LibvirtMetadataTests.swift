import Foundation
import Testing

/// What libvirt keeps beside its domains, against the images.
@Suite(RealPool.needsQemuImg) struct LibvirtMetadataTests {
  private func checkpoint(_ tree: LibvirtTree, _ name: String, disk: String) throws {
    try tree.write(
      "var/lib/libvirt/qemu/checkpoint/vm/\(name).xml",
      "<domaincheckpoint><name>\(name)</name><disks><disk name='vda' checkpoint='bitmap' "
        + "bitmap='\(name)'/></disks>\(LibvirtTree.domain("vm", [tree.disk(disk)]))"
        + "</domaincheckpoint>")
  }

  private func snapshot(_ tree: LibvirtTree, _ name: String, _ inside: String) throws {
    try tree.write(
      "var/lib/libvirt/qemu/snapshot/vm/\(name).xml",
      "<domainsnapshot><name>\(name)</name><state>shutoff</state>\(inside)"
        + "\(LibvirtTree.domain("vm", [tree.disk("vm.qcow2")]))</domainsnapshot>")
  }

  private func message(_ tree: LibvirtTree) throws -> String? {
    try tree.objects("check").compactMap { $0["message"] as? String }.first
  }

  @Test func `a checkpoint needs its bitmap in some image of the chain`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.shell("qemu-img bitmap --add base.qcow2 c0")
    try tree.images.image("vm.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.shell("qemu-img bitmap --add vm.qcow2 c1")
    try tree.define("vm", tree.disk("vm.qcow2"))
    for name in ["c0", "c1"] { try checkpoint(tree, name, disk: "vm.qcow2") }
    try tree.scan()
    #expect(try tree.findings() == [])
    try tree.images.shell("qemu-img bitmap --remove vm.qcow2 c1")
    try tree.scan()
    #expect(try tree.findings() == ["checkpoint-bitmap-missing vm vm.qcow2"])
    let said = try #require(try message(tree))
    #expect(said.contains("Checkpoint 'c1'") && said.contains("checkpoint-delete --metadata vm c1"))
    // While it runs, its bitmaps are in QEMU's memory.
    try tree.start("vm", tree.disk("vm.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == [])
    try tree.remove("run/libvirt/qemu/vm.xml")
    try tree.images.shell("mv base.qcow2 base.away")
    try tree.scan()
    #expect(try tree.findings() == ["backing-missing - vm.qcow2"])
    try tree.images.shell("mv base.away base.qcow2; qemu-img bitmap --add vm.qcow2 c1")
    try tree.scan()
    #expect(try tree.findings() == [])
  }

  @Test func `an internal snapshot has to be in the image`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("vm.qcow2")
    try tree.images.shell("qemu-img snapshot -c s1 vm.qcow2")
    try tree.define("vm", tree.disk("vm.qcow2"))
    try snapshot(tree, "s1", "<disks><disk name='vda' snapshot='internal'/></disks>")
    try tree.scan()
    #expect(try tree.findings() == [])
    try tree.images.shell("qemu-img snapshot -d s1 vm.qcow2")
    try tree.scan()
    #expect(try tree.findings() == ["snapshot-missing vm vm.qcow2"])
    #expect(try message(tree)?.contains("snapshot-delete --metadata vm s1") == true)
  }

  @Test func `a file that only a snapshot needs is worth knowing`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("vm.qcow2")
    try tree.define("vm", tree.disk("vm.qcow2"))
    try tree.images.shell("echo state > s1.mem")
    try snapshot(tree, "s1", "<memory snapshot='external' file='\(tree.pool)/s1.mem'/>")
    try tree.scan()
    #expect(try tree.findings() == [])
    try tree.images.shell("rm s1.mem")
    try tree.scan()
    #expect(try tree.findings() == ["snapshot-file-missing vm s1.mem"])
    #expect(try message(tree)?.contains("snapshot 's1' of domain 'vm'") == true)
    #expect(try tree.backstory(["check"]).code == 0)
  }

  @Test func `the overlay of a transient disk that was left keeps its domain from starting`() throws
  {
    let tree = try LibvirtTree()
    try tree.images.image("gold.qcow2")
    try tree.define("west", tree.disk("gold.qcow2", inside: "<transient/>"))
    try tree.images.image("gold.qcow2.TRANSIENT-west", "-b gold.qcow2 -F qcow2")
    try tree.scan()
    #expect(try tree.findings() == ["transient-leftover west gold.qcow2"])
    #expect(try message(tree)?.contains("gold.qcow2.TRANSIENT-west'") == true)
    try tree.start("west", tree.disk("gold.qcow2", inside: "<transient/>"))
    try tree.scan()
    #expect(try tree.findings() == [])
    try tree.remove("run/libvirt/qemu/west.xml")
    try tree.images.shell("mv gold.qcow2.TRANSIENT-west gold.qcow2.TRANSIENT-east")
    try tree.scan()
    #expect(try tree.findings() == [])
  }

  @Test func `a volume of a pool that libvirt does not define is found`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("vm.qcow2")
    let volume = { (pool: String) in
      "<disk type='volume' device='disk'><driver name='qemu' type='qcow2'/>"
        + "<source pool='\(pool)' volume='vm.qcow2'/><target dev='vda'/></disk>"
    }
    try tree.define("good", volume("default"))
    try tree.define("bad", volume("gone"))
    try tree.write(
      "etc/libvirt/storage/far.xml",
      "<pool type='rbd'><name>far</name><source><name>p</name></source></pool>")
    try tree.define("far", volume("far"))
    try tree.scan()
    let found = try tree.objects("check", "--kind", "domain-volume-unknown")
    #expect(found.compactMap { $0["domain"] as? String } == ["bad"])
    #expect((found.first?["message"] as? String)?.contains("'gone/vm.qcow2'") == true)
  }

  @Test func `a socket of this host that is gone keeps a domain from starting`() throws {
    let tree = try LibvirtTree()
    let disk = { (socket: String) in
      "<disk type='network' device='disk'><driver name='qemu' type='raw'/>"
        + "<source protocol='nbd' name='x'><host transport='unix' socket='\(socket)'/></source>"
        + "<target dev='vda'/></disk>"
    }
    try tree.images.shell(
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"here\")'")
    try tree.define("good", disk("\(tree.pool)/here"))
    try tree.define("bad", disk("\(tree.pool)/gone"))
    try tree.scan()
    #expect(try tree.findings("--kind", "domain-socket-missing").count == 1)
    #expect(try message(tree)?.contains("'\(tree.pool)/gone'") == true)
    try tree.define(
      "bad",
      "<disk type='vhostuser' device='disk'><driver name='qemu' type='raw'/>"
        + "<source type='unix' path='\(tree.pool)/away'/><target dev='vda'/></disk>")
    try tree.scan()
    #expect(try tree.findings() == ["domain-socket-missing bad away"])
  }

  @Test func `variables of the firmware are of the format that the XML says`() throws {
    let tree = try LibvirtTree()
    try tree.images.shell("truncate -s 64K vars.fd; qemu-img create -q -f qcow2 vars.qcow2 64K")
    try tree.write(
      "etc/libvirt/qemu/vm.xml",
      "<domain type='kvm'><name>vm</name><os><nvram format='qcow2'>\(tree.pool)/vars.fd</nvram></os>"
        + "</domain>")
    try tree.write(
      "etc/libvirt/qemu/ok.xml",
      "<domain type='kvm'><name>ok</name><os><nvram format='qcow2'>\(tree.pool)/vars.qcow2</nvram>"
        + "</os></domain>")
    // Without a format they are raw, unless libvirt chose the firmware with them.
    try tree.write(
      "etc/libvirt/qemu/old.xml",
      "<domain type='kvm'><name>old</name><os><nvram>\(tree.pool)/vars.qcow2</nvram></os></domain>")
    try tree.write(
      "etc/libvirt/qemu/auto.xml",
      "<domain type='kvm'><name>auto</name><os firmware='efi'><nvram>\(tree.pool)/vars.qcow2</nvram>"
        + "</os></domain>")
    try tree.scan()
    #expect(
      try tree.findings() == [
        "domain-format-mismatch old vars.qcow2", "domain-format-mismatch vm vars.fd",
      ])
  }

  @Test func `a move names the snapshots whose metadata say the old place`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("vm.qcow2")
    try tree.images.image("vm.s1", "-b \(tree.pool)/vm.qcow2 -F qcow2")
    try tree.define("vm", tree.disk("vm.s1"))
    try snapshot(
      tree, "s1",
      "<disks><disk name='vda' snapshot='external' type='file'><driver type='qcow2'/>"
        + "<source file='\(tree.pool)/vm.s1'/></disk></disks>")
    try tree.scan()
    let place = tree.folder.url("new/deep/pool").path
    let plan = try tree.backstory(["relocate", tree.pool, place, "--output", "json"]).object
    #expect((plan["domains"] as? [[String: Any]])?.count == 1)
    let snapshots = try #require(plan["snapshots"] as? [[String: Any]])
    #expect(snapshots.compactMap { $0["snapshot"] as? String } == ["s1", "s1"])
    let script = try tree.backstory(["relocate", tree.pool, place])
    #expect(script.code == 0)
    #expect(script.output.contains("virsh snapshot-edit"))
    try Data(script.output.utf8).write(to: tree.folder.url("move.sh"))
    let run = try Program.shell("sh move.sh", in: tree.folder)
    #expect(run.code == 0, "\(run.complaint)")
    #expect(run.complaint.contains("snapshot s1 of domain vm still names"))
    let status = try FileManager.default.attributesOfItem(
      atPath: tree.folder.url("new/deep").path)
    #expect(status[.posixPermissions] as? Int == 0o755)
    // What the script keeps is no image.
    _ = try Program.shell("cp -r backstory-saved new/deep/pool/", in: tree.folder)
    _ = try tree.backstory(["scan", place])
    let names = try tree.objects("list", "--pool", place).compactMap { $0["filename"] as? String }
    #expect(names == ["\(place)/vm.qcow2", "\(place)/vm.s1"])
  }
}
