import Database
import DiskImage
import Model
import Query
import Record
import ScriptedNights
import Sighting
import Testing
import Workflow

/// Questions about one image over time, and about the nights themselves.
@Suite struct TimeQuestionTests {
  private static let day: Int64 = 86_400_000

  @Test func `a night on which no scan came is missed, and a partial one says what it did not see`()
    throws
  {
    let pool = try ScriptedPool()
    let disk = pool.image("disk")
    for _ in 1...4 { try pool.scan([disk]) }
    pool.sleep(nights: 2)
    try pool.scan(state: .unavailable)
    try pool.scan()
    let nights = try pool.view().nights()
    #expect(nights.map(\.scan) == [1, 2, 3, 4, nil, nil, 5, 6])
    #expect(
      nights.map(\.state) == [
        .complete, .complete, .complete, .complete, .missed, .missed, .partial, .complete,
      ])
    #expect(nights[4].time.milliseconds == 5 * Self.day)
    #expect(nights[5].time.milliseconds == 6 * Self.day)
    #expect(nights[6].reasons == ["pool 'pool' unavailable"])
    #expect(nights.map(\.milliseconds) == [1000, 1000, 1000, 1000, nil, nil, 1000, 1000])
    #expect(try pool.view(.number(4)).nights().map(\.scan) == [1, 2, 3, 4])
    let missed = try #require(EventCriterion("scan-missed"))
    var filter = EventFilter()
    filter.criteria = [missed]
    var events: [Event] = []
    try pool.view().log(filter) { events.append($0) }
    #expect(events.map(\.point.time.milliseconds) == [6 * Self.day, 5 * Self.day])
    #expect(events.map(\.point.scan) == [5, 5])
  }

  @Test func `two scans of one day miss no night, and a forgotten one was there`() throws {
    let pool = try ScriptedPool()
    for _ in 1...9 { try pool.scan() }
    var policy = RetentionPolicy()
    policy.last = 1
    policy.weekly = 2
    _ = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
      .prune(keeping: policy, isDryRun: false)
    #expect(try pool.view().nights().allSatisfy { $0.state == .complete })
  }

  @Test func `blame names the night that set each fact, and what it was`() throws {
    let pool = try ScriptedPool()
    let machine = ScriptedPool.machine("web", disk: "web")
    try pool.scan([pool.image("base", inode: 1), pool.image("web", backing: "base", inode: 2)])
    var grown = pool.image("web", backing: "base", inode: 2)
    grown.actualSize = 400_000
    try pool.scan([grown], domains: [machine])
    try pool.scan([pool.image("gold", inode: 1)], gone: ["base"], domains: [machine])
    var rebased = pool.image("web", backing: "gold", inode: 2) { $0.virtualSize = 2 << 20 }
    rebased.actualSize = 400_000
    try pool.scan([rebased], domains: [machine])
    let facts = try pool.view().blame(.path("/pool/web")).facts
    let shown = facts.map { fact in
      "\(fact.key) \(fact.since.scan)"
        + (fact.before.map { " was \($0.map { "\($0)" } ?? "-")" } ?? "")
    }
    #expect(
      shown == [
        "filename 1", "pool 1", "format 1", "virtual-size 4 was number(1048576)",
        "actual-size 2 was number(196608)", "file-size 1", "cluster-size 1", "encrypted 1",
        "dirty-flag 1", "in-use 1", "backing-filename 4 was text(\"base\")",
        "full-backing-filename 4 was text(\"/pool/base\")", "backing-filename-format 1",
        "modified 1", "link-count 1", "owner 1", "group 1", "mode 1", "users 2 was list([])",
      ])
    let moved = try pool.view().blame(.number(1)).facts
    #expect(
      moved.first { $0.key == "filename" }
        == .init(
          key: "filename", value: .text("/pool/gold"), since: try pool.view(.number(3)).point,
          before: .some(.text("/pool/base"))))
    #expect(moved.first { $0.key == "users" }?.value == .list([.text("/pool/web")]))
    #expect(moved.first { $0.key == "users" }?.since.scan == 4)
    #expect(throws: (any Error).self) { try pool.view().blame(.path("/pool/base")) }
  }

  /// The last event of a history that says something of a fact, and what the fact was before.
  private func lastChange(
    of key: String, in history: [Event]
  ) -> (since: Int64, before: FactValue??)? {
    for event in history.reversed() {
      if key == "filename", event.kind == .moved {
        return (event.point.scan, .some(event.previousFilename.map { .text($0.displayText) }))
      }
      if let field = event.fields.first(where: { $0.key == key }) {
        return (event.point.scan, .some(field.from))
      }
      if [.appeared, .asOf].contains(event.kind) { return (event.point.scan, nil) }
      // What it was before it was away is not told by the history.
      if event.kind == .returned { return nil }
    }
    return nil
  }

  @Test(arguments: Seeds.first(4))
  func `blame is the last change in the history`(seed: UInt64) throws {
    let pool = try RandomHistory(seed: seed).pool
    for night in [7, 18, 30] as [Int64] {
      let view = try pool.view(.number(night))
      var images: [Image] = []
      try view.images(format: nil, pool: nil, includingOther: false) { images.append($0) }
      for image in images {
        let history = try view.history(.number(image.imageID ?? 0))
        let blame = try view.blame(.number(image.imageID ?? 0))
        for fact in blame.facts where fact.key != "users" {
          guard let expected = lastChange(of: fact.key, in: history) else { continue }
          #expect(
            fact.since.scan == expected.since && fact.before == expected.before,
            "seed \(seed), night \(night), \(image.filename): \(fact), \(expected)")
        }
      }
    }
  }

  @Test func `uses are told from when to when, and when they ran`() throws {
    let pool = try ScriptedPool()
    let web = ScriptedPool.machine("web", disk: "disk")
    let runs = ScriptedPool.machine("web", disk: "disk", .live)
    var overlay = pool.image("top", backing: "disk", inode: 2)
    try pool.scan([pool.image("disk", inode: 1)], domains: [web])
    try pool.scan(domains: [web, runs])
    try pool.scan(domains: [web, runs])
    try pool.scan(domains: [web])
    overlay.isInUse = true
    try pool.scan([overlay], domains: [web, runs])
    try pool.scan(gone: ["top"], domains: [ScriptedPool.machine("web", disk: "top")])
    let shown = { (uses: [ImageUse]) in
      uses.map { use in
        let name = use.domain ?? use.filename?.displayText ?? ""
        let ran = use.running.map { "\($0.first.scan)-\($0.last.scan)" }.joined(separator: " ")
        return "\(name) \(use.role.rawValue) \(use.since.scan)-\(use.until?.scan ?? 0) ran \(ran)"
      }
    }
    let uses = try pool.view().uses(of: .path("/pool/disk"))
    #expect(
      shown(uses) == ["/pool/top backing 5-6 ran 5-5", "web disk 1-6 ran 2-3 5-5"])
    #expect(
      try shown(pool.view(.number(3)).uses(of: .path("/pool/disk"))) == ["web disk 1-0 ran 2-3"])
    let machine = try pool.view().uses(byMachine: "web")
    #expect(machine.map(\.filename) == ["/pool/top", "/pool/disk"])
    #expect(machine.map(\.since.scan) == [6, 1])
    #expect(throws: StoreFault.unknownDomain("mail", scan: 6)) {
      try pool.view().uses(byMachine: "mail")
    }
    try pool.scan(gone: ["disk"])
    #expect(try pool.view().uses(of: .path("/pool/disk")).count == 2)
  }

  @Test func `what changes most is what changed in most nights`() throws {
    let pool = try ScriptedPool()
    let image = { (name: String, inode: UInt64, size: UInt64) in
      var seen = pool.image(name, inode: inode)
      seen.actualSize = size
      return seen
    }
    try pool.scan([image("a", 1, 1000), image("b", 2, 1000), image("c", 3, 1000)])
    try pool.scan([image("a", 1, 5000), image("b", 2, 9000)])
    try pool.scan([image("a", 1, 3000)])
    let churn = try pool.view().churn(top: 10, since: nil)
    #expect(churn.map(\.filename) == ["/pool/a", "/pool/b"])
    #expect(churn.map(\.changes) == [2, 1])
    #expect(churn.map(\.bytes) == [6000, 8000])
    #expect(try pool.view().churn(top: 1, since: nil).count == 1)
    let late = try pool.view().churn(top: 10, since: .number(2))
    #expect(late.map(\.bytes) == [2000])
    #expect(try pool.view(.number(2)).churn(top: 10, since: nil).map(\.bytes) == [8000, 4000])
  }
}
