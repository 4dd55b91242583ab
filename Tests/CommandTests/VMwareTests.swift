import Foundation
import Testing

/// Scans of a datastore with the files of VMware's products beside their disks.
@Suite(RealPool.needsQemuImg) struct VMwareTests {
  /// A machine with a snapshot, a clone of a template, and what is left of deleted ones.
  private func datastore() throws -> SourceTree {
    let tree = try SourceTree(
      """
      mkdir -p web base old fcd
      qemu-img create -q -f vmdk -o subformat=monolithicFlat web/web.vmdk 4M
      qemu-img create -q -f vmdk -b web.vmdk -F vmdk web/web-000001.vmdk
      qemu-img create -q -f vmdk -o subformat=monolithicFlat web/web-000009.vmdk 4M
      qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentSparse base/base.vmdk 4M
      qemu-img create -q -f vmdk -o subformat=monolithicFlat old/old.vmdk 4M
      qemu-img create -q -f vmdk -o subformat=monolithicFlat fcd/disk.vmdk 4M
      printf 'changeTrackPath="web-ctk.vmdk"\\n' >>web/web.vmdk; head -c 4096 /dev/zero >web/web-ctk.vmdk
      : >fcd/disk.vmfd; : >base/base.vmsd
      """)
    try tree.write(
      "web/web.vmx",
      """
      #!/usr/bin/vmware
      .encoding = "UTF-8"
      displayName = "web"
      uuid.bios = "56 4d 01 02 03 04 05 06-07 08 09 0a 0b 0c 0d 0e"
      SCSI0.Present = "TRUE"
      SCSI0:0.PRESENT = "true"
      scsi0:0.fileName = "web-000001.vmdk"
      scsi0:1.present = "TRUE"
      scsi0:1.fileName = "/vmfs/volumes/5f00-aa/base/base.vmdk"
      scsi0:1.mode = "independent-nonpersistent"
      ide1:0.present = "TRUE"
      ide1:0.deviceType = "atapi-cdrom"
      ide1:0.fileName = "auto detect"

      """)
    try tree.write(
      "web/web.vmsd",
      """
      .encoding = "UTF-8"
      snapshot.current = "1"
      snapshot0.uid = "1"
      snapshot0.filename = "web-Snapshot1.vmsn"
      snapshot0.numDisks = "1"
      snapshot0.disk0.fileName = "web.vmdk"
      snapshot0.disk0.node = "scsi0:0"
      snapshot.numSnapshots = "1"
      snapshot1.uid = "7"
      snapshot1.numDisks = "1"
      snapshot1.disk0.fileName = "web-000009.vmdk"
      snapshot1.disk0.node = "scsi0:0"

      """)
    try tree.write(
      "base/base.vmtx",
      "displayName = \"base\"\nsata0:0.present = \"TRUE\"\nsata0:0.fileName = \"base.vmdk\"\n")
    try tree.write(
      "configuration.toml",
      """
      [[pool]]
      name = "store"
      path = "\(tree.path)"
      seen-as = ["/vmfs/volumes/5f00-aa"]

      [[machines]]
      kind = "vmware"
      path = "\(tree.path)"

      """)
    return tree
  }

  private func scan(_ tree: SourceTree) throws -> Run {
    try tree.run([
      "scan", "--config", tree.folder.url("pool/configuration.toml").path, "--grace", "1",
      "--output", "json",
    ])
  }

  @Test func `disks, snapshots, templates and parts are used, and the rest is not`() throws {
    let tree = try datastore()
    let scan = try scan(tree)
    #expect(scan.code == 0, "\(scan.complaint)\(scan.output)")
    #expect(try SourceTree.source(scan) == "complete 2")
    #expect(
      try tree.orphans("--all").filter { !$0.contains("-flat") } == [
        "kept fcd/disk.vmdk", "orphan old/old.vmdk", "orphan web/web-000009.vmdk",
      ])
    let flat = try tree.orphans("--all").filter { $0.contains("web-flat") }
    #expect(flat == [])
    #expect(try tree.kinds().filter { $0 != "orphan" } == [])
    #expect(try tree.dependents("base/base.vmdk").contains("web"))
    #expect(try tree.machines() == ["base", "web"])
  }

  @Test func `a path of the datastore that no pool is seen as leaves the view open`() throws {
    let tree = try datastore()
    let scan = try tree.scan("--machines", "vmware=\(tree.path)")
    #expect(scan.code == 3)
    #expect(scan.output.contains("seen-as"))
    #expect(try tree.orphans() == [])
    #expect(try tree.kinds() == [])
  }

  @Test func `a datastore that is not there tonight is not seen, and an empty one says nothing`()
    throws
  {
    let tree = try datastore()
    _ = try scan(tree)
    try tree.pool.shell("mkdir ../away; mv web base old fcd ../away/")
    #expect(try scan(tree).code == 3)
    #expect(try tree.orphans() == [])
    #expect(try tree.machines() == ["base", "web"])
    try tree.pool.shell("mv ../away/* .")
    #expect(try scan(tree).code == 0)
    #expect(
      try tree.orphans().filter { !$0.contains("-flat") } == [
        "orphan old/old.vmdk", "orphan web/web-000009.vmdk",
      ])
  }

  @Test func `a tree of other files, and one that is empty, do not say which machines there are`()
    throws
  {
    let tree = try SourceTree("qemu-img create -q -f vmdk a.vmdk 4M; mkdir ../none")
    let others = try tree.scan("--machines", "vmware=\(tree.path)")
    #expect(others.code == 3)
    #expect(others.output.contains("no machine of VMware's (.vmx) is in it; 1 other file"))
    #expect(try tree.orphans() == [])
    #expect(try tree.scan("--machines", "vmware=none").code == 3)
    #expect(try tree.scan("--machines", "vmware=none", "--machines", "none").code == 0)
    #expect(try tree.orphans() == ["orphan a.vmdk"])
    #expect(try tree.scan("--machines", "vmware=nowhere").code == 1)
    #expect(try tree.scan("--machines", "vmware").code == 1)
  }

  @Test func `data whose descriptor is gone is the machine's all the same`() throws {
    let tree = try datastore()
    try tree.pool.shell("rm old/*; mkdir one; cp web/web-000009-flat.vmdk one/one-flat.vmdk")
    try tree.write(
      "one/one.vmx", "ide0:0.present = \"TRUE\"\nide0:0.fileName = \"one.vmdk\"\n")
    #expect(try scan(tree).code == 0)
    #expect(try tree.orphans().filter { $0.contains("one/") } == [])
    #expect(try tree.kinds().contains("domain-image-missing"))
  }
}
