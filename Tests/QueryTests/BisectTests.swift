import Database
import DiskImage
import Model
import Record
import Rules
import ScriptedNights
import Sighting
import Testing
import Workflow

@testable import Query

@Suite struct BisectTests {
  private func shown(_ changes: [NearEvent]) -> [String] {
    changes.map {
      "\($0.distance) \($0.relation.rawValue) \($0.event.kind.rawValue) "
        + "\($0.event.filename?.displayText ?? $0.event.domain ?? "")"
    }
  }

  /// A base moves away in a night after two that saw nothing; beside it something else grows.
  private func broken() throws -> ScriptedPool {
    let pool = try ScriptedPool()
    let web = ScriptedPool.machine("web", disk: "web")
    let runs = ScriptedPool.machine("web", disk: "web", .live)
    try pool.scan(
      [
        pool.image("base", inode: 1), pool.image("web", backing: "base", inode: 2),
        pool.image("other", inode: 3),
      ], domains: [web])
    try pool.scan(domains: [web])
    try pool.scan(state: .unavailable)
    try pool.scan(state: .unavailable)
    var grown = pool.image("other", inode: 3)
    grown.actualSize = 400_000
    try pool.scan(
      [grown, pool.image("gold", inode: 1)], gone: ["base"], domains: [web, runs])
    try pool.scan(state: .unavailable)
    return pool
  }

  @Test func `it names the first bad night, the last good one, and those that did not look`() throws
  {
    let pool = try broken()
    let answer = try pool.view().bisect(.path("/pool/web"), kind: .backingMissing)
    #expect(answer.firstBad?.scan == 5)
    #expect(answer.lastGood?.scan == 2)
    #expect(answer.notSeen.map(\.scan) == [3, 4])
    #expect(
      shown(answer.changes) == [
        "0 itself changed /pool/web", "1 chain moved /pool/gold", "1 machine started web",
        "2 directory grew /pool/other", "3 pool pool-returned /pool",
      ])
    let then = try pool.view(.number(4)).bisect(.path("/pool/web"), kind: .backingMissing)
    #expect(then == Bisection(lastGood: try pool.view(.number(2)).point))
  }

  @Test func `a condition is asked of an image, of any, or as a query`() throws {
    let pool = try broken()
    let view = try pool.view()
    let grown = try view.bisect(where: "actual_size > 300000", .path("/pool/other"))
    #expect([grown.firstBad?.scan, grown.lastGood?.scan] == [5, 2])
    #expect(grown.notSeen.map(\.scan) == [3, 4])
    #expect(grown.changes.first?.event.kind == .grew)
    // Not every pool was seen in the nights between: something may have been so.
    let any = try view.bisect(where: "actual_size > 300000", nil)
    #expect([any.firstBad?.scan, any.lastGood?.scan] == [5, 2])
    let query = try view.bisect(
      where: "SELECT 1 FROM open_findings WHERE kind LIKE 'backing-%'", nil)
    #expect([query.firstBad?.scan, query.lastGood?.scan] == [5, 2])
    let good = try view.bisect(where: "format = 'vmdk'", .path("/pool/web"))
    #expect(good == Bisection(lastGood: try pool.view(.number(5)).point))
    let always = try view.bisect(where: "format = 'qcow2'", .path("/pool/web"))
    #expect(always.firstBad?.scan == 1)
    #expect(always.lastGood == nil && always.notSeen == [] && always.changes == [])
    for wrong in ["nonsense >", "1; DELETE FROM scan", "DELETE FROM scan"] {
      #expect(throws: StoreFault.self) { try view.bisect(where: wrong, nil) }
    }
  }

  @Test func `why tells the finding, the life, and what changed nearby`() throws {
    let pool = try broken()
    let why = try pool.view().why(.path("/pool/web"), kind: nil)
    #expect(why.finding?.kind == .backingMissing)
    #expect(why.finding?.cause?.kind == .targetMoved)
    #expect(why.timeline.map(\.kind) == [.appeared, .changed, .findingOpened])
    #expect(shown(why.changes).contains("1 chain moved /pool/gold"))
    let none = try pool.view(.number(2)).why(.path("/pool/web"), kind: nil)
    #expect(none.finding == nil && none.changes == [])
    #expect(try pool.view().why(.path("/pool/web"), kind: .imageCorrupt).finding == nil)
  }

  @Test(arguments: Seeds.first(3))
  func `it is a search night by night, also after a prune`(seed: UInt64) throws {
    let history = try RandomHistory(seed: seed)
    let pool = history.pool
    try check(history, seed: seed)
    var policy = RetentionPolicy()
    policy.weekly = 4
    policy.last = 4
    _ = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
      .prune(keeping: policy, isDryRun: false)
    try check(history, seed: seed)
  }

  private func check(_ history: RandomHistory, seed: UInt64) throws {
    let pool = history.pool
    let nights = try pool.view().scans().map(\.number)
    var findings: [Int64: [Finding]] = [:]
    for night in nights {
      findings[night] = try pool.view(.number(night)).findings(kinds: [], pool: nil, since: nil)
    }
    var images: [Image] = []
    let view = try pool.view()
    try view.images(format: nil, pool: nil, includingOther: false) { images.append($0) }
    let doubts = try view.reading { try $0.untoldScans() }
    for image in images {
      let number = try #require(image.imageID)
      for kind in Set(Rule.all.map(\.kind)) {
        let isBad = { (night: Int64) in
          findings[night]?.contains { $0.kind == kind && $0.imageID == number } ?? false
        }
        // A night that could not tell ends no run of bad ones, and is none.
        let isDoubtful = { (night: Int64) in doubts[kind]?.contains(night) ?? false }
        let answer = try view.bisect(.number(number), kind: kind)
        let run = nights.reversed().prefix { isBad($0) || isDoubtful($0) }
        let bad = nights.last.map(isBad) == true ? run.last(where: isBad) : nil
        #expect(
          answer.firstBad?.scan == bad, "seed \(seed), \(image.filename), \(kind.rawValue)")
        guard let bad else { continue }
        let good = try nights.last {
          try $0 < bad && !isBad($0) && !isDoubtful($0) && history.nights[Int($0 - 1)] != nil
            && pool.view(.number($0)).isThere(number)
        }
        #expect(
          answer.lastGood?.scan == good, "seed \(seed), \(image.filename), \(kind.rawValue)")
        #expect(
          answer.notSeen.allSatisfy { $0.scan < bad && $0.scan > good ?? 0 }, "seed \(seed)")
        #expect(
          zip(answer.changes, answer.changes.dropFirst()).allSatisfy { $0.distance <= $1.distance })
      }
    }
  }
}

extension InventoryView {
  /// Whether an image stands somewhere.
  fileprivate func isThere(_ image: Int64) throws -> Bool {
    do {
      return try self.image(.number(image)).imageID == image
    } catch StoreFault.unknownImage, StoreFault.vanishedImage {
      return false
    }
  }
}
