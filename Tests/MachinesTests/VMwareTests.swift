import DiskImage
import Foundation
import Machines
import Model
import Testing

/// Machines from `.vmx`, `.vmtx` and `.vmsd`.
@Suite struct VMwareTests {
  private func read(_ files: [String: String], seenAs: [PathBytes] = []) throws -> (
    Folder, MachineReading
  ) {
    let folder = try Folder()
    for (name, text) in files { try folder.write(text, name) }
    return (folder, VMwareSource(path: folder.path, seenAs: seenAs).read())
  }

  private func lines(_ text: String, _ others: [String: String] = [:]) throws -> [String] {
    let (folder, reading) = try read(others.merging(["m/m.vmx": text]) { $1 })
    #expect(reading.problems.isEmpty)
    let machine = try #require(reading.machines.first { $0.kind == "vmware" })
    return machine.uses.map { $0.line.replacing(folder.path.displayText, with: "~") }
  }

  @Test func `keys are without case, and a slot without presence is detached`() throws {
    #expect(
      try lines(
        """
        scsi0.present = "TRUE"
        SCSI0:10.FILENAME = "ten.vmdk"
        scsi0:10.Present = "true"
        scsi0:2.fileName = "two.vmdk"
        scsi0:3.present = "FALSE"
        scsi0:3.fileName = "../other/three.vmdk"
        nvme0.present = "FALSE"
        nvme0:0.present = "TRUE"
        nvme0:0.fileName = "nvme.vmdk"
        scsi0:4.present = "TRUE"

        """) == [
          "nvme0:0 detached disk - ~/m/nvme.vmdk", "scsi0:2 detached disk - ~/m/two.vmdk",
          "scsi0:3 detached disk - ~/m/../other/three.vmdk", "scsi0:10 now disk - ~/m/ten.vmdk",
        ])
  }

  @Test func `drives of the host are no images, and modes say who writes`() throws {
    #expect(
      try lines(
        """
        ide0:0.present = "TRUE"
        ide0:0.deviceType = "cdrom-raw"
        ide0:0.fileName = "/dev/sr0"
        ide0:1.present = "TRUE"
        ide0:1.deviceType = "cdrom-image"
        ide0:1.fileName = "/iso/a.iso"
        floppy0.present = "TRUE"
        floppy0.fileType = "file"
        floppy0.fileName = "a.flp"
        floppy1.fileName = "/dev/fd0"
        scsi0.sharedBus = "virtual"
        scsi0:0.present = "TRUE"
        scsi0:0.fileName = "a.vmdk"
        sata0:0.present = "TRUE"
        sata0:0.mode = "independent-nonpersistent"
        sata0:0.fileName = "b.vmdk"
        sata0:1.present = "TRUE"
        sata0:1.sharing = "multi-writer"
        sata0:1.fileName = "c.vmdk"
        nvram = "m.nvram"
        checkpoint.vmState = "m.vmss"

        """) == [
          "floppy0 now disk - ~/m/a.flp", "ide0:1 now disk - /iso/a.iso read-only",
          "sata0:0 now disk - ~/m/b.vmdk transient", "sata0:1 now disk - ~/m/c.vmdk shareable",
          "scsi0:0 now disk - ~/m/a.vmdk shareable", "- now memory - ~/m/m.vmss",
          "- now nvram - ~/m/m.nvram",
        ])
  }

  @Test func `names keep their characters, and those of Windows lead beside the file`() throws {
    #expect(
      try lines(
        "\u{feff}displayName = \"a|22b|7C\"\nide0:0.present = TRUE\nide0:0.fileName = \"a|22b.vmdk\"\n"
          + "ide0:1.present = \"TRUE\"\r\nide0:1.fileName = \"..\\n\\x.vmdk\"\r\n"
      ) == ["ide0:0 now disk - ~/m/a\"b.vmdk", "ide0:1 now disk - ~/m/../n/x.vmdk"])
  }

  @Test func `the machine is known by its UUID and its name`() throws {
    let (_, reading) = try read([
      "m/file.vmx":
        "displayName = \"a|22b\"\nuuid.bios = \"56 4D 01 02 03 04 05 06-07 08 09 0a 0b 0c 0d 0e\"\n",
      "n/other.vmtx": "uuid.bios = \"none\"\n",
    ])
    #expect(reading.machines.map(\.name) == ["a\"b", "other"])
    #expect(reading.machines.map(\.uuid) == ["564d0102-0304-0506-0708-090a0b0c0d0e", nil])
    #expect(Set(reading.machines.map(\.identity)).count == 2)
  }

  @Test func `blocks of snapshots beyond the count are those of deleted ones`() throws {
    let snapshots = """
      snapshot0.uid = "1"
      snapshot0.filename = "m-Snapshot1.vmsn"
      snapshot0.disk0.fileName = "m.vmdk"
      snapshot0.disk0.node = "scsi0:0"
      snapshot0.disk1.fileName = "n.vmdk"
      snapshot.numSnapshots = "1"
      snapshot1.uid = "2"
      snapshot1.disk0.fileName = "gone.vmdk"

      """
    #expect(
      try lines("displayName = \"m\"\n", ["m/m.vmsd": snapshots])
        == [
          "- snapshot memory - ~/m/m-Snapshot1.vmsn",
          "scsi0:0 snapshot disk - ~/m/m.vmdk read-only",
          "disk1 snapshot disk - ~/m/n.vmdk read-only",
        ].map { $0.contains("memory") ? $0 + " read-only" : $0 })
  }

  @Test func `what cannot be understood is said, and the machine is not seen whole`() throws {
    for text in [
      "", "ide0:0.fileName = \"a\n", "ide0:0.fileName\n", "a = \"1\"\nA = \"2\"\n", "a\u{0}",
      "encryption.keySafe = \"vmware:key\"\nencryption.data = \"AA==\"\n",
      ".encoding = \"windows-1252\"\ndisplayName = \"ä\"\n",
      "ide0:0.present = \"TRUE\"\nide0:0.fileName = \"C:\\VM\\a.vmdk\"\n",
      "ide0:0.present = \"TRUE\"\nide0:0.fileName = \"/vmfs/volumes/b/a.vmdk\"\n",
    ] {
      let (_, reading) = try read(["m/m.vmx": text], seenAs: ["/vmfs/volumes/a"])
      #expect(reading.problems.count == 1, "\(text)")
      #expect(reading.unseen.count == 1)
    }
    for text in [
      "snapshot0.uid = \"1\"\n", "snapshot.numSnapshots = \"1\"\n",
      "snapshot.numSnapshots = \"x\"\n", "snapshot.numSnapshots = \"99999999999999999999\"\n",
      "snapshot.numSnapshots = \"5000\"\n",
    ] {
      let (_, reading) = try read(["m/m.vmx": "a = \"1\"\n", "m/m.vmsd": text])
      #expect(reading.problems.count == 1, "\(text)")
    }
  }

  @Test func `an encoding that is not read does no harm to names of ASCII`() throws {
    #expect(
      try lines(
        ".encoding = \"GBK\"\nide0:0.present = \"TRUE\"\nide0:0.fileName = \"a.vmdk\"\n")
        == ["ide0:0 now disk - ~/m/a.vmdk"])
  }

  @Test func `links that lead out, FIFOs and files that are too long are not read`() throws {
    let folder = try Folder()
    try folder.write("displayName = \"one\"\n", "a/one.vmx")
    try folder.write("displayName = \"past\"\n", ".snapshot/hourly/a/one.vmx")
    try folder.write("", "a/vmware.log")
    try folder.write(Data(repeating: 0x23, count: 5 << 20), "b/long.vmx")
    try folder.link("c/out.vmx", to: "/etc/passwd")
    try folder.link("c/in.vmx", to: "../a/one.vmx")
    try folder.link("c/loop", to: "..")
    try folder.link("d", to: "/etc")
    try folder.link("e.vmx", to: "nowhere")
    try folder.fifo("f.vmx")
    let reading = VMwareSource(path: folder.path).read()
    #expect(reading.machines.map(\.name) == ["one"])
    #expect(
      reading.problems.map { String(decoding: $0.path.name, as: UTF8.self) }.sorted() == [
        "d", "e.vmx", "f.vmx", "long.vmx", "out.vmx",
      ])
    #expect(reading.passedOverCount == 1)
  }

  @Test func `directories are looked into to a depth, and that is said`() throws {
    let folder = try Folder()
    let deep = Array(repeating: "d", count: 40).joined(separator: "/")
    try folder.write("displayName = \"deep\"\n", "\(deep)/m.vmx")
    try folder.write("displayName = \"top\"\n", "m.vmx")
    let reading = VMwareSource(path: folder.path).read()
    #expect(reading.machines.map(\.name) == ["top"])
    #expect(reading.problems.count == 1)
  }

  @Test func `a file cut at any length is read, or it is said that it is not`() throws {
    let text = Array("ide0:0.present = \"TRUE\"\nide0:0.fileName = \"a.vmdk\"\n".utf8)
    for length in 0...text.count {
      let (_, reading) = try read([
        "m/m.vmx": String(decoding: text.prefix(length), as: UTF8.self)
      ])
      let names = reading.machines.first?.uses.compactMap(\.target.path?.last) ?? []
      #expect(!reading.problems.isEmpty || length < 25 || names == [UInt8(ascii: "k")], "\(length)")
    }
  }
}
