import DiskImage
import Host
import Model
import Testing

@testable import Query
@testable import Repair

/// The command lines of `qemu-img` that a plan shows or runs, word for word.
@Suite struct QemuImgTests {
  private func words(_ command: Command) -> [String] { command.words.map(\.displayText) }

  @Test(arguments: [
    ("qcow2", true), ("qed", true), ("qcow", false), ("vmdk", false), ("vpc", false),
    ("vhdx", false), ("vdi", false), ("raw", false), ("luks", false), ("nothing", false),
  ])
  func `only what qemu-img writes a base of is rebased`(format: String, isRebased: Bool) {
    #expect(QemuImg.canRebase(format) == isRebased)
  }

  @Test func `a rebase of the header alone says both formats, and looks at neither file`() {
    #expect(
      words(QemuImg.rebase("/p/over.qcow2", of: "qcow2", to: "../b.raw", as: "raw")) == [
        "qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "raw", "-b", "../b.raw", "/p/over.qcow2",
      ])
  }

  @Test func `a rebase that copies data, or that leaves no base, is no unsafe one`() {
    #expect(
      words(QemuImg.rebaseWithData("/p/top", of: "qcow2", to: "/p/low", as: "vmdk")) == [
        "qemu-img", "rebase", "-f", "qcow2", "-F", "vmdk", "-b", "/p/low", "/p/top",
      ])
    #expect(
      words(QemuImg.standAlone("/p/top", of: "qed")) == [
        "qemu-img", "rebase", "-f", "qed", "-b", "", "/p/top",
      ])
  }

  @Test func `a data file is written where it is, with the base left closed`() {
    #expect(
      words(QemuImg.amendDataFile("/p/a", to: "d.raw", at: "/q/d.raw", hasBase: true)) == [
        "qemu-img", "amend", "--image-opts", "-o", "data_file=d.raw",
        "driver=qcow2,file.driver=file,file.filename=/p/a,data-file.driver=file,"
          + "data-file.filename=/q/d.raw,backing=",
      ])
  }

  @Test func `a conversion says what its base is and where, with commas doubled`() {
    #expect(
      words(
        QemuImg.convert("/p/a,b", of: "qcow", over: "/p/c,d", as: "raw", to: "/p/a,b.qcow2")) == [
          "qemu-img", "convert", "--image-opts", "-O", "qcow2",
          "driver=qcow,file.driver=file,file.filename=/p/a,,b,backing.driver=raw,"
            + "backing.file.driver=file,backing.file.filename=/p/c,,d",
          "/p/a,b.qcow2",
        ])
  }

  // MARK: What is run

  private func live(_ disk: RealDirectory, _ name: String) throws -> LiveImage {
    try LiveImage(reading: disk(name))
  }

  @Test func `what is run names no path, for the file is handed over open`() throws {
    let disk = try RealDirectory()
    try disk.image("over.qcow2", on: "base.qcow2")
    let planned = PlannedReference(role: .backing, stored: "new/base.qcow2", format: "qcow2")
    let command = QemuImg.write(planned, into: try live(disk, "over.qcow2"))
    #expect(
      words(command) == [
        "qemu-img", "rebase", "--image-opts", "-u", "-F", "qcow2", "-b", "new/base.qcow2",
        "driver=qcow2,file.driver=file,file.filename=\(ProgramRun.pathOfPassed)",
      ])
    #expect(!command.words.contains { $0.displayText.contains(disk.path.displayText) })
  }

  @Test func `a new name of a data file opens no base, where there is one`() throws {
    let disk = try RealDirectory()
    try disk.image("over.qcow2", on: "base.qcow2")
    try disk.image("alone.qcow2")
    let planned = PlannedReference(role: .dataFile, stored: "/q/d,1.raw", format: nil)
    let tree = "driver=qcow2,file.driver=file,file.filename=\(ProgramRun.pathOfPassed)"
    let over = QemuImg.write(planned, into: try live(disk, "over.qcow2"))
    let alone = QemuImg.write(planned, into: try live(disk, "alone.qcow2"))
    #expect(
      words(over) == [
        "qemu-img", "amend", "--image-opts", "-o", "data_file=/q/d,,1.raw", tree + ",backing=",
      ])
    #expect(words(alone).last == tree)
  }
}
