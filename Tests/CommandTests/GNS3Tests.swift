import Foundation
import Testing

/// Scans of GNS3's projects and images.
@Suite(RealPool.needsQemuImg) struct GNS3Tests {
  private static let node = "a1b2c3d4-0000-4000-8000-000000000001"

  private func tree() throws -> SourceTree {
    let tree = try SourceTree(
      """
      mkdir -p images/QEMU projects/p1/project-files/qemu/\(Self.node) projects/p1/project-files/qemu/gone
      for base in used template spare; do qemu-img create -q -f qcow2 images/QEMU/$base.qcow2 4M; done
      for node in \(Self.node) gone; do
        qemu-img create -q -f qcow2 -F qcow2 -b "$PWD/images/QEMU/used.qcow2" projects/p1/project-files/qemu/$node/hda_disk.qcow2
      done
      """)
    try tree.write(
      "projects/p1/lab.gns3",
      """
      {"name": "lab", "project_id": "p1", "revision": 9, "topology": {"nodes": [
        {"node_id": "\(Self.node)", "name": "R1", "node_type": "qemu", "compute_id": "local",
         "properties": {"hda_disk_image": "used.qcow2", "hda_disk_image_md5sum": "12345a6ec53a1c05b7aa101b5ceefe31"}}]}}
      """)
    try tree.write(
      "gns3_controller.conf",
      #"{"templates": [{"template_type": "qemu", "template_id": "t", "name": "T", "hda_disk_image": "template.qcow2"}]}"#
    )
    return tree
  }

  @Test func `nodes and templates use images, and leftovers of nodes are orphans`() throws {
    let tree = try tree()
    let scan = try tree.scan("--machines", "gns3=\(tree.path)")
    #expect(scan.code == 0, "\(scan.output)")
    #expect(
      try tree.orphans("--all") == [
        "orphan images/QEMU/spare.qcow2",
        "orphan projects/p1/project-files/qemu/gone/hda_disk.qcow2",
      ])
    #expect(try tree.kinds().filter { $0 != "chain-leftover" } == ["orphan", "orphan"])
    #expect(try tree.dependents("images/QEMU/used.qcow2").contains("lab/R1"))
    #expect(try tree.machines() == ["lab/R1", "template T"])
  }

  @Test func `without the templates no image of the library is an orphan`() throws {
    let tree = try tree()
    try tree.pool.shell("rm gns3_controller.conf")
    #expect(try tree.scan("--machines", "gns3=\(tree.path)").code == 0)
    #expect(
      try tree.orphans("--all") == [
        "kept images/QEMU/spare.qcow2", "kept images/QEMU/template.qcow2",
        "orphan projects/p1/project-files/qemu/gone/hda_disk.qcow2",
      ])
  }

  @Test func `projects that are not there tonight are not seen`() throws {
    let tree = try tree()
    try tree.scan("--machines", "gns3=\(tree.path)")
    try tree.pool.shell("mv projects ../away")
    let scan = try tree.scan("--machines", "gns3=\(tree.path)")
    #expect(scan.code == 3)
    #expect(scan.output.contains("no project of GNS3 (.gns3) is in it"))
    #expect(try tree.orphans() == [])
    #expect(try tree.machines().contains("lab/R1"))
  }

  @Test func `a base that a project names and that is not there is told`() throws {
    let tree = try tree()
    try tree.pool.shell("rm images/QEMU/used.qcow2 -r projects/p1/project-files/qemu/gone")
    try tree.scan("--machines", "gns3=\(tree.path)")
    #expect(try tree.kinds().contains("domain-image-missing"))
  }
}
