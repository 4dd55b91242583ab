import DiskImage
import Foundation
import Machines
import Model
import Testing

/// Machines from GNS3's projects and templates.
@Suite struct GNS3Tests {
  static let node = "a1b2c3d4-0000-4000-8000-000000000001"

  static func project(_ properties: String, node type: String = "qemu", revision: Int = 9) -> String
  {
    // Before 2.2 nothing is said of the disk with the configuration; these are newer.
    let properties = properties.replacing(
      #/^{(?!"create_config_disk")/#, with: "{\"create_config_disk\": false, ", maxReplacements: 1)
    return """
      {"name": "lab", "project_id": "p1", "revision": \(revision), "type": "topology", "version": "2.2.50",
       "topology": {"computes": [], "links": [], "nodes": [
        {"node_id": "v1", "node_type": "vpcs", "name": "PC1", "properties": {"options": 1}},
        {"compute_id": "local", "node_id": "\(node)", "name": "R1", "node_type": "\(type)",
         "properties": \(properties)}]}}
      """
  }

  private func read(_ files: [String: String]) throws -> (Folder, MachineReading) {
    let folder = try Folder()
    for (name, text) in files { try folder.write(text, name) }
    return (folder, GNS3Source(path: folder.path.appending("GNS3".utf8)).read())
  }

  private func lines(_ folder: Folder, _ reading: MachineReading) -> [String] {
    reading.machines.flatMap { machine in
      machine.uses.map { $0.line.replacing(folder.path.displayText, with: "~") }
    }
  }

  @Test func `a node has an overlay and the base that its project names`() throws {
    let (folder, reading) = try read([
      "GNS3/projects/p1/lab.gns3": Self.project(
        #"{"create_config_disk": true, "hda_disk_image": "r.qcow2", "hda_disk_image_md5sum": null, "hdb_disk_image": "", "hdc_disk_image": null, "cdrom_image": "cd.iso", "bios_image": "", "kernel_image": "vmlinuz", "ram": 512}"#
      ),
      "GNS3/images/QEMU/r.qcow2": "x", "GNS3/images/cd.iso": "x",
      ".config/GNS3/2.2/gns3_controller.conf": #"{"templates": []}"#,
    ])
    #expect(reading.problems.isEmpty)
    let machine = try #require(reading.machines.first)
    #expect(machine.name == "lab/R1" && machine.uuid == Self.node)
    #expect(
      lines(folder, reading) == [
        "hda now disk qcow2 ~/GNS3/projects/p1/project-files/qemu/\(Self.node)/hda_disk.qcow2",
        "hda now backing - ~/GNS3/images/QEMU/r.qcow2 read-only",
        "config now disk raw ~/GNS3/projects/p1/project-files/qemu/\(Self.node)/config.img",
        "cdrom now disk - ~/GNS3/images/cd.iso read-only",
        "- now kernel - ~/GNS3/images/QEMU/vmlinuz read-only",
      ])
  }

  @Test func `the server's settings say where images are`() throws {
    let folder = try Folder()
    try folder.write("x", "other/deep/r.qcow2")
    try folder.write("x", "lib/QEMU/s.qcow2")
    try folder.write(
      "[Server]\nimages_path = \(folder.path.displayText)/lib\nadditional_images_path = /nowhere;~/other\n[Qemu]\nimages_path = /x\n",
      ".config/GNS3/2.2/gns3_server.conf")
    try folder.write(#"{"templates": []}"#, ".config/GNS3/2.2/gns3_controller.conf")
    try folder.write(
      Self.project(
        #"{"hda_disk_image": "r.qcow2", "hdb_disk_image": "s.qcow2", "linked_clone": false}"#),
      "GNS3/projects/p1/lab.gns3")
    let reading = GNS3Source(path: folder.path.appending("GNS3".utf8)).read()
    #expect(reading.problems.isEmpty)
    #expect(
      lines(folder, reading) == [
        "hda now disk - ~/other/deep/r.qcow2", "hdb now disk - ~/lib/QEMU/s.qcow2",
      ])
  }

  @Test func `templates keep their images, and without them the whole library is kept`() throws {
    let files = [
      "GNS3/projects/p1/lab.gns3": Self.project("{}"), "GNS3/images/QEMU/r.qcow2": "x",
      "GNS3/images/QEMU/r.qcow2.md5sum": "x", "GNS3/images/QEMU/s.qcow2": "x",
    ]
    let template =
      #"{"templates": [{"template_type": "docker", "image": 1}, {"template_type": "qemu", "template_id": "t", "name": "R", "hda_disk_image": "r.qcow2"}]}"#
    let (folder, known) = try read(
      files.merging(["GNS3/gns3_controller.conf": template]) { $1 })
    #expect(lines(folder, known) == ["hda now disk - ~/GNS3/images/QEMU/r.qcow2 read-only"])
    let (other, unknown) = try read(files)
    #expect(unknown.problems.isEmpty)
    #expect(
      lines(other, unknown) == [
        "- kept disk - ~/GNS3/images/QEMU/r.qcow2 read-only",
        "- kept disk - ~/GNS3/images/QEMU/s.qcow2 read-only",
      ])
    let (third, archived) = try read(
      files.merging([
        "GNS3/gns3_controller.conf": #"{"templates": []}"#,
        "GNS3/projects/p1/snapshots/a.gns3project": "PK",
      ]) { $1 })
    #expect(lines(third, archived).count == 2)
  }

