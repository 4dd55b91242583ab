import Foundation
import Testing

/// Scans of a remote with backups of Xen Orchestra.
@Suite(RealPool.needsQemuImg) struct XOTests {
  private func tree() throws -> SourceTree {
    let tree = try SourceTree(
      """
      mkdir -p xo-vm-backups/vm1/vdis/job/disk/data
      cd xo-vm-backups/vm1/vdis/job/disk
      for disk in 1 2 gone data/three; do qemu-img create -q -f vpc $disk.vhd 4M; done
      printf data/three.vhd >3.alias.vhd; printf data/away.vhd >4.alias.vhd
      for data in five left; do
        mkdir -p data/$data.vhd/blocks/0
        head -c 512 1.vhd >data/$data.vhd/footer
        python3 -c 'import sys; sys.stdout.buffer.write(b"cxsparse" + bytes(1016))' >data/$data.vhd/header
        printf x >data/$data.vhd/bat; printf x >data/$data.vhd/blocks/0/0
      done
      printf data/five.vhd >5.alias.vhd
      """)
    for name in ["1", "2", "3.alias", "5.alias"] {
      try tree.write(
        "xo-vm-backups/vm1/\(name).json",
        #"{"mode": "delta", "vm": {"name_label": "web"}, "vhds": {"a": "vdis/job/disk/\#(name).vhd"}}"#
      )
    }
    return tree
  }

  @Test func `what a point in time names is used, and the rest is not`() throws {
    let tree = try tree()
    let scan = try tree.scan("--machines", "xo=\(tree.path)")
    #expect(scan.code == 0, "\(scan.output)")
    #expect(try SourceTree.source(scan) == "complete 1")
    let disk = "orphan xo-vm-backups/vm1/vdis/job/disk"
    #expect(
      try tree.orphans() == [
        "\(disk)/4.alias.vhd", "\(disk)/data/left.vhd/footer", "\(disk)/gone.vhd",
      ])
    #expect(try tree.machines() == ["web"])
    #expect(try !tree.kinds().contains("header-malformed"))
    #expect(try tree.dependents("xo-vm-backups/vm1/vdis/job/disk/data/three.vhd").contains("web"))
  }

  @Test func `an archive that is not there tonight is not seen`() throws {
    let tree = try tree()
    try tree.scan("--machines", "xo=\(tree.path)")
    try tree.pool.shell("mv xo-vm-backups ../away; echo x >other")
    let scan = try tree.scan("--machines", "xo=\(tree.path)")
    #expect(scan.code == 3)
    #expect(scan.output.contains("no archive of Xen Orchestra (xo-vm-backups) is in it"))
    #expect(try tree.orphans() == [])
    #expect(try tree.machines() == ["web"])
  }
}
