import DiskImage
import Foundation
import Host
import Model
import Rules
import Testing

@testable import Query
@testable import Repair

/// What a plan makes of a link by where it leads, and of what may and may not be read on the way.
@Suite struct LinkStateTests {
  private static func scene(_ state: LinkState) -> Scene {
    var scene = Scene()
    scene.add(overlay: 1, "/p/over.qcow2", names: "base.qcow2", as: "qcow2", state)
    scene.add(2, "/q/base.qcow2")
    scene.mayMean(2, "it has the name that is looked for")
    return scene
  }

  @Test(
    arguments: [
      (.unreadable, "the target exists and cannot be read; correct its permissions"),
      (
        .outsidePools,
        "the target was not scanned; scan its directory too, then plan again"
      ),
      (.remote, "the target is on a network, which is not scanned; check it there"),
      (.unknown, "the target of the reference is unknown"),
      (.ok, "the target of the reference is unknown"),
    ] as [(LinkState, String)])
  func `what may be there is never put somewhere else, whatever has its name`(
    state: LinkState, why: String
  ) throws {
    let step = try #require(Self.scene(state).plan().first)
    #expect(step.confidence == .manual)
    #expect(step.why == why)
    #expect(step.planned == nil && step.commands.isEmpty && step.undo.isEmpty)
    #expect(!step.isReady)
  }

  @Test(arguments: [LinkState.missing, .invalid])
  func `what is not there may be one that stands elsewhere`(state: LinkState) throws {
    let step = try #require(Self.scene(state).plan().first)
    #expect(step.confidence == .likely)
    #expect(step.planned?.stored == "../q/base.qcow2")
    #expect(!step.isReady)
  }

  // MARK: The command and what takes it back

  private static func moved(
    _ stored: String = "old/base.qcow2", as recorded: String? = "qcow2"
  ) -> Scene {
    var scene = Scene()
    scene.add(overlay: 1, "/p/over.qcow2", names: stored, as: recorded)
    scene.add(2, "/p/new/base.qcow2")
    scene.led(to: 2)
    return scene
  }

