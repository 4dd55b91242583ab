import Foundation
import Testing

/// Scans of a storage pool of Incus.
@Suite(RealPool.needsQemuImg) struct IncusTests {
  private func tree() throws -> SourceTree {
    let tree = try SourceTree(
      """
      for disk in virtual-machines/web virtual-machines/gone virtual-machines-snapshots/web/s1 \\
        virtual-machines-snapshots/web/s2 custom/default_data custom/default_spare; do
        mkdir -p default/$disk; qemu-img create -q -f raw default/$disk/root.img 4M
      done
      """)
    try tree.write(
      "default/virtual-machines/web/backup.yaml",
      """
      container:
        name: web
        type: virtual-machine
        config:
          volatile.uuid: 58a0f7de-0000-4000-8000-153ef0fc7be5
        expanded_devices:
          data:
            pool: default
            source: data
            type: disk
          root:
            path: /
            pool: default
            type: disk
      snapshots:
      - name: s1
      pool:
        name: default
        driver: dir

      """)
    return tree
  }

  @Test func `disks without an instance, and snapshots that it does not have, are remains`() throws
  {
    let tree = try tree()
    let scan = try tree.scan("--machines", "incus=\(tree.path)")
    #expect(scan.code == 0, "\(scan.output)")
    #expect(try SourceTree.source(scan) == "complete 1")
    #expect(
      try tree.orphans("--all") == [
        "detached default/custom/default_spare/root.img",
        "orphan default/virtual-machines-snapshots/web/s2/root.img",
        "orphan default/virtual-machines/gone/root.img",
      ])
    #expect(try tree.kinds() == ["orphan", "orphan"])
    #expect(try tree.dependents("default/custom/default_data/root.img").contains("web"))
  }

  @Test func `a pool that is not there tonight is not seen`() throws {
    let tree = try tree()
    try tree.scan("--machines", "incus=\(tree.path)")
    try tree.pool.shell("mv default ../away")
    #expect(try tree.scan("--machines", "incus=\(tree.path)").code == 3)
    #expect(try tree.orphans() == [])
    #expect(try tree.machines() == ["web"])
    let other = try SourceTree("qemu-img create -q -f raw a.img 4M")
    let scan = try other.scan("--machines", "incus=\(other.path)")
    #expect(scan.code == 3)
    #expect(scan.output.contains("no instance of Incus"))
  }

  @Test func `a file that is not understood leaves open what its instance uses`() throws {
    let tree = try tree()
    try tree.write("default/virtual-machines/gone/backup.yaml", "container: {name: gone}\n")
    #expect(try tree.scan("--machines", "incus=\(tree.path)").code == 3)
    #expect(try tree.orphans() == [])
  }
}
