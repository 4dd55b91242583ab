import DiskImage
import Foundation
import Machines
import Model
import Testing

/// Backups of Xen Orchestra.
@Suite struct XOTests {
  private func read(_ files: [String: String], links: [String: String] = [:]) throws -> (
    Folder, MachineReading
  ) {
    let folder = try Folder()
    for (name, text) in files { try folder.write(text, name) }
    for (name, target) in links { try folder.link(name, to: target) }
    return (folder, XOSource(path: folder.path).read())
  }

  private func lines(_ folder: Folder, _ reading: MachineReading) -> [String] {
    reading.machines.flatMap { machine in
      machine.uses.map {
        $0.line.replacing(folder.path.displayText + "/xo-vm-backups", with: "~")
      }
    }
  }

  /// The header of a directory of blocks, with the name of its base.
  static func header(_ parent: String) -> Data {
    var bytes = Data("cxsparse".utf8) + Data(repeating: 0, count: 1016)
    guard !parent.isEmpty else { return bytes }
    bytes[40] = 1
    for (index, unit) in parent.utf16.enumerated() {
      bytes[64 + index * 2] = UInt8(unit >> 8)
      bytes[65 + index * 2] = UInt8(unit & 0xff)
    }
    return bytes
  }

  @Test func `the JSON of a point in time names what it needs`() throws {
    let (folder, reading) = try read([
      "xo-vm-backups/vm1/20260101T000000Z.json":
        #"{"mode": "delta", "vm": {"name_label": "web"}, "vhds": {"a": "vdis/j/d/1.vhd", "b": "vdis/j/e/1.vhd"}}"#,
      "xo-vm-backups/vm1/20260102T000000Z.json":
        #"{"mode": "full", "vm": {"name_label": "shop"}, "xva": "./20260102T000000Z.xva"}"#,
      "xo-vm-backups/vm1/.20260101.vhd.merge.json": "{", "xo-vm-backups/vm1/cache.json.gz": "",
      "xo-vm-backups/vm2/x.json": #"{"vhds": ["vdis/j/d/2.vhd"]}"#, "xo-vm-backups/vm3/.lock": "",
    ])
    #expect(reading.problems.isEmpty)
    #expect(reading.machines.map(\.name) == ["shop", "vm2"])
    #expect(
      lines(folder, reading) == [
        "- now disk - ~/vm1/vdis/j/d/1.vhd read-only",
        "- now disk - ~/vm1/vdis/j/e/1.vhd read-only",
        "- now disk - ~/vm2/vdis/j/d/2.vhd read-only",
      ])
  }

  @Test func `an alias and the directory behind it are needed, and what they stand on`() throws {
    let folder = try Folder()
    try folder.write(
      #"{"vhds": {"a": "vdis/j/d/2.alias.vhd"}}"#, "xo-vm-backups/vm/2.json")
    try folder.write("data/two.vhd\n", "xo-vm-backups/vm/vdis/j/d/2.alias.vhd")
    try folder.write("data/one.vhd", "xo-vm-backups/vm/vdis/j/d/1.alias.vhd")
    try folder.write(
      Self.header("1.alias.vhd"), "xo-vm-backups/vm/vdis/j/d/data/two.vhd/header")
    try folder.write(Self.header(""), "xo-vm-backups/vm/vdis/j/d/data/one.vhd/header")
    let reading = XOSource(path: folder.path).read()
    #expect(reading.problems.isEmpty)
    #expect(
      lines(folder, reading) == [
        "- now disk - ~/vm/vdis/j/d/2.alias.vhd read-only",
        "- now filesystem - ~/vm/vdis/j/d/data/two.vhd read-only",
        "- below disk - ~/vm/vdis/j/d/1.alias.vhd read-only",
        "- below filesystem - ~/vm/vdis/j/d/data/one.vhd read-only",
      ])
  }

  @Test func `what cannot be understood is said, and the machine is not seen whole`() throws {
    let files = [
      "", "{", "{}", "[]", #"{"vhds": 1}"#, #"{"vhds": ["/etc/passwd"]}"#, #"{"vhds": [""]}"#,
      #"{"vhds": ["../../../x.vhd"]}"#, #"{"vhds": ["odd.alias.vhd"]}"#, #"{"vhds": ["dir.vhd"]}"#,
      String(repeating: "[", count: 100_000),
    ]
    for text in files {
      let (_, reading) = try read([
        "xo-vm-backups/vm/1.json": text, "xo-vm-backups/vm/odd.alias.vhd": "/etc/passwd",
        "xo-vm-backups/vm/dir.vhd/footer": "",
      ])
      #expect(reading.problems.count == 1, "\(text.prefix(80))")
      #expect(reading.unseen.contains { $0.name.elementsEqual("vm".utf8) })
    }
  }

  @Test func `a chain that goes round ends`() throws {
    let folder = try Folder()
    try folder.write(#"{"vhds": ["a.vhd"]}"#, "xo-vm-backups/vm/1.json")
    try folder.write(Self.header("b.vhd"), "xo-vm-backups/vm/a.vhd/header")
    try folder.write(Self.header("a.vhd"), "xo-vm-backups/vm/b.vhd/header")
    #expect(XOSource(path: folder.path).read().machines.first?.uses.count == 2)
  }

  @Test func `links that lead out and FIFOs are not read`() throws {
    let folder = try Folder()
    try folder.write(#"{"vhds": ["a.vhd"]}"#, "xo-vm-backups/vm/1.json")
    try folder.link("xo-vm-backups/vm/2.json", to: "/etc/passwd")
    try folder.fifo("xo-vm-backups/vm/3.json")
    let reading = XOSource(path: folder.path).read()
    #expect(
      reading.problems.map { String(decoding: $0.path.name, as: UTF8.self) }.sorted() == [
        "2.json", "3.json",
      ])
  }

  @Test func `a backup's file cut at any length is not believed`() throws {
    let bytes = Array(#"{"vhds": {"a": "vdis/1.vhd"}, "vm": {"name_label": "w"}}"#.utf8)
    for length in 0..<bytes.count {
      #expect(MachineText.machines(in: Array(bytes.prefix(length)), as: .xenOrchestra).isEmpty)
    }
    #expect(MachineText.machines(in: bytes, as: .xenOrchestra).count == 1)
  }
}
