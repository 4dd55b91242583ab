import DiskImage
import Foundation
import Host
import Model
import Sighting
import Testing

@testable import Query
@testable import Repair

/// Plans of moves: which references are written again, what they say then, and what stands in the way.
@Suite struct RelocationTests {
  private let disk: RealDirectory

  init() throws {
    disk = try RealDirectory()
    for folder in ["a", "b", "b/deep"] { try disk.makeFolder(folder) }
    try disk.image("a/base.qcow2")
    try disk.image("a/top.qcow2", on: "base.qcow2")
  }

  /// What a query would say of a reference.
  private func link(
    _ holder: String, _ stored: String, to target: String, format: String? = "qcow2",
    of kind: String = "qcow2", role: ReferenceRole = .backing, otherNames: [String] = []
  ) -> MovingLink {
    let path = disk(holder)
    return MovingLink(
      holder: path, otherNames: otherNames.map { disk($0) }, format: kind, role: role,
      stored: Array(stored.utf8), statedFormat: format,
      meaning: ReferenceTarget(
        parsing: Array(stored.utf8), as: role, heldBy: ImageFormat(rawValue: kind) ?? .raw,
        in: path.directory.bytes),
      target: disk(target))
  }

  private func plan(
    _ from: String, to: String, _ links: MovingLink..., images: [String] = [],
    uses: [MovingUse] = [], pools: [String] = ["a", "b"]
  ) throws -> Relocation {
    var files = MovingFiles()
    files.images = images.map { disk($0) }
    files.links = links
    files.uses = uses
    return try Relocation(
      files, from: disk(from), to: disk(to), pools: pools.map { disk($0) })
  }

  /// Without the directory of the test.
  private func short(_ texts: [String]) -> [String] {
    texts.map { $0.replacing(disk.path.displayText, with: "") }
  }

  private func commands(_ plan: Relocation) -> [String] {
    short(plan.steps.map { $0.command.words.map(\.displayText).joined(separator: " ") })
  }

  // MARK: References

