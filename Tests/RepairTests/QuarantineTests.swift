import Foundation
import Host
import Model
import Query
import Testing

@testable import Repair

/// What is moved away, in which order, and what is left alone.
@Suite struct QuarantineTests {
  static func orphan(
    _ id: Int64, _ path: PathBytes, _ verdict: Orphan.Verdict = .orphan, under holders: Int64...
  ) -> Orphan {
    var orphan = Orphan(
      filename: path, imageID: id, verdict: verdict, since: Scene.point(3), lastUser: nil,
      reclaimableSize: 7, evidence: ["nobody"])
    orphan.holders = holders
    return orphan
  }

  static func pool(_ path: PathBytes, images: Int64) -> PoolSummary {
    PoolSummary(
      outcome: PoolOutcome(
        name: "p", path: path, state: .complete, images: images, reason: nil),
      actualSize: 0, openFindings: 0, lastScan: nil, lastComplete: nil)
  }

  static func plan(
    _ orphans: [Orphan], _ pools: [PoolSummary] = [pool("/p", images: 100)],
    to folder: PathBytes? = nil, busy: PathBytes? = nil, gone: PathBytes? = nil
  ) -> Quarantine {
    Quarantine(orphans, pools: pools, to: folder) { path throws(HostFault) in
      if path == gone { throw Scene.fault(ENOENT, path) }
      var glance = Scene.glance(1, path, format: "qcow2")
      glance.isInUse = path == busy
      return glance
    }
  }

  @Test func `an orphan moves as deep beside its pool as it was in it`() {
    let plan = Self.plan([Self.orphan(1, "/p/a/b.qcow2")])
    #expect(plan.moves.map(\.to) == ["/p.quarantine/a/b.qcow2"])
    #expect(plan.moves.map { $0.guarding.stamp } == ["1 65536 5"])
    #expect(
      Self.plan([Self.orphan(1, "/p/a/b.qcow2")], to: "/away").moves.map(\.to)
        == ["/away/a/b.qcow2"])
  }

  @Test(arguments: [Orphan.Verdict.awaited, .detached, .kept, .unknown])
  func `nothing else than an orphan moves`(_ verdict: Orphan.Verdict) {
    let plan = Self.plan([Self.orphan(1, "/p/a", verdict)])
    #expect(plan.moves.isEmpty)
    #expect(plan.leftAlone.isEmpty)
  }

  @Test func `what stands on another moves first, and the innermost pool counts`() {
    let plan = Self.plan(
      [
        Self.orphan(1, "/p/a", under: 2), Self.orphan(2, "/p/b", under: 3),
        Self.orphan(3, "/p/in/c"),
      ], [Self.pool("/p", images: 9), Self.pool("/p/in", images: 9)])
    #expect(plan.moves.map(\.from) == ["/p/in/c", "/p/b", "/p/a"])
    #expect(plan.moves.map(\.above) == [[], ["/p/in.quarantine/c"], ["/p.quarantine/b"]])
  }

  @Test func `a base is left alone with what stands on it`() {
    let orphans = [
      Self.orphan(1, "/p/base", under: 2, 3), Self.orphan(2, "/p/x"), Self.orphan(3, "/p/y"),
    ]
    for plan in [Self.plan(orphans, busy: "/p/y"), Self.plan(orphans, gone: "/p/y")] {
      #expect(plan.moves.map(\.from) == ["/p/x"])
      #expect(plan.leftAlone.map(\.path) == ["/p/base", "/p/y"])
      #expect(plan.leftAlone.first?.reason == "an image that depends on it is left alone")
    }
    // Its holder is no orphan.
    let plan = Self.plan([orphans[0], orphans[1], Self.orphan(3, "/p/y", .awaited)])
    #expect(plan.moves.map(\.from) == ["/p/x"])
    #expect(plan.leftAlone.map(\.path) == ["/p/base"])
  }

  @Test func `images that stand on each other stay`() {
    let plan = Self.plan([
      Self.orphan(1, "/p/a", under: 2), Self.orphan(2, "/p/b", under: 1), Self.orphan(3, "/p/c"),
    ])
    #expect(plan.moves.map(\.from) == ["/p/c"])
    #expect(plan.leftAlone.map(\.path) == ["/p/a", "/p/b"])
  }

  @Test(
    arguments: [
      // So many orphans of so many images, and whether they move.
      (50, 50, true), (51, 63, false), (51, 64, true), (80, 100, true), (81, 100, false),
      (200, 10_000, true),
    ])
  func `most of a pool does not move at once`(_ count: Int, _ images: Int64, _ moves: Bool) {
    let orphans = (1...count).map { Self.orphan(Int64($0), PathBytes("/p/i\($0)")) }
    let plan = Self.plan(orphans, [Self.pool("/p", images: images)])
    #expect(plan.moves.count == (moves ? count : 0))
    #expect(plan.leftAlone.count == (moves ? 0 : count))
  }

  @Test func `what is in no pool stays`() {
    let plan = Self.plan([Self.orphan(1, "/q/a"), Self.orphan(2, "/pp/a")])
    #expect(plan.moves.isEmpty)
    #expect(plan.leftAlone.map(\.reason) == ["it is in no pool", "it is in no pool"])
  }

  @Test func `other names go along, and one that another file has by now stays`() {
    var orphan = Self.orphan(1, "/p/a")
    orphan.otherNames = ["/out/a", "/p/d/b", "/p/d/c"]
    let plan = Quarantine([orphan], pools: [Self.pool("/p", images: 9)], to: nil) { path in
      Scene.glance(path == "/p/d/c" ? 2 : 1, path, format: "qcow2")
    }
    #expect(plan.moves.map(\.to) == ["/p.quarantine/a", "/p.quarantine/d/b"])
    #expect(plan.moves.map(\.isOtherName) == [false, true])
    #expect(plan.leftAlone.map(\.path) == ["/p/d/c"])
    #expect(plan.leftAlone.map(\.reason) == ["it is no longer a name of '/p/a'"])
  }
}