  @Test func `a step has its command, what takes it back, and what it was checked against`() throws
  {
    let step = try #require(Self.moved().plan().first)
    #expect(step.isReady)
    #expect(
      step.commands == [
        Command([
          "qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", "new/base.qcow2",
          "/p/over.qcow2",
        ])
      ])
    #expect(
      step.undo == [
        Command([
          "qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", "old/base.qcow2",
          "/p/over.qcow2",
        ])
      ])
    #expect(step.guards.map(\.path) == ["/p/over.qcow2", "/p/new/base.qcow2"])
    // The image itself may be written to by its guest until then; the base may not.
    #expect(step.guards.map { $0.stamp == nil } == [true, false])
    #expect(step.headerLength == 65_536)
    #expect(step.knownNames == 1)
    #expect(
      step.evidence == [
        "no process has the image open",
        "image #2 was there in scan 7 and is now at '/p/new/base.qcow2'",
        "its file was not written to since",
        "the image records qcow2, the target's header shows qcow2",
        "'/p/new/base.qcow2' exists, its format is qcow2, virtual size 1073741824 bytes",
      ])
    #expect(
      step.why
        == "the target moved to '/p/new/base.qcow2'; the image records qcow2, and the target's header shows it"
    )
  }

  @Test func `what recorded no format is not taken back by a command`() throws {
    let step = try #require(Self.moved(as: nil).plan().first)
    #expect(step.isReady)
    #expect(step.undo.isEmpty)
  }

  @Test(
    arguments: [
      ("old/base.qcow2", .asBefore, "new/base.qcow2"),
      ("old/base.qcow2", .absolute, "/p/new/base.qcow2"),
      ("/p/old/base.qcow2", .asBefore, "/p/new/base.qcow2"),
      ("/p/old/base.qcow2", .relative, "new/base.qcow2"),
    ] as [(String, Spelling, PathBytes)])
  func `a base is spelled as is asked for`(
    old: String, spelling: Spelling, stored: PathBytes
  ) throws {
    #expect(try #require(Self.moved(old).plan(spelling).first).planned?.stored == stored)
  }

  @Test func `a relative name goes from where the image's directory really is`() throws {
    var scene = Self.moved()
    scene.symlinks = ["/p": "/srv/deep/p", "/p/new": "/srv/new"]
    #expect(try #require(scene.plan().first).planned?.stored == "../../new/base.qcow2")
  }

  @Test
  func `an image of several names is told, and in several directories names its base absolutely`()
    throws
  {
    var scene = Self.moved()
    scene.evidence.images[1]?.places = ["/p/over.qcow2", "/p/also.qcow2"]
    let near = try #require(scene.plan().first)
    #expect(near.knownNames == 2)
    #expect(near.planned?.stored == "new/base.qcow2")
    scene.evidence.images[1]?.places = ["/p/over.qcow2", "/z/also.qcow2"]
    #expect(try #require(scene.plan().first).planned?.stored == "/p/new/base.qcow2")
  }

  @Test func `other names of a base that moved are told, and leave it certain`() throws {
    var scene = Self.moved()
    scene.evidence.links[0].former?.places = ["/p/new/base.qcow2", "/z/base.qcow2"]
    let step = try #require(scene.plan().first)
    #expect(step.isReady)
    #expect(step.candidates.isEmpty)
    #expect(step.evidence.contains("it has other names: '/z/base.qcow2'"))
  }

  @Test func `a base of a name that is too long for QEMU is named by no command`() throws {
    var scene = Scene()
    let folder = "/" + String(repeating: "d", count: 1020)
    scene.add(overlay: 1, "/p/over.qcow2", names: "/old/base.qcow2", as: "qcow2")
    scene.add(2, PathBytes("\(folder)/base.qcow2".utf8))
    scene.led(to: 2)
    let step = try #require(scene.plan().first)
    #expect(step.confidence == .manual)
    #expect(step.why.hasPrefix("there is no name of at most 1023 bytes for '/ddd"))
    #expect(step.commands.isEmpty)
  }

  // MARK: A data file

  private static func data(_ stored: String = "d.raw") -> Scene {
    var scene = Scene()
    scene.add(
      overlay: 1, "/p/a.qcow2", names: stored, role: .dataFile, finding: .dataFileMissing)
    scene.evidence.images[1]?.base = nil
    scene.add(2, "/p/new/d.raw", format: "raw")
    scene.led(to: 2)
    return scene
  }

  @Test func `a data file is always named absolutely, for QEMU looks for it from where it runs`()
    throws
  {
    let step = try #require(Self.data().plan(.relative).first)
    #expect(step.isReady)
    #expect(step.planned == PlannedReference(role: .dataFile, stored: "/p/new/d.raw", format: nil))
    #expect(
      step.commands.first?.words[4] == "data_file=/p/new/d.raw"
        && step.commands.first?.words[1] == "amend")
    #expect(step.undo.first?.words[4] == "data_file=d.raw")
  }

  @Test func `what is no raw file is no data file`() throws {
    var scene = Self.data()
    scene.add(2, "/p/new/d.raw", format: "qcow2")
    scene.led(to: 2)
    let step = try #require(scene.plan().first)
    #expect(step.confidence == .manual)
    #expect(step.why == "'/p/new/d.raw' does not show the format to be recorded; scan again")
  }

  @Test func `with a base it is written with the base closed`() throws {
    var scene = Self.data()
    scene.evidence.images[1]?.base = KnownBase(image: 3, recordedFormat: "qcow2", state: .ok)
    #expect(
      try #require(scene.plan().first?.commands.first?.words.last).displayText
        .hasSuffix(",backing="))
  }

  // MARK: What the disk cannot say

  @Test(
    arguments: [
      (EACCES, "permission denied", true), (EIO, "input/output error", true),
      (ENOENT, "no such file or directory", false),
    ])
  func `a base that cannot be read now is no step, and what could be read another time says so`(
    code: Int32, reason: String, isUnread: Bool
  ) throws {
    var scene = Self.moved()
    scene.disk["/p/new/base.qcow2"] = .failure(Scene.fault(code, "/p/new/base.qcow2"))
    let step = try #require(scene.plan().first)
    #expect(!step.isReady && step.commands.isEmpty)
    #expect(step.why.contains("cannot be read now: \(reason)"), "\(step.why)")
    #expect(step.isUnread == isUnread)
  }
}
