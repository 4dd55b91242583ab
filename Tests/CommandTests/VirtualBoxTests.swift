import Foundation
import Testing

/// Scans of machines of VirtualBox.
@Suite(RealPool.needsQemuImg) struct VirtualBoxTests {
  /// A machine with a snapshot, a linked clone of it, and what is in no drive.
  private func tree() throws -> SourceTree {
    let tree = try SourceTree(
      """
      mkdir -p web/Snapshots clone/Snapshots
      for disk in web/web web/Snapshots/now clone/Snapshots/diff web/spare web/lost; do
        qemu-img create -q -f vdi $disk.vdi 4M
      done
      """)
    try tree.write("web/web.vbox", Self.machine("web", number: 1, child: "now", spare: true))
    try tree.write(
      "clone/clone.vbox", Self.machine("clone", number: 2, child: "diff", base: "../web/"))
    return tree
  }

  private static func machine(
    _ name: String, number: Int, child: String, base: String = "", spare: Bool = false
  ) -> String {
    """
    <?xml version="1.0"?>
    <VirtualBox xmlns="http://www.virtualbox.org/" version="1.16-linux">
      <Machine uuid="{10000000-0000-4000-8000-00000000000\(number)}" name="\(name)">
        <MediaRegistry>
          <HardDisks>
            <HardDisk uuid="{00000000-0000-4000-8000-000000000001}" location="\(base)web.vdi" format="VDI" type="Normal">
              <HardDisk uuid="{00000000-0000-4000-8000-00000000001\(number)}" location="Snapshots/\(child).vdi" format="VDI"/>
            </HardDisk>
            \(spare ? "<HardDisk uuid='{00000000-0000-4000-8000-000000000009}' location='spare.vdi' format='VDI'/>" : "")
          </HardDisks>
        </MediaRegistry>
        <Hardware>
          <StorageControllers>
            <StorageController name="SATA">
              <AttachedDevice type="HardDisk" port="0" device="0">
                <Image uuid="{00000000-0000-4000-8000-00000000001\(number)}"/>
              </AttachedDevice>
            </StorageController>
          </StorageControllers>
        </Hardware>
      </Machine>
    </VirtualBox>

    """
  }

  @Test func `chains of the registry are used, and only what nobody lists is an orphan`() throws {
    let tree = try tree()
    let scan = try tree.scan("--machines", "vbox=\(tree.path)")
    #expect(scan.code == 0, "\(scan.output)")
    #expect(try SourceTree.source(scan) == "complete 2")
    #expect(try tree.orphans("--all") == ["detached web/spare.vdi", "orphan web/lost.vdi"])
    #expect(try tree.kinds() == ["orphan"])
    #expect(try tree.machines() == ["clone", "web"])
    let dependents = try tree.dependents("web/web.vdi")
    #expect(dependents.contains("web") && dependents.contains("clone"))
  }

  @Test func `machines that are not there tonight are not seen`() throws {
    let tree = try tree()
    try tree.scan("--machines", "vbox=\(tree.path)")
    try tree.pool.shell("mkdir ../away; mv * ../away/")
    #expect(try tree.scan("--machines", "vbox=\(tree.path)").code == 3)
    #expect(try tree.orphans() == [])
    #expect(try tree.machines() == ["clone", "web"])
    try tree.pool.shell("mv ../away/* .")
    #expect(try tree.scan("--machines", "vbox=\(tree.path)").code == 0)
    #expect(try tree.orphans() == ["orphan web/lost.vdi"])
  }

  @Test func `a disk that is not there is told, and a tree of other files says nothing`() throws {
    let tree = try tree()
    try tree.pool.shell("rm web/Snapshots/now.vdi")
    try tree.scan("--machines", "vbox=\(tree.path)")
    #expect(try tree.kinds().contains("domain-image-missing"))
    let other = try SourceTree("qemu-img create -q -f vdi a.vdi 4M")
    let scan = try other.scan("--machines", "vbox=\(other.path)")
    #expect(scan.code == 3)
    #expect(scan.output.contains("no machine of VirtualBox's (.vbox) is in it; 1 other file"))
    #expect(try other.orphans() == [])
  }
}
