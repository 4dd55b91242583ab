import DiskImage
import Foundation
import Host
import Model
import Testing

@testable import Repair

/// Saved headers: what is put back, and over what nothing is written.
@Suite struct UndoTests {
  private let disk: RealDirectory
  private let run: RepairRun
  private let stop: StopSignal
  private static let old = QCOW2Sample(backing: "base.qcow2", backingFormat: "qcow2").bytes
  private static let new = QCOW2Sample(backing: "other.qcow2", backingFormat: "qcow2").bytes
  private static let front = 65_536

  init() throws {
    disk = try RealDirectory()
    try disk.makeFolder("pool")
    try disk.makeFolder("db")
    run = RepairRun(besides: disk("db/inventory.sqlite"), pools: [disk("pool")])
    stop = try StopSignal()
    try disk.write("pool/top.qcow2", Self.new)
  }

  /// What a repair would have kept of the image that stands there now.
  private func kept(
    _ name: String = "pool/top.qcow2", before: [UInt8] = old, planned: String = "other.qcow2",
    isFinished: Bool = true
  ) throws -> SavedHeader {
    let file = try run.hold(disk(name), writing: false)
    let now = try run.look(file)
    let rest = try run.rest(of: file, behind: Self.front)
    var header = SavedHeader(
      filename: disk(name).escapedText, saved: 1, commands: [["qemu-img", "rebase"]],
      before: Data(before.prefix(Self.front)))
    header.start = SavedHeader.Start(
      file: try #require(now.mark), linkCount: now.status.linkCount, size: now.status.size,
      rest: rest,
      planned: SavedHeader.Planned(role: "backing", stored: planned, format: "qcow2"),
      undo: [["qemu-img", "rebase", "-b", "base.qcow2"]])
    if isFinished {
      header.after = SavedHeader.After(
        head: try run.front(of: file, Self.front), size: now.status.size,
        modified: now.status.modified, rest: rest)
    }
    return header
  }

  @discardableResult
  private func keep(_ header: SavedHeader, _ number: Int64 = 1) throws -> [UInt8] {
    try run.saved.keep(header, of: number)
  }

  private func undo(_ images: [PathBytes] = []) throws -> [String] {
    try run.undo(images, stop: stop).map {
      "\($0.filename.name.elementsEqual("top.qcow2".utf8) ? "" : "other: ")\($0.result.rawValue): \($0.message)"
    }
  }

  private static let done = "done: its header is as it was before"
  private static let damage = "; restoring its old header would damage it"

  private func expectUntouched(_ bytes: [UInt8] = new) throws {
    #expect(try disk.contents("pool/top.qcow2") == bytes)
  }

  @Test func `a header is put back once, and its copy laid aside`() throws {
    let name = try keep(kept())
    #expect(try run.hasSavedHeader(of: disk("pool/top.qcow2")))
    #expect(try undo() == [Self.done])
    #expect(try disk.contents("pool/top.qcow2") == Self.old)
    #expect(try !run.hasSavedHeader(of: disk("pool/top.qcow2")))
    #expect(try undo() == [])
    let names = try run.saved.folder.names()
    #expect(names == [name.dropLast(5) + Array(".undone".utf8)])
  }

  @Test func `only what is named is undone`() throws {
    try keep(kept())
    #expect(try undo([disk("pool/another.qcow2")]) == [])
    try expectUntouched()
    #expect(try undo([disk("pool/top.qcow2")]) == [Self.done])
  }

  @Test func `several repairs of an image are undone from the newest on`() throws {
    let oldest = QCOW2Sample(backing: "first.qcow2", backingFormat: "qcow2").bytes
    var first = try kept(before: oldest)
    first.after = first.after?.showing(Data(Self.old.prefix(Self.front)))
    try keep(first)
    let header = try kept()
    var second = SavedHeader(
      filename: header.filename, saved: 2, commands: header.commands, before: header.before)
    second.start = header.start
    second.after = header.after
    try keep(second, 2)
    #expect(try undo() == [Self.done, Self.done])
    #expect(try disk.contents("pool/top.qcow2") == oldest)
  }

