import DiskImage
import Foundation
import Machines
import Model
import Testing

/// Machines from `.vbox` and `VirtualBox.xml`.
@Suite struct VirtualBoxTests {
  static let base = "00000000-0000-4000-8000-000000000001"
  static let child = "00000000-0000-4000-8000-000000000002"
  static let iso = "00000000-0000-4000-8000-000000000003"
  static let spare = "00000000-0000-4000-8000-000000000004"
  static let machine = "10000000-0000-4000-8000-000000000001"

  /// A machine with a snapshot, in the words of VirtualBox 6 and newer.
  static let text = """
    <?xml version="1.0"?>
    <VirtualBox xmlns="http://www.virtualbox.org/" version="1.19-linux">
      <Machine uuid="{\(machine.uppercased())}" name="web &amp; db" stateFile="Snapshots/now.sav">
        <MediaRegistry>
          <HardDisks>
            <HardDisk uuid="{\(base)}" location="web.vdi" format="VDI" type="Normal">
              <HardDisk uuid="{\(child)}" location="Snapshots/{\(child)}.vdi" format="VDI"/>
            </HardDisk>
            <HardDisk uuid="{\(spare)}" location="/elsewhere/spare.vmdk" format="vmdk" type="Normal"/>
          </HardDisks>
          <DVDImages><Image uuid="{\(iso)}" location="../cd.iso"/></DVDImages>
        </MediaRegistry>
        <Snapshot uuid="{20000000-0000-4000-8000-000000000001}" name="s" stateFile="Snapshots/s.sav">
          <Hardware>
            <StorageControllers>
              <StorageController name="SATA" type="AHCI">
                <AttachedDevice type="HardDisk" port="0" device="0"><Image uuid="{\(base)}"/></AttachedDevice>
              </StorageController>
            </StorageControllers>
          </Hardware>
        </Snapshot>
        <Hardware>
          <BIOS><NVRAM path="web.nvram"/></BIOS>
          <StorageControllers>
            <StorageController name="SATA" type="AHCI">
              <AttachedDevice type="HardDisk" port="0" device="0"><Image uuid="{\(child)}"/></AttachedDevice>
              <AttachedDevice type="DVD" port="1" device="0"><Image uuid="{\(iso)}"/></AttachedDevice>
              <AttachedDevice type="DVD" port="2" device="0"><HostDrive src="/dev/sr0"/></AttachedDevice>
              <AttachedDevice type="DVD" port="3" device="0"/>
            </StorageController>
          </StorageControllers>
        </Hardware>
      </Machine>
    </VirtualBox>

    """

  private func read(_ files: [String: String], besides: [PathBytes] = []) throws -> (
    Folder, MachineReading
  ) {
    let folder = try Folder()
    for (name, text) in files { try folder.write(text, name) }
    return (folder, VirtualBoxSource(path: folder.path, besides: besides).read())
  }