  @Test func `what QEMU is given besides is used, relative to the node`() throws {
    let (folder, reading) = try read([
      "GNS3/projects/p1/lab.gns3": Self.project(
        #"{"options": "-nographic -drive file=extra.qcow2,if=virtio,format=qcow2"}"#),
      "GNS3/gns3_controller.conf": #"{"templates": []}"#,
    ])
    #expect(
      lines(folder, reading) == [
        "- now disk qcow2 ~/GNS3/projects/p1/project-files/qemu/\(Self.node)/extra.qcow2"
      ])
  }

  @Test func `what cannot be understood is said, and the project is not seen whole`() throws {
    let deep = String(repeating: "[", count: 100_000)
    for text in [
      "", "{", "[]", "\u{0}", deep, "{\"name\": \(deep)", Self.project("{\"hda_disk_image\": 5}"),
      Self.project("{}", revision: 3), Self.project("{}").replacing("\"p1\"", with: "\"../p\""),
      Self.project("{}").replacing(Self.node, with: ".."),
      Self.project("{\"options\": \"-drive 'x\"}"),
    ] {
      let (_, reading) = try read([
        "GNS3/p/x.gns3": text, "GNS3/gns3_controller.conf": #"{"templates": []}"#,
      ])
      #expect(reading.problems.count == 1, "\(text.prefix(100))")
      #expect(reading.unseen.count == 1)
    }
    let (_, reading) = try read([
      "GNS3/p/x.gns3": Self.project("{}"), "GNS3/gns3_controller.conf": "{\"templates\": 1}",
    ])
    #expect(reading.problems.count == 1)
  }

  @Test func `a key that stands twice says nothing for certain`() throws {
    for twice in [
      #"{"hda_disk_image": "a.qcow2", "hda_disk_image": "b.qcow2"}"#,
      #"{"hda_disk_image": "a.qcow2", "hda_disk_\u0069mage": "b.qcow2"}"#,
    ] {
      let (_, reading) = try read([
        "GNS3/projects/p1/lab.gns3": Self.project(twice),
        "GNS3/gns3_controller.conf": #"{"templates": []}"#,
      ])
      #expect(reading.machines.isEmpty)
      #expect(
        reading.problems.map(\.message) == ["a key in it occurs twice, or it is not in UTF-8"])
    }
  }

  @Test func `a project cut at any length is not believed`() throws {
    let bytes = Array(Self.project(#"{"hda_disk_image": "r.qcow2"}"#).utf8)
    for length in 0..<bytes.count {
      #expect(MachineText.machines(in: Array(bytes.prefix(length)), as: .gns3).isEmpty)
    }
    #expect(MachineText.machines(in: bytes, as: .gns3).count == 1)
  }

  @Test func `links that lead out and files that are too long are not read`() throws {
    let folder = try Folder()
    try folder.write(Self.project("{}"), "GNS3/p/x.gns3")
    try folder.link("GNS3/q/y.gns3", to: "/etc/passwd")
    try folder.fifo("GNS3/z.gns3")
    try folder.write(#"{"templates": []}"#, "GNS3/gns3_controller.conf")
    let reading = GNS3Source(path: folder.path.appending("GNS3".utf8)).read()
    #expect(reading.machines.count == 1)
    #expect(
      reading.problems.map { String(decoding: $0.path.name, as: UTF8.self) }.sorted() == [
        "y.gns3", "z.gns3",
      ])
  }
}
