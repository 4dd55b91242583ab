import DiskImage
import Model
import Rules
import Testing

@testable import Query
@testable import Repair

/// What `qemu-img` cannot write: the advice is for a person, and fits the format.
@Suite struct ManualRepairTests {
  static func scene(_ format: String, _ role: ReferenceRole, names stored: String) -> Scene {
    var scene = Scene()
    scene.add(
      overlay: 1, PathBytes("/p/over.\(format)"), names: stored, format: format, role: role)
    scene.add(2, PathBytes("/q/base.\(format)"), format: format)
    scene.led(to: 2)
    scene.directories = ["/p"]
    return scene
  }

  @Test(
    arguments: [
      (
        "vmdk", .backing,
        "edit the descriptor in '/p/over.vmdk': parentFileNameHint=\"/q/base.vmdk\""
      ),
      ("vmdk", .extent, "edit the descriptor '/p/over.vmdk': the line for the extent 'base.vmdk'"),
      ("vpc", .backing, "qemu-img can neither write nor read the base of a vpc image"),
      ("vhdx", .backing, "qemu-img can neither write nor read the base of a vhdx image"),
      ("vdi", .parent, "qemu-img can neither write nor read the base of a vdi image"),
      ("qcow", .backing, "convert the image to qcow2"),
    ] as [(String, ReferenceRole, String)])
  func `a target that stands elsewhere may be put back`(
    _ format: String, _ role: ReferenceRole, _ why: String
  ) throws {
    let scene = Self.scene(format, role, names: "base.\(format)")
    let step = try #require(scene.plan().first)
    #expect(step.confidence == .manual)
    #expect(step.planned == nil)
    #expect(step.why.contains(why), "\(step.why)")
    #expect(step.candidates == [PathBytes("/q/base.\(format)")])
    let goal = scene.evidence.links[0].target.path.map { PathBytes($0) }
    let move = goal.map { Command(["mv", "-n", PathBytes("/q/base.\(format)"), $0]) }
    #expect(step.commands.first == move)
    #expect(!step.commands.contains { $0.words.prefix(2) == ["qemu-img", "rebase"] })
  }

  @Test func `nothing is moved to a directory that is not there`() throws {
    var scene = Self.scene("vpc", .backing, names: "/of-another-host/base.vpc")
    #expect(try #require(scene.plan().first).commands.isEmpty)
    scene.directories.insert("/of-another-host")
    #expect(
      try #require(scene.plan().first).commands == [
        Command(["mv", "-n", "/q/base.vpc", "/of-another-host/base.vpc"])
      ])
  }

  @Test func `the only candidate is offered, and none of several`() throws {
    var scene = Self.scene("vmdk", .backing, names: "base.vmdk")
    scene.evidence.links[0].former = nil
    #expect(try #require(scene.plan().first).why.contains("restore it from a backup"))
    scene.mayMean(2, "it has the name that is looked for")
    #expect(try #require(scene.plan().first).candidates == ["/q/base.vmdk"])
    scene.add(3, "/r/base.vmdk", format: "vmdk")
    scene.mayMean(3, "it has the name that is looked for")
    let step = try #require(scene.plan().first)
    #expect(step.confidence == .ambiguous)
    #expect(step.candidates == ["/q/base.vmdk", "/r/base.vmdk"])
    #expect(step.commands.isEmpty)
  }

  @Test func `a parent in another state is restored and not written about`() throws {
    var scene = Self.scene("vmdk", .backing, names: "base.vmdk")
    scene.evidence.links[0].findings = [Scene.finding(.parentMismatch)]
    let step = try #require(scene.plan().first)
    #expect(step.why.contains("restore that state from a backup"))
    #expect(step.commands.isEmpty)
  }

  @Test func `an old qcow image may be converted over its base`() throws {
    let step = try #require(Self.scene("qcow", .backing, names: "base.qcow").plan().first)
    #expect(
      step.commands.last
        == Command([
          "qemu-img", "convert", "--image-opts", "-O", "qcow2",
          "driver=qcow,file.driver=file,file.filename=/p/over.qcow,backing.driver=qcow,backing.file.driver=file,backing.file.filename=/q/base.qcow",
          "/p/over.qcow.qcow2",
        ]))
  }

  @Test func `qed can name no base but a raw one`() throws {
    var scene = Scene()
    scene.add(overlay: 1, "/p/over.qed", names: "base", format: "qed")
    scene.add(2, "/q/base", format: "raw")
    scene.led(to: 2)
    #expect(try #require(scene.plan().first).planned?.format == "raw")
    scene.add(2, "/q/base", format: "qcow2")
    scene.led(to: 2)
    let step = try #require(scene.plan().first)
    #expect(step.confidence == .manual)
    #expect(step.why.contains("qed can record only raw for its base, and this one is qcow2"))
    #expect(step.commands.first?.words.prefix(2) == ["qemu-img", "convert"])
  }

  @Test func `a comma in a name ends no option`() {
    let command = QemuImg.amendDataFile("/p/a,b", to: "/p/c,d", at: "/p/c,d", hasBase: false)
    #expect(command.words[4] == "data_file=/p/c,,d")
    #expect(
      command.words[5]
        == "driver=qcow2,file.driver=file,file.filename=/p/a,,b,data-file.driver=file,data-file.filename=/p/c,,d"
    )
  }

  // MARK: A name that is nearly too long

  static func long(_ stored: String, at base: PathBytes) -> Scene {
    var scene = Scene()
    scene.add(
      overlay: 1, "/p/over.qcow2", names: stored, as: "qcow2", .ok, finding: .backingNameLong)
    scene.add(2, base)
    scene.evidence.links[0].image = 2
    return scene
  }

  @Test func `a shorter name is relative or absolute, whichever is shorter than the old`() throws {
    let deep = String(repeating: "d/../", count: 200)
    #expect(
      try #require(Self.long(deep + "base", at: "/p/base").plan().first).planned?.stored == "base")
    #expect(
      try #require(Self.long("/p/" + deep + "base", at: "/p/base").plan().first).planned?.stored
        == "/p/base")
  }

  @Test func `where no name is shorter the files are to be moved`() throws {
    let name = String(repeating: "x", count: 1000)
    let step = try #require(Self.long(name, at: PathBytes("/p/" + name)).plan().first)
    #expect(step.confidence == .manual)
    #expect(step.why.contains("backstory relocate"))
  }

  @Test func `a secret in a reference is on no command line`() throws {
    var scene = Scene()
    let stored =
      "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"https\",\"url\":\"https://u:secret@h/b\"}}"
    scene.add(
      overlay: 1, "/p/over.qcow2", names: stored, .ok, finding: .backingFormatUnrecorded)
    scene.add(2, "/p/base.qcow2")
    scene.evidence.links[0].image = 2
    for spelling in [Spelling.asBefore, .absolute] {
      let words = scene.plan(spelling).flatMap { $0.commands + $0.undo }.flatMap(\.words)
      #expect(!words.contains { $0.displayText.contains("secret") })
    }
  }
}