  @Test func `drives, their chains, snapshots and what is in no drive are told apart`() throws {
    let (folder, reading) = try read(["web/web.vbox": Self.text, "web/web.vbox-prev": "old"])
    #expect(reading.problems.isEmpty)
    #expect(reading.passedOverCount == 1)
    let machine = try #require(reading.machines.first)
    #expect(machine.name == "web & db")
    #expect(machine.uuid == Self.machine)
    #expect(
      machine.uses.map { $0.line.replacing(folder.path.displayText, with: "~") } == [
        "SATA-0-0 now disk vdi ~/web/Snapshots/{\(Self.child)}.vdi",
        "SATA-0-0 below backing vdi ~/web/web.vdi read-only",
        "SATA-1-0 now disk - ~/web/../cd.iso read-only",
        "SATA-0-0 snapshot disk vdi ~/web/web.vdi read-only",
        "- now memory - ~/web/Snapshots/now.sav",
        "- now nvram - ~/web/web.nvram",
        "- snapshot memory - ~/web/Snapshots/s.sav",
        "- detached disk vmdk /elsewhere/spare.vmdk read-only",
      ])
  }

  @Test func `what stands under a drive's disk is used as its base`() throws {
    let text = Self.text.replacing(#"name="s" stateFile"#, with: #"name="s" former"#)
      .replacing("<Image uuid=\"{\(Self.base)}\"/>", with: "")
    let (_, reading) = try read(["web/web.vbox": text])
    let bases = try #require(reading.machines.first).uses.filter { $0.occasion == .below }
    #expect(bases.map(\.role) == [.backing])
    #expect(bases.first?.target.path?.suffix(8).elementsEqual("/web.vdi".utf8) == true)
  }

  @Test func `older files have their drives beside the hardware, and their media in the registry`()
    throws
  {
    let machine = """
      <VirtualBox xmlns="http://www.innotek.de/VirtualBox-settings" version="1.9-linux">
        <Machine uuid="{\(Self.machine)}" name="old">
          <StorageControllers>
            <StorageController name="IDE">
              <AttachedDevice type="HardDisk" port="0" device="1"><Image uuid="{\(Self.base)}"/></AttachedDevice>
            </StorageController>
          </StorageControllers>
        </Machine>
      </VirtualBox>
      """
    let registry = """
      <VirtualBox xmlns="http://www.innotek.de/VirtualBox-settings" version="1.9-linux">
        <Global>
          <MediaRegistry>
            <HardDisks>
              <HardDisk uuid="{\(Self.base)}" location="HardDisks/old.vdi" format="VDI" type="Normal"/>
              <HardDisk uuid="{\(Self.spare)}" location="HardDisks/spare.vdi" format="VDI" type="Normal"/>
            </HardDisks>
          </MediaRegistry>
          <MachineRegistry><MachineEntry uuid="{\(Self.machine)}" src="Machines/old.vbox"/></MachineRegistry>
        </Global>
      </VirtualBox>
      """
    let (folder, reading) = try read(["VirtualBox.xml": registry, "Machines/old.vbox": machine])
    #expect(reading.problems.isEmpty)
    let lines = reading.machines.map { machine in
      machine.uses.map { $0.line.replacing(folder.path.displayText, with: "~") }
    }
    #expect(
      lines.contains(["IDE-0-1 now disk vdi ~/HardDisks/old.vdi"]))
    #expect(lines.flatMap { $0 }.contains("- detached disk vdi ~/HardDisks/spare.vdi read-only"))
  }

  @Test func `a machine of the registry that was not read leaves the view open`() throws {
    let registry = """
      <VirtualBox xmlns="http://www.virtualbox.org/"><Global><MachineRegistry>
      <MachineEntry uuid="{\(Self.machine)}" src="/other/web/web.vbox"/>
      </MachineRegistry></Global></VirtualBox>
      """
    #expect(try read(["VirtualBox.xml": registry]).1.problems.count == 1)
    #expect(try read(["VirtualBox.xml": registry], besides: ["/other"]).1.problems.isEmpty)
    let empty = registry.replacing(
      "<MachineEntry uuid=\"{\(Self.machine)}\" src=\"/other/web/web.vbox\"/>", with: "")
    let none = try read(["VirtualBox.xml": empty]).1
    #expect(none.problems.isEmpty && none.emptiness == nil)
  }

  @Test func `what cannot be understood is said, and the machine is not seen whole`() throws {
    let wrong = [
      "", "<", "<VirtualBox/>", "<domain/>", "\u{0}", "<!DOCTYPE x><VirtualBox/>",
      "<VirtualBox><Machine name=\"x\"/></VirtualBox>",
      "<VirtualBox><MachineEncrypted uuid=\"{1}\"/></VirtualBox>",
      Self.text.replacing("location=\"web.vdi\"", with: ""),
      Self.text.replacing("location=\"web.vdi\"", with: #"location="C:\web.vdi""#)
        .replacing("name=\"s\" stateFile", with: "name=\"s\" former"),
      Self.text.replacing("<Image uuid=\"{\(Self.child)}\"/>", with: "<Image uuid=\"{5}\"/>"),
      String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300),
    ]
    for text in wrong {
      let (_, reading) = try read(["web/web.vbox": text])
      #expect(reading.problems.count == 1, "\(text.prefix(200))")
      #expect(reading.unseen.count == 1)
    }
    #expect(try read(["web/web.vbox-prev": Self.text]).1.problems.count == 1)
  }

  @Test func `a file cut at any length is not believed`() throws {
    let bytes = Array(Self.text.utf8)
    for length in stride(from: 0, to: bytes.count - 3, by: 7) {
      let machines = MachineText.machines(in: Array(bytes.prefix(length)), as: .virtualBox)
      #expect(machines.isEmpty)
    }
    #expect(MachineText.machines(in: bytes, as: .virtualBox).count == 1)
  }

  @Test func `links that lead out, FIFOs and files that are too long are not read`() throws {
    let folder = try Folder()
    try folder.write(Self.text, "a/a.vbox")
    try folder.write(Data(repeating: 0x20, count: 5 << 20), "b/long.vbox")
    try folder.link("c/out.vbox", to: "/etc/passwd")
    try folder.link("c/in.vbox", to: "../a/a.vbox")
    try folder.fifo("d.vbox")
    let reading = VirtualBoxSource(path: folder.path).read()
    #expect(reading.machines.count == 1)
    #expect(
      reading.problems.map { String(decoding: $0.path.name, as: UTF8.self) }.sorted() == [
        "d.vbox", "long.vbox", "out.vbox",
      ])
  }
}