  @Test func `what cannot be undone keeps earlier headers of its image back`() throws {
    let header = try kept()
    try keep(header)
    var later = SavedHeader(
      filename: header.filename, saved: 2, commands: header.commands, before: header.before)
    later.start = header.start
    later.after = header.after
    later.after = header.after?.showing(Data(count: Self.front))
    try keep(later, 2)
    #expect(
      try undo() == [
        "failed: something else has changed the image since" + Self.damage,
        "not-reached: a later header of the image was not restored",
      ])
    try expectUntouched()
  }

  @Test func `over what somebody wrote since nothing is written`() throws {
    try keep(kept())
    var changed = Self.new
    changed[200_000] = 1
    try disk.write("pool/top.qcow2", changed)
    #expect(try undo().count == 1)
    try expectUntouched(changed)
  }

  @Test func `another file at the path is left alone`() throws {
    try keep(kept())
    try disk.move("pool/top.qcow2", to: "pool/kept.qcow2")
    try disk.write("pool/top.qcow2", Self.new)
    #expect(
      try undo() == [
        "failed: the file at the path is not the one that was repaired; nothing was written"
      ])
    try expectUntouched()
  }

  @Test func `a file that has another name since is left alone`() throws {
    try keep(kept())
    try FileManager.default.linkItem(
      atPath: disk("pool/top.qcow2").displayText, toPath: disk("pool/also.qcow2").displayText)
    #expect(try undo().first?.contains("the file has another name since") == true)
    try expectUntouched()
  }

  @Test func `an image that is gone is said`() throws {
    try keep(kept())
    try disk.remove("pool/top.qcow2")
    #expect(try undo().first?.hasPrefix("failed: ") == true)
    #expect(try undo().first?.contains("no such file or directory") == true)
  }

  @Test func `a repair that was killed in the middle is taken back where that is safe`() throws {
    try keep(kept(isFinished: false))
    #expect(try undo() == [Self.done])
    #expect(try disk.contents("pool/top.qcow2") == Self.old)
  }

  @Test func `what a killed repair did not mean to write is not its work`() throws {
    try keep(kept(planned: "third.qcow2", isFinished: false))
    #expect(try undo().first?.hasSuffix(Self.damage) == true)
    try expectUntouched()
  }

  @Test func `an undo that was killed in the middle goes on`() throws {
    var header = try kept()
    header.overwritten = Data(Self.new.prefix(Self.front))
    let mixed = Array(Self.old.prefix(512)) + Self.new.dropFirst(512)
    let handle = try FileHandle(forUpdating: URL(filePath: disk("pool/top.qcow2").displayText))
    try handle.write(contentsOf: Data(mixed.prefix(512)))
    try handle.close()
    try keep(header)
    #expect(try undo() == [Self.done])
    #expect(try disk.contents("pool/top.qcow2") == Self.old)
  }

  @Test func `where more than the header changed a command is named instead`() throws {
    var header = try kept()
    header.after?.rest = SavedHeader.Rest(digest: 1, isWhole: true)
    try keep(header)
    #expect(
      try undo() == [
        "failed: qemu-img changed more than the header (its bitmaps), so the old header does not fit; undo it with: qemu-img rebase -b base.qcow2"
      ])
    try expectUntouched()
  }

  @Test func `a copy that cannot be read is told, and hides no other`() throws {
    try keep(kept())
    try run.saved.folder.write(Array("{".utf8), to: Array("9-9.json".utf8))
    let said = try undo()
    #expect(said.first?.contains("this saved header cannot be read") == true)
    #expect(said.last == Self.done)
  }

  @Test func `a header of an older version, without the file's identity, is put back too`() throws {
    var header = try kept()
    header.start = nil
    try keep(header)
    #expect(try undo() == [Self.done])
  }

  @Test func `what an older version kept of a changed image is not written`() throws {
    var header = try kept()
    header.start = nil
    header.after = header.after?.showing(nil, modified: 5)
    try keep(header)
    #expect(try undo() == ["failed: something else has changed the image since" + Self.damage])
    try expectUntouched()
  }

  @Test func `a name that is no UTF-8 survives the way into a copy and back`() throws {
    let odd = disk("pool").appending([0x61, 0xff, 0x0a])
    let header = SavedHeader(filename: odd.escapedText, saved: 1, commands: [], before: Data())
    let text = try JSONEncoder().encode(header)
    #expect(try JSONDecoder().decode(SavedHeader.self, from: text).path == odd)
  }
}

extension SavedHeader.After {
  /// The same of another front, or another time.
  fileprivate func showing(_ other: Data?, modified time: Int64? = nil) -> Self {
    Self(head: other ?? head, size: size, modified: time ?? modified, rest: rest)
  }
}
