import DiskImage
import Foundation
import Machines
import Model
import Testing

/// Machines from EVE-NG's labs.
@Suite struct EVETests {
  static let lab = "d35a1ed1-0000-4000-8000-7fda3c22ba6c"

  static let text = """
    <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
    <lab name="STP" id="\(lab)" version="1" author="">
      <description>words</description>
      <topology>
        <nodes>
          <node id="1" name="SW1" type="qemu" template="viosl2" image="viosl2-15" uuid="A0-1" cpu="1"/>
          <node id="2" name="PC" type="vpcs"/>
          <node id="3" name="FW" type="qemu" template="asav" image="asav-9"/>
        </nodes>
        <networks/>
      </topology>
    </lab>

    """

  private func read(_ files: [String: String]) throws -> (Folder, MachineReading) {
    let folder = try Folder()
    for (name, text) in files { try folder.write(text, name) }
    return (folder, EVESource(path: folder.path).read())
  }

  private func lines(_ folder: Folder, _ machine: Machine) -> [String] {
    machine.uses.map { $0.line.replacing(folder.path.displayText, with: "~") }
  }

  @Test func `a node is a machine in every pod that runs its lab`() throws {
    let (folder, reading) = try read([
      "labs/a/stp.unl": Self.text, "addons/qemu/viosl2-15/virtioa.qcow2": "",
      "addons/qemu/viosl2-15/cdrom.iso": "", "addons/qemu/viosl2-15/virtioa.qcow2.bak": "",
      "addons/qemu/unused-1/hda.qcow2": "", "tmp/0/\(Self.lab)/1/virtioa.qcow2": "",
      "tmp/7/\(Self.lab)/1/virtioa.qcow2": "", "tmp/7/\(Self.lab)/1/wrapper.txt": "",
    ])
    #expect(reading.problems.isEmpty)
    #expect(
      reading.machines.map(\.name) == [
        "STP/SW1 (pod 0)", "STP/SW1 (pod 7)", "STP/FW (pod 0)", "STP/FW (pod 7)", "EVE-NG's images",
      ])
    #expect(
      lines(folder, reading.machines[1]) == [
        "virtioa.qcow2 now disk - ~/tmp/7/\(Self.lab)/1/virtioa.qcow2",
        "cdrom.iso now disk - ~/addons/qemu/viosl2-15/cdrom.iso read-only",
        "virtioa.qcow2 now backing - ~/addons/qemu/viosl2-15/virtioa.qcow2 read-only",
      ])
    #expect(reading.machines[0].uuid == "a0-1")
    #expect(
      lines(folder, reading.machines[4]) == [
        "- detached disk - ~/addons/qemu/unused-1/hda.qcow2 read-only"
      ])
  }

  @Test func `a lab that nobody has opened uses its bases`() throws {
    let (folder, reading) = try read([
      "labs/stp.unl": Self.text, "addons/qemu/viosl2-15/hda.qcow2": "",
    ])
    #expect(reading.machines.map(\.name) == ["STP/SW1", "STP/FW"])
    #expect(
      lines(folder, reading.machines[0]) == [
        "hda.qcow2 now backing - ~/addons/qemu/viosl2-15/hda.qcow2 read-only"
      ])
  }

  @Test func `what cannot be understood is said, and the labs are not seen whole`() throws {
    for text in [
      "", "<lab/>", "<lab id=\"..\"/>", "<domain/>", "<!DOCTYPE x><lab id=\"a\"/>",
      Self.text.replacing("viosl2-15", with: "../x"), Self.text.replacing("id=\"3\"", with: ""),
    ] {
      let (_, reading) = try read(["labs/x.unl": text])
      #expect(reading.problems.count == 1, "\(text)")
    }
    let (_, other) = try read(["labs/x.unl": Self.text, "tmp/12/3/hda.qcow2": ""])
    #expect(other.problems.count == 1)
  }

  @Test func `a lab cut at any length is not believed`() throws {
    let bytes = Array(Self.text.utf8)
    for length in 0..<(bytes.count - 2) {
      #expect(MachineText.machines(in: Array(bytes.prefix(length)), as: .eve).isEmpty)
    }
    #expect(MachineText.machines(in: bytes, as: .eve).count == 2)
  }

  @Test func `links that lead out and FIFOs are not read`() throws {
    let folder = try Folder()
    try folder.write(Self.text, "labs/x.unl")
    try folder.link("labs/y.unl", to: "/etc/passwd")
    try folder.link("tmp", to: "/etc")
    try folder.fifo("labs/z.unl")
    let reading = EVESource(path: folder.path).read()
    #expect(
      reading.problems.map { String(decoding: $0.path.name, as: UTF8.self) }.sorted() == [
        "tmp", "y.unl", "z.unl",
      ])
  }
}
