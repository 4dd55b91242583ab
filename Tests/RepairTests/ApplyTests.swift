import DiskImage
import Foundation
import Host
import Model
import Rules
import Testing

@testable import Query
@testable import Repair

/// A run of certain steps that ends before anything is written: what has to be as it was planned is looked at first.
@Suite struct ApplyTests {
  private let disk: RealDirectory
  private let run: RepairRun
  private let stop: StopSignal
  private static let whole = QCOW2Sample(backing: "base.qcow2", backingFormat: "qcow2").bytes

  init() throws {
    disk = try RealDirectory()
    try disk.makeFolder("pool")
    try disk.makeFolder("db")
    run = RepairRun(besides: disk("db/inventory.sqlite"), pools: [disk("pool")])
    stop = try StopSignal()
    for name in ["pool/a.qcow2", "pool/b.qcow2"] { try disk.write(name, Self.whole) }
  }

  /// A certain step that would name another base.
  private func step(_ name: String, _ confidence: Confidence = .certain) throws -> RepairStep {
    let path = disk(name)
    var step = RepairStep(
      filename: path, imageID: 1, format: "qcow2", findings: [Scene.finding(.backingMissing)],
      confidence: confidence, evidence: [], why: "because")
    step.planned = PlannedReference(role: .backing, stored: "other.qcow2", format: "qcow2")
    let now = try run.look(run.hold(path, writing: false))
    step.guards = [now.guarding]
    step.headerLength = now.head.count
    return step
  }

  private func apply(_ steps: RepairStep...) -> [String] {
    var plan = RepairPlan(RepairEvidence(point: Scene.point(9)), Scene().now)
    plan.add(steps)
    return run.apply(plan, stop: stop).map {
      "\($0.result.rawValue): \($0.message.replacing(disk.path.displayText, with: ""))"
    }
  }

  private func expectNothingWritten(_ name: String = "pool/a.qcow2", _ bytes: [UInt8] = whole)
    throws
  {
    #expect(try disk.contents(name) == bytes)
    #expect(try run.saved.all().isEmpty)
  }

  @Test(arguments: [Confidence.likely, .ambiguous, .manual])
  func `what is not certain is skipped with its reason`(confidence: Confidence) throws {
    #expect(apply(try step("pool/a.qcow2", confidence)) == ["skipped: because"])
    try expectNothingWritten()
  }

  @Test func `what rests on something that could not be read has failed, and ends no run`() throws {
    var unread = try step("pool/a.qcow2", .manual)
    unread.isUnread = true
    var held = try step("pool/b.qcow2")
    held.isInUse = true
    #expect(
      apply(unread, held) == [
        "failed: because",
        "skipped: the image is in use; shut its machine down first, and scan again",
      ])
    try expectNothingWritten()
  }

  @Test func `an image that changed since the plan fails, and what comes after it is left alone`()
    throws
  {
    let steps = (try step("pool/a.qcow2"), try step("pool/b.qcow2"))
    var changed = Self.whole
    changed[100] = 1
    try disk.write("pool/a.qcow2", changed)
    #expect(
      apply(steps.0, steps.1) == [
        "failed: '/pool/a.qcow2' has changed since the plan was made; scan again and make a new plan",
        "not-reached: an earlier step failed",
      ])
    try expectNothingWritten("pool/a.qcow2", changed)
  }

  @Test func `a base that was written to since is noticed though its header is as it was`() throws {
    var step = try step("pool/a.qcow2")
    step.guards.append(try run.look(run.hold(disk("pool/b.qcow2"), writing: false)).guardingAll)
    var changed = Self.whole
    changed.append(0)
    try disk.write("pool/b.qcow2", changed)
    #expect(
      apply(step) == [
        "failed: '/pool/b.qcow2' has changed since the plan was made; scan again and make a new plan"
      ])
    try expectNothingWritten()
  }

  @Test func `another file of the same content is not the one that was planned for`() throws {
    let step = try step("pool/a.qcow2")
    try disk.move("pool/a.qcow2", to: "pool/kept.qcow2")
    try disk.write("pool/a.qcow2", Self.whole)
    #expect(apply(step).first?.contains("has changed since the plan was made") == true)
    try expectNothingWritten()
  }

  @Test func `a file with a name that no scan saw may belong to others`() throws {
    let step = try step("pool/a.qcow2")
    try FileManager.default.linkItem(
      atPath: disk("pool/a.qcow2").displayText, toPath: disk("also.qcow2").displayText)
    #expect(
      apply(step) == [
        "failed: the file has 2 names and the last scan knows 1: it may belong to others too; "
          + "look for the names with 'find -samefile', and scan again"
      ])
    try expectNothingWritten()
  }

  @Test func `a symbolic link in the place of an image is not followed`() throws {
    let step = try step("pool/a.qcow2")
    try disk.remove("pool/a.qcow2")
    try disk.link("pool/a.qcow2", to: disk("pool/b.qcow2").displayText)
    #expect(apply(step).first?.hasPrefix("failed: '/pool/a.qcow2' cannot be opened: ") == true)
    try expectNothingWritten("pool/b.qcow2")
  }

  @Test func `a directory on the way that became a link is not followed either`() throws {
    try disk.makeFolder("pool/deep")
    try disk.write("pool/deep/c.qcow2", Self.whole)
    let step = try step("pool/deep/c.qcow2")
    try disk.move("pool/deep", to: "moved")
    try disk.link("pool/deep", to: "../moved")
    #expect(apply(step).first?.hasPrefix("failed: '/pool/deep/c.qcow2' cannot be opened: ") == true)
    try expectNothingWritten("moved/c.qcow2")
  }

  @Test func `an image that is gone fails`() throws {
    let step = try step("pool/a.qcow2")
    try disk.remove("pool/a.qcow2")
    #expect(
      apply(step) == [
        "failed: '/pool/a.qcow2' cannot be opened: no such file or directory"
      ])
  }
}
