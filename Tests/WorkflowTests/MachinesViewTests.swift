import Machines
import Model
import Record
import Sighting
import Testing

@testable import Workflow

/// Whether the sources of one scan say together which machines there are.
@Suite struct MachinesViewTests {
  private let disk: RealDirectory

  init() throws { disk = try RealDirectory() }

  private func define(_ name: String, in folder: String) throws {
    try disk.makeFolder(folder)
    try disk.write(
      "\(folder)/\(name).xml",
      Array("<domain type='kvm'><name>\(name)</name><os><type>hvm</type></os></domain>".utf8))
  }

  private func list(_ name: String, _ lines: String...) throws {
    let text =
      ([#"{"backstory-machines":1}"#] + lines + [#"{"count":\#(lines.count)}"#, ""]).joined(
        separator: "\n")
    try disk.write(name, Array(text.utf8))
  }

  private func view(
    libvirt change: ((inout LibvirtRequest) -> Void)? = nil, _ machines: ScanRequest.Machines...
  ) throws -> MachinesView {
    var request = ScanRequest(pools: [])
    request.machines = machines
    if let change {
      var libvirt = LibvirtRequest(root: disk("root"), session: nil, directories: [])
      change(&libvirt)
      request.libvirt = libvirt
    }
    let libvirt = try request.libvirt.map { try LibvirtView(reading: $0, known: .nothing) }
    return try MachinesView(reading: request, libvirt: libvirt, known: .nothing)
  }

  private func source(
    _ kind: MachineSourceKind, _ name: String, _ origin: ScanRequest.Machines.Origin = .argument
  ) -> ScanRequest.Machines {
    ScanRequest.Machines(kind: kind, path: disk(name), origin: origin)
  }

  private func told(_ view: MachinesView) -> [String] {
    view.sources.map { "\($0.kind) \($0.machines) \($0.state.rawValue)" }
  }

  @Test func `a libvirt that defines a machine says which there are`() throws {
    try define("web", in: "root/etc/libvirt/qemu")
    let view = try view(libvirt: { _ in })
    #expect(view.saysWhich && view.problems.isEmpty && view.warnings.isEmpty)
    #expect(told(view) == ["libvirt 1 complete"])
    #expect(view.read == [MachineSourcePlace(kind: "libvirt", path: disk("root"))])
  }

  @Test func `a named libvirt whose definitions are empty says that there is none`() throws {
    try disk.makeFolder("root/etc/libvirt/qemu")
    let view = try view(libvirt: { _ in })
    #expect(view.saysWhich && view.warnings.isEmpty)
    // It is none that a later scan would miss.
    #expect(view.read.isEmpty)
  }

  @Test(arguments: ["root/etc/libvirt/qemu", "root/var/lib/libvirt/qemu/snapshot"])
  func `one that a search found, or one without definitions, says nothing`(folder: String) throws {
    try disk.makeFolder(folder)
    let isSearch = folder.hasSuffix("etc/libvirt/qemu")
    let view = try view(libvirt: { $0.isSearched = isSearch })
    #expect(!view.saysWhich && view.isAsked)
    #expect(view.problems.isEmpty)
    #expect(view.warnings.contains { $0.contains("--machines none") })
  }

  @Test func `somebody may declare that there are no machines`() throws {
    try disk.makeFolder("root/var/lib/libvirt/qemu/snapshot")
    #expect(try view(libvirt: { $0.hasNoOthers = true }).saysWhich)
    #expect(try view(libvirt: { ($0.root, $0.hasNoOthers) = (nil, true) }).saysWhich)
  }

  @Test func `a list beside a libvirt that says nothing says which there are`() throws {
    try disk.makeFolder("root/var/lib/libvirt/qemu/snapshot")
    try list("list.jsonl", #"{"machine":"own","path":"/pool/own.qcow2"}"#)
    let view = try view(libvirt: { _ in }, source(.list, "list.jsonl"))
    #expect(view.saysWhich)
    #expect(told(view) == ["libvirt 0 complete", "list 1 complete"])
    #expect(view.read.map(\.kind) == ["list"])
  }

  @Test func `what cannot be read is no source that was read`() throws {
    try disk.write("cut.jsonl", Array(#"{"backstory-machines":1}"#.utf8))
    let view = try view(source(.list, "cut.jsonl"))
    #expect(told(view) == ["list 0 unavailable"])
    #expect(view.problems.count == 1 && view.read.isEmpty)
  }

  @Test func `the machines of a list have one number, by whatever way it is reached`() throws {
    try list("list.jsonl", #"{"machine":"own","path":"/pool/own.qcow2"}"#)
    try disk.link("way.jsonl", to: "list.jsonl")
    let numbers = try ["list.jsonl", "way.jsonl"].map { name in
      try view(source(.list, name)).report.domains.map(\.identity)
    }
    #expect(numbers[0] == numbers[1] && numbers[0].count == 1)
  }
}
