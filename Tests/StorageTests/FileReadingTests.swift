import DiskImage
import Foundation
import Host
import Model
import Sighting
import Testing

@testable import Storage

/// What is read of a file, and what is taken from its status.
@Suite struct FileReadingTests {
  private let tree: TemporaryTree

  init() throws { tree = try TemporaryTree() }

  private func seen(_ name: String) throws -> SeenFile {
    try #require(try Walker(tree.root).run().file(name))
  }

  @Test func `a file is told by its status and its header`() throws {
    try tree.write(QCOW2Disk().bytes, "a.qcow2")
    try tree.shell("chmod 640 a.qcow2")
    let path = tree.path("a.qcow2")
    let status = try status(ofPath: path, followingLink: false)
    let file = try seen("a.qcow2")
    #expect(file.inode == status.inode && file.birthTime == status.born)
    #expect(file.fileSize == 262_144 && file.actualSize == status.allocated)
    #expect(file.modified == status.modified && file.changed == status.changed)
    #expect(file.linkCount == 1 && !file.isInUse)
    #expect(file.ownership.mode & 0o777 == 0o640)
    #expect(file.header?.facts.format == .qcow2)
    #expect(file.header?.facts.virtualSize == 262_144)
    #expect(file.isImage)
  }

  @Test func `both names of one file say that it may stand elsewhere`() throws {
    try tree.write(QCOW2Disk().bytes, "a.qcow2")
    try tree.shell("ln a.qcow2 b.qcow2")
    for name in ["a.qcow2", "b.qcow2"] {
      let file = try seen(name)
      #expect(file.mayStandElsewhere && file.linkCount == 2)
    }
  }

  struct Named: CustomTestStringConvertible, Sendable {
    let name: String
    let isDisk: Bool

    init(_ name: String, _ isDisk: Bool) { (self.name, self.isDisk) = (name, isDisk) }

    var testDescription: String { "'\(name)'" }
  }

  @Test(arguments: [
    Named("a.img", true), Named("a.raw", true), Named("a.IMG", true), Named("a.qcow2", true),
    Named("a.b.vmdk", true), Named(".img", true), Named("img", false), Named("a.txt", false),
    Named("a.img.bak", false), Named("a.", false), Named("a.qcow2 ", false),
    Named("a.imgimgimg", false),
  ])
  func `a file whose bytes tell nothing is an image where its name says so`(one: Named) throws {
    #expect(DiskExtension.isOne(Array(one.name.utf8)[...]) == one.isDisk)
    try tree.write(Array("a letter to nobody".utf8), one.name)
    let file = try seen(one.name)
    #expect(file.hasDiskName == one.isDisk && file.isImage == one.isDisk)
    #expect(file.header?.facts.format == .raw)
  }

  @Test func `an empty file is read`() throws {
    try tree.write([], "a")
    let file = try seen("a")
    #expect(file.header != nil && file.fileSize == 0 && !file.isImage)
  }

  @Test func `the header's digest covers its first kibibyte`() throws {
    var bytes = QCOW2Disk().bytes
    try tree.write(bytes, "a")
    bytes[2000] = 1
    try tree.write(bytes, "beyond")
    bytes[1000] = 1
    try tree.write(bytes, "within")
    let digests = try ["a", "beyond", "within"].map { try seen($0).header?.digest }
    #expect(digests[0] == digests[1])
    #expect(digests[0] != digests[2])
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func `a file that may not be read is told, and is there all the same`() throws {
    try tree.write(QCOW2Disk().bytes, "a.qcow2")
    try tree.shell("chmod 0 a.qcow2")
    let outcome = try Walker(tree.root).run()
    let file = try #require(outcome.file("a.qcow2"))
    #expect(file.header == nil && file.signature == 0 && file.fileSize == 262_144)
    #expect(outcome.problems.map(\.filename) == [tree.path("a.qcow2")])
  }

  @Test(.enabled(if: Child.has("qemu-io"), "needs qemu-io"))
  func `an image that QEMU holds is in use, and read again next time`() throws {
    try tree.shell("qemu-img create -q -f qcow2 a.qcow2 1M")
    try tree.age()
    let (process, _) = try Child.start("sleep 3 | qemu-io a.qcow2", in: tree.rootText)
    defer { process.waitUntilExit() }
    var file = try seen("a.qcow2")
    for _ in 0..<100 where !file.isInUse {
      Thread.sleep(forTimeInterval: 0.02)
      file = try seen("a.qcow2")
    }
    #expect(file.isInUse && file.signature == 0)
  }

  // MARK: A VHD that is a directory

  private func footer() -> [UInt8] {
    var footer = [UInt8](repeating: 0, count: 512)
    footer.replaceSubrange(0..<8, with: Array("conectix".utf8))
    // Features, version 1.0, and the offset of the header behind it.
    footer.replaceSubrange(8..<24, with: [0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0])
    // The sizes of a disk of 1 MiB, and the type 3: dynamic.
    footer.replaceSubrange(40..<56, with: [0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0])
    footer[63] = 3
    let sum = ~footer.reduce(UInt32(0)) { $0 + UInt32($1) }
    footer.replaceSubrange(
      64..<68, with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) })
    return footer
  }

  @Test func `a lone footer lacks its header, unless that stands beside it`() throws {
    try tree.makeDirectory("vhd")
    try tree.write(footer(), "vhd/footer")
    #expect(try seen("footer").header?.facts.fault != nil)
    try tree.write(Array("cxsparse".utf8) + [UInt8](repeating: 0, count: 1016), "vhd/header")
    let whole = try seen("footer")
    #expect(whole.header?.facts.format == .vpc && whole.header?.facts.fault == nil)
    try tree.write(Array("anything".utf8) + [UInt8](repeating: 0, count: 1016), "vhd/header")
    #expect(try seen("footer").header?.facts.fault != nil)
  }
}
