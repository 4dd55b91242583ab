import DiskImage
import Foundation
import Host
import Model
import Testing

@testable import Query
@testable import Repair

/// The folder beside a database in which the fronts of images are kept before a repair.
@Suite struct SavedHeadersTests {
  private let disk: RealDirectory
  private let saved: SavedHeaders

  init() throws {
    disk = try RealDirectory()
    try disk.makeFolder("db")
    saved = SavedHeaders(besides: disk("db/inventory.sqlite"))
  }

  private func header(_ name: String, at time: Int64, bytes: [UInt8] = [1, 2, 3]) -> SavedHeader {
    SavedHeader(
      filename: disk(name).escapedText, saved: time, commands: [["qemu-img", "rebase"]],
      before: Data(bytes))
  }

  private func names(_ kept: [SavedHeaders.Kept]) -> [String] {
    kept.map { String(decoding: $0.name, as: UTF8.self) }
  }

  @Test func `where nothing was repaired there is nothing, and no folder`() throws {
    #expect(try saved.all().isEmpty)
    #expect(!disk.isThere("db/repairs"))
  }

  @Test func `a header is kept under its time and its image, and nobody else may read it`() throws {
    let name = try saved.keep(header("a", at: 77), of: 5)
    #expect(String(decoding: name, as: UTF8.self) == "77-5.json")
    let folder = try status(ofPath: disk("db/repairs"), followingLink: false)
    let file = try status(ofPath: disk("db/repairs/77-5.json"), followingLink: false)
    #expect(folder.mode & 0o077 == 0 && file.mode & 0o077 == 0)
  }

  @Test func `what is kept is read again, byte for byte`() throws {
    var kept = header("a", at: 77, bytes: (0...255).map { UInt8($0) })
    kept.start = SavedHeader.Start(
      file: FileMark(filesystem: "uuid:1", inode: .max), linkCount: 2, size: .max,
      rest: .init(digest: .min, isWhole: false),
      planned: .init(role: "backing", stored: #"b\xff"#, format: nil), undo: [["a", "b"]])
    kept.after = SavedHeader.After(head: Data([9]), size: 3, modified: -1, rest: nil)
    _ = try saved.keep(kept, of: 5)
    let found = try #require(try saved.all().first)
    let read = try found.header.get()
    #expect(read.path == disk("a"))
    #expect(read.before == kept.before && read.saved == 77)
    #expect(read.start?.file == FileMark(filesystem: "uuid:1", inode: .max))
    #expect(read.start?.size == .max && read.start?.rest == .init(digest: .min, isWhole: false))
    #expect(read.start?.planned.stored == #"b\xff"# && read.start?.undo == [["a", "b"]])
    #expect(read.after?.head == Data([9]) && read.after?.modified == -1)
    #expect(read.overwritten == nil)
  }

  @Test func `the newest comes first, by what it says of its time and not by its name`() throws {
    for (time, image) in [(9, 1), (100, 2), (20, 3)] as [(Int64, Int64)] {
      _ = try saved.keep(header("a", at: time), of: image)
    }
    #expect(try names(saved.all()) == ["100-2.json", "20-3.json", "9-1.json"])
  }

  @Test func `what cannot be read is told before all others, with its reason`() throws {
    _ = try saved.keep(header("a", at: 77), of: 5)
    try disk.write("db/repairs/1-1.json", Array("{".utf8))
    let all = try saved.all()
    #expect(names(all) == ["1-1.json", "77-5.json"])
    guard case .failure(let fault) = all[0].header else {
      Issue.record("it was read")
      return
    }
    #expect(fault.reason == "it is not a saved header")
  }

  @Test func `what was put back is laid aside, and found no more`() throws {
    let name = try saved.keep(header("a", at: 77), of: 5)
    try saved.layAside(name)
    #expect(try saved.all().isEmpty)
    #expect(disk.isThere("db/repairs/77-5.undone"))
  }

  @Test func `other files in the folder are nobody's`() throws {
    _ = try saved.keep(header("a", at: 77), of: 5)
    for other in ["notes", "77-5.json.bak", "json"] { try disk.write("db/repairs/\(other)", []) }
    #expect(try names(saved.all()) == ["77-5.json"])
  }

  @Test func `a header that is written again takes the place of the first`() throws {
    var kept = header("a", at: 77)
    let name = try saved.keep(kept, of: 5)
    kept.overwritten = Data([7])
    try saved.write(kept, to: name)
    let all = try saved.all()
    #expect(all.count == 1)
    #expect(try all[0].header.get().overwritten == Data([7]))
  }
}

/// An image as it is at this moment, and what a plan compares it by later.
@Suite struct LiveImageTests {
  private let disk: RealDirectory

  init() throws {
    disk = try RealDirectory()
    try disk.makeFolder("pool/inner")
  }

  @Test func `of an image its first cluster is compared, and of a raw file as much`() throws {
    try disk.image("pool/a.qcow2")
    try disk.write("pool/b.raw", Array(repeating: 7, count: 100_000))
    try disk.write("pool/c.raw", [1, 2, 3])
    let lengths = try ["a.qcow2", "b.raw", "c.raw"].map {
      try LiveImage(reading: disk("pool/\($0)")).guarding.length
    }
    #expect(lengths == [65_536, 65_536, 3])
  }

  @Test func `a byte within the front makes another guard, and one behind it only another stamp`()
    throws
  {
    var bytes = QCOW2Sample().bytes
    try disk.write("pool/a.qcow2", bytes)
    let before = try LiveImage(reading: disk("pool/a.qcow2"))
    bytes[70_000] = 1
    try disk.write("pool/a.qcow2", bytes + [1])
    let behind = try LiveImage(reading: disk("pool/a.qcow2"))
    #expect(behind.guarding.checksum == before.guarding.checksum)
    #expect(behind.guardingAll != before.guardingAll)
    bytes[60_000] = 1
    try disk.write("pool/a.qcow2", bytes)
    #expect(
      try LiveImage(reading: disk("pool/a.qcow2")).guarding.checksum != before.guarding.checksum)
  }

  @Test func `an image is held from the innermost pool on, and marked as the file that it is`()
    throws
  {
    try disk.image("pool/inner/a.qcow2", on: "b.qcow2")
    let roots = PoolRoots([disk("pool"), disk("pool/inner")])
    let held = try LiveImage(
      roots.hold(disk("pool/inner/a.qcow2"), writing: false), roots)
    #expect(held.mark?.inode == held.status.inode)
    #expect(held.mark?.filesystem.isEmpty == false)
    #expect(held.reference(.backing, stored: Array("b.qcow2".utf8)) != nil)
    #expect(held.reference(.backing, stored: Array("b".utf8)) == nil)
    #expect(held.reference(.dataFile, stored: Array("b.qcow2".utf8)) == nil)
    #expect(try LiveImage(reading: disk("pool/inner/a.qcow2")).mark == nil)
  }

  @Test func `a link in a pool is not followed, and one that an administrator made a pool of is`()
    throws
  {
    try disk.makeFolder("far")
    try disk.image("far/a.qcow2")
    try disk.link("pool/way", to: "../far")
    #expect(throws: HostFault.self) {
      _ = try PoolRoots([disk("pool")]).hold(disk("pool/way/a.qcow2"), writing: false)
    }
    _ = try PoolRoots([disk("pool"), disk("pool/way")])
      .hold(disk("pool/way/a.qcow2"), writing: false)
  }
}
