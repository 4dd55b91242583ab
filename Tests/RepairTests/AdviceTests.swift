import DiskImage
import Foundation
import Host
import Model
import Testing

@testable import Query
@testable import Repair
@testable import Rules

/// What a person is advised to do, where no step is certain.
@Suite struct AdviceTests {
  // MARK: Long chains and leftovers

  private func chain(
    _ format: String = "qcow2", number: Int64? = 7, isInUse: Bool? = nil, below: UInt64 = 900,
    lowest: UInt64? = 300
  ) -> ChainSummary {
    var top = Image(filename: "/p/top.qcow2", format: format)
    top.imageID = number
    top.actualSize = 100
    top.isInUse = isInUse
    var base = Image(filename: "/p/base.raw", format: "raw")
    base.actualSize = lowest
    return ChainSummary(top: top, lowest: base, count: 4, sizeBelow: below)
  }

  private func words(_ step: RepairStep?) -> [String] {
    (step?.commands ?? []).map { $0.words.map(\.displayText).joined(separator: " ") }
  }

  @Test
  func
    `a chain that is too deep is set on its lowest image, and the advice says how much space that takes`()
    throws
  {
    let step = try #require(CommitAdvice.step(for: Scene.finding(.chainTooDeep), chain()))
    #expect(
      words(step) == ["qemu-img rebase -f qcow2 -F raw -b /p/base.raw /p/top.qcow2"])
    #expect(step.confidence == .manual)
    #expect(step.planned == nil)
    #expect(step.why.contains("this needs up to 600 bytes"))
    #expect(
      step.evidence == [
        "4 images, 100 bytes on disk in this one and 900 in those below it",
        "the lowest is '/p/base.raw', raw, 300 bytes on disk",
      ])
  }

  @Test func `a leftover is moved away or flattened, and never committed`() throws {
    let step = try #require(CommitAdvice.step(for: Scene.finding(.chainLeftover), chain()))
    #expect(words(step) == ["qemu-img rebase -f qcow2 -b  /p/top.qcow2"])
    #expect(step.why.contains("needs up to 900 bytes") && step.why.contains("do not commit it"))
  }

  @Test func `what qemu-img cannot rebase gets words and no command`() {
    #expect(words(CommitAdvice.step(for: Scene.finding(.chainTooDeep), chain("vmdk"))) == [])
    #expect(CommitAdvice.step(for: Scene.finding(.chainTooDeep), chain(number: nil)) == nil)
  }

  @Test func `an image in use says so, and sizes that are not known count as nothing`() {
    let step = CommitAdvice.step(
      for: Scene.finding(.chainTooDeep), chain(isInUse: true, lowest: nil))
    #expect(step?.isInUse == true)
    #expect(step?.why.contains("up to 900 bytes") == true)
  }

  // MARK: Names that are too long

  private func overlong(_ disk: RealDirectory, _ name: String, was stored: String) throws
    -> RepairStep?
  {
    var finding = Scene.finding(.headerMalformed)
    finding.filename = disk(name)
    finding.imageID = 7
    return OverlongName.step(
      for: finding,
      EarlierBase(
        stored: Array(stored.utf8), format: "qcow2", lastSeen: Scene.point(3),
        holderFormat: "qcow2"))
  }

  @Test(arguments: ["top.qcow2", "it's a $(touch x) \"disk\".qcow2", "-n.qcow2"])
  func `the commands write the name from before into the header, whatever the image is called`(
    name: String
  ) throws {
    let disk = try RealDirectory()
    let whole = QCOW2Sample(backing: "base.qcow2", backingFormat: "qcow2").bytes
    var spoilt = whole
    // The length of the name, far beyond what QEMU takes.
    spoilt.replaceSubrange(16..<20, with: [0, 0, 0x10, 0])
    try disk.write(name, spoilt)
    let step = try #require(try overlong(disk, name, was: "base.qcow2"))
    #expect(step.confidence == .manual)
    #expect(step.commands.count == 2)
    #expect(step.guards.map(\.path) == [disk(name)])
    #expect(step.evidence.first == "it named 'base.qcow2' (qcow2) as its base until scan 3")
    for command in step.commands {
      let run = Process()
      run.executableURL = URL(filePath: "/bin/sh")
      run.arguments = command.words.dropFirst().map(\.displayText)
      try run.run()
      run.waitUntilExit()
      #expect(run.terminationStatus == 0)
    }
    #expect(try disk.contents(name) == whole)
  }

  @Test
  func `where the header says no place for a name, or no image is there, no command is given`()
    throws
  {
    let disk = try RealDirectory()
    try disk.image("none.qcow2")
    #expect(try overlong(disk, "none.qcow2", was: "base.qcow2")?.commands == [])
    let gone = try overlong(disk, "gone.qcow2", was: "base.qcow2")
    #expect(gone?.commands == [])
    #expect(gone?.evidence.last == "the image cannot be read now: no such file or directory")
    let long = String(repeating: "x", count: 1024)
    try disk.image("top.qcow2", on: "base.qcow2")
    #expect(try overlong(disk, "top.qcow2", was: long)?.commands == [])
  }

  // MARK: A step in JSON

  @Test func `a command whose words are no UTF-8 is escaped as a whole, and says so`() throws {
    let odd = Command(["mv", PathBytes([0x2f, 0xff]), "/p/ü"])
    #expect(odd.isEscaped)
    #expect(odd.texts == ["mv", "/\\xff", "/p/ü"])
    #expect(!Command(["mv", "/p/a\\b"]).isEscaped)
    #expect(Command(["mv", "/p/a\\b"]).texts == ["mv", "/p/a\\b"])
    var step = try #require(CommitAdvice.step(for: Scene.finding(.chainTooDeep), chain()))
    step.commands = [odd]
    step.candidates = ["/p/c"]
    step.moreCandidates = 3
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(step))
    let keys = try #require(object as? [String: Any])
    #expect(keys["commands-escaped"] as? Bool == true)
    #expect(keys["candidates"] as? [String] == ["/p/c"])
    #expect(keys["more-candidates"] as? Int == 3)
    #expect(keys["kind"] as? String == "chain-too-deep")
    #expect(keys["undo"] == nil && keys["in-use"] == nil)
  }

  @Test func `surer is greater`() {
    #expect(Confidence.allCases.sorted() == [.manual, .ambiguous, .likely, .certain])
  }

  @Test func `a data file is named to qemu-img with its commas doubled`() {
    let command = QemuImg.amendDataFile("/p/a,b", to: "d,e", at: "/p/d,e", hasBase: false)
    #expect(
      command.words.map(\.displayText) == [
        "qemu-img", "amend", "--image-opts", "-o", "data_file=d,,e",
        "driver=qcow2,file.driver=file,file.filename=/p/a,,b,data-file.driver=file,data-file.filename=/p/d,,e",
      ])
  }
}