  @Test func `an overlay that moves alone names its base from where it will stand`() throws {
    let top = link("a/top.qcow2", "base.qcow2", to: "a/base.qcow2")
    let plan = try plan("a/top.qcow2", to: "b/top.qcow2", top)
    #expect(
      commands(plan) == [
        "qemu-img rebase -u -f qcow2 -F qcow2 -b ../a/base.qcow2 /b/top.qcow2"
      ])
    #expect(plan.obstacles == [])
    #expect(plan.remarks == [])
    #expect(plan.steps.first?.planned.stored == "../a/base.qcow2")
    #expect(plan.guards.map(\.path) == [disk("a/top.qcow2")])
    #expect((plan.steps.first?.headerLength ?? 0) >= 65_536)
  }

  @Test func `a base that moves is named where it will be, as its overlay names it now`() throws {
    let relative = link("a/top.qcow2", "base.qcow2", to: "a/base.qcow2")
    #expect(
      commands(try plan("a/base.qcow2", to: "b/deep/base.qcow2", relative)) == [
        "qemu-img rebase -u -f qcow2 -F qcow2 -b ../b/deep/base.qcow2 /a/top.qcow2"
      ])
    let absolute = link("a/top.qcow2", disk("a/base.qcow2").displayText, to: "a/base.qcow2")
    #expect(
      commands(try plan("a/base.qcow2", to: "b/base.qcow2", absolute)) == [
        "qemu-img rebase -u -f qcow2 -F qcow2 -b /b/base.qcow2 /a/top.qcow2"
      ])
  }

  @Test func `what moves together and is named relatively stays as it is`() throws {
    let top = link("a/top.qcow2", "base.qcow2", to: "a/base.qcow2")
    #expect(try plan("a", to: "c", top).steps == [])
    let absolute = link("a/top.qcow2", disk("a/base.qcow2").displayText, to: "a/base.qcow2")
    #expect(
      commands(try plan("a", to: "c", absolute)) == [
        "qemu-img rebase -u -f qcow2 -F qcow2 -b /c/base.qcow2 /c/top.qcow2"
      ])
  }

  @Test func `a directory that is there takes in what moves, as mv has it`() throws {
    let top = link("a/top.qcow2", "base.qcow2", to: "a/base.qcow2")
    let plan = try plan("a/top.qcow2", to: "b", top)
    #expect(plan.to == disk("b/top.qcow2"))
    #expect(commands(plan).first?.hasSuffix("-b ../a/base.qcow2 /b/top.qcow2") == true)
  }

  @Test func `an image with names in several directories gets an absolute path to its base`() throws
  {
    let top = link(
      "a/top.qcow2", "base.qcow2", to: "a/base.qcow2", otherNames: ["b/deep/top.qcow2"])
    #expect(
      commands(try plan("a/base.qcow2", to: "b/base.qcow2", top)) == [
        "qemu-img rebase -u -f qcow2 -F qcow2 -b /b/base.qcow2 /a/top.qcow2"
      ])
  }

  @Test func `a data file is named by its path, and opened where it will be`() throws {
    try disk.write("a/data,1.raw", Array(repeating: 0, count: 512))
    let data = link(
      "a/top.qcow2", "data,1.raw", to: "a/data,1.raw", format: nil, role: .dataFile)
    #expect(
      commands(try plan("a/data,1.raw", to: "b/data,1.raw", data)) == [
        "qemu-img amend --image-opts -o data_file=/b/data,,1.raw "
          + "driver=qcow2,file.driver=file,file.filename=/a/top.qcow2,data-file.driver=file,"
          + "data-file.filename=/b/data,,1.raw,backing="
      ])
  }

  @Test func `a name behind a symbolic link is looked up from where the file really is`() throws {
    try disk.makeFolder("real/inner")
    try disk.link("way", to: "real/inner")
    let top = link("a/top.qcow2", "base.qcow2", to: "a/base.qcow2")
    let plan = try plan("a/top.qcow2", to: "way/top.qcow2", top, pools: ["way"])
    #expect(plan.steps.first?.planned.stored == "../../a/base.qcow2")
    #expect(plan.remarks == [])
  }

  // MARK: What stands in the way

  @Test(arguments: [
    // What cannot be told by qemu-img: another format, no recorded format, a JSON name.
    ("vmdk", "base.qcow2", "qcow2" as String?), ("qcow2", "base.qcow2", nil),
    ("qcow", "base.qcow2", "qcow2"),
  ])
  func `a reference that qemu-img does not write forbids the move`(
    kind: String, stored: String, format: String?
  ) throws {
    let top = link("a/top.qcow2", stored, to: "a/base.qcow2", format: format, of: kind)
    let plan = try plan("a/base.qcow2", to: "b/base.qcow2", top)
    #expect(plan.steps == [])
    let rebased =
      "(\(kind)) refers to '/a/base.qcow2' in a way that qemu-img cannot rewrite, so it would break"
    let unrecorded =
      "records no format for '/a/base.qcow2'; record it first: "
      + "'backstory repair /a/top.qcow2' prints the command"
    #expect(
      short(plan.obstacles) == ["'/a/top.qcow2' " + (format == nil ? unrecorded : rebased)])
  }

  @Test func `a name that would be too long forbids the move`() throws {
    let long = (0..<5).map { "\($0)" + String(repeating: "x", count: 240) }
      .joined(separator: "/")
    let top = link("a/top.qcow2", disk("a/base.qcow2").displayText, to: "a/base.qcow2")
    let plan = try plan("a/base.qcow2", to: "b/\(long)", top)
    #expect(plan.steps == [])
    #expect(plan.obstacles.count == 1)
    #expect(plan.obstacles.first?.contains("cannot store a name for") == true)
  }

  @Test func `nothing moves into itself, or over something`() throws {
    #expect(
      short(try plan("a", to: "a/inside").obstacles) == [
        "'/a/inside' is inside what would be moved"
      ])
    #expect(
      short(try plan("a/top.qcow2", to: "a/base.qcow2").obstacles) == [
        "'/a/base.qcow2' exists already"
      ])
    try disk.link("b/dangling", to: "nowhere")
    #expect(short(try plan("a", to: "b/dangling").obstacles) == ["'/b/dangling' exists already"])
  }

  @Test func `an image that cannot be read now forbids the move`() throws {
    let plan = try plan("a", to: "c", images: ["a/gone.qcow2"], pools: ["c"])
    #expect(
      short(plan.obstacles) == [
        "'/a/gone.qcow2' cannot be read: no such file or directory"
      ])
  }

  @Test func `a place that no pool covers is worth a remark, and no obstacle`() throws {
    let plan = try plan("a", to: "elsewhere", pools: ["a"])
    #expect(plan.obstacles == [])
    #expect(
      short(plan.remarks) == [
        "no scanned pool covers '/elsewhere': scan its directory too, or its loss will not be noticed"
      ])
  }

  // MARK: Machines

  private func use(
    _ path: String, _ documents: DomainUse.Document..., isDefinedHere: Bool = true,
    snapshots: [String] = [], keeper: MovingUse.Keeper? = nil
  ) -> MovingUse {
    MovingUse(
      domain: "web", path: disk(path), isDefinedHere: isDefinedHere, documents: documents,
      snapshots: snapshots, keeper: keeper)
  }

  @Test func `a domain's XML is told where its disk will be`() throws {
    let plan = try plan(
      "a", to: "c",
      uses: [
        use("a/top.qcow2", .definition), use("b/other.qcow2", .definition),
        use("a/base.qcow2", .live, isDefinedHere: false),
      ], pools: ["c", ""])
    #expect(
      plan.domains == [
        DomainMove(
          domain: "web", isDefinedHere: true, from: disk("a/top.qcow2"), to: disk("c/top.qcow2")),
        DomainMove(
          domain: "web", isDefinedHere: false, from: disk("a/base.qcow2"), to: disk("c/base.qcow2")),
      ])
    #expect(plan.snapshots == [])
  }

  @Test func `the metadata of snapshots name it too, and a saved state is for a person`() throws {
    let plan = try plan(
      "a", to: "c",
      uses: [use("a/top.qcow2", .snapshot, .saved, snapshots: ["s1", "s2"])], pools: [""])
    #expect(plan.domains == [])
    #expect(plan.snapshots.map(\.snapshot) == ["s1", "s2"])
    #expect(plan.snapshots.map(\.to) == [disk("c/top.qcow2"), disk("c/top.qcow2")])
    #expect(
      short(Array(plan.remarks.prefix(1))) == [
        "the saved state of domain 'web' names '/a/top.qcow2': change it with 'virsh managedsave-edit' after the move, or start the domain once before it"
      ])
  }

  @Test func `what another product keeps is changed there, and said once`() throws {
    let keeper = MovingUse.Keeper(kind: "pve", file: "/etc/pve/qemu-server/7.conf")
    let mine = use("a/top.qcow2", .definition, keeper: keeper)
    let plan = try plan("a", to: "c", uses: [mine, mine], pools: [""])
    #expect(plan.domains == [])
    #expect(
      short(Array(plan.remarks.prefix(1))) == [
        "machine 'web' (pve) cannot be changed by this script: after the move, replace '/a/top.qcow2' by '/c/top.qcow2' in '/etc/pve/qemu-server/7.conf'"
      ])
  }

  @Test func `the plan in JSON begins with the move`() throws {
    let top = link("a/top.qcow2", "base.qcow2", to: "a/base.qcow2")
    let plan = try plan("a/top.qcow2", to: "b/top.qcow2", top)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(plan), as: UTF8.self)
    #expect(
      short([text]) == [
        #"{"commands":[["mv","/a/top.qcow2","/b/top.qcow2"],["qemu-img","rebase","-u","-f","qcow2","-F","qcow2","-b","../a/base.qcow2","/b/top.qcow2"]],"domains":[],"from":"/a/top.qcow2","obstacles":[],"remarks":[],"to":"/b/top.qcow2"}"#
      ])
  }
}
