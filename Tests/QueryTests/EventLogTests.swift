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

@Suite struct EventLogTests {
  private func log(
    _ pool: ScriptedPool, at when: When = .latest(back: 0), limit: Int? = nil,
    oldestFirst: Bool = false, _ change: (inout EventFilter) throws -> Void = { _ in }
  ) throws -> [Event] {
    var filter = EventFilter()
    try change(&filter)
    var events: [Event] = []
    try pool.view(when).log(filter, limit: limit, oldestFirst: oldestFirst) { events.append($0) }
    return events
  }

  private func criteria(_ words: String...) throws -> [EventCriterion] {
    try words.map { try #require(EventCriterion($0)) }
  }

  private func words(_ events: [Event]) -> [String] {
    events.map {
      "\($0.point.scan) \($0.kind.rawValue) \($0.filename?.displayText ?? $0.domain ?? "-")"
    }
  }

  private func month() throws -> ScriptedPool {
    let pool = try ScriptedPool()
    let web = ScriptedPool.machine("web", disk: "web")
    try pool.scan(
      [pool.image("base", inode: 1), pool.image("web", backing: "base", inode: 2)], domains: [web])
    var grown = pool.image("web", backing: "base", inode: 2)
    grown.actualSize = 400_000
    try pool.scan([grown], domains: [web])
    try pool.scan(state: .unavailable)
    try pool.scan(
      [pool.image("gold", inode: 1)], gone: ["base"],
      domains: [web, ScriptedPool.machine("web", disk: "web", .live)])
    var mended = pool.image("web", backing: "gold", inode: 2) { $0.virtualSize = 2 << 20 }
    mended.actualSize = 400_000
    try pool.scan([mended], domains: [])
    return pool
  }

  @Test func `it tells what headers, sizes, machines and pools did, the newest first`() throws {
    let pool = try month()
    #expect(
      try words(log(pool)) == [
        "5 finding-closed /pool/web", "5 machine-vanished web", "5 resized /pool/web",
        "5 rebased /pool/web", "5 changed /pool/web", "4 finding-opened /pool/web", "4 started web",
        "4 changed /pool/web", "4 moved /pool/gold", "4 pool-returned /pool",
        "3 pool-unavailable /pool", "3 scan-partial -", "2 grew /pool/web",
        "1 machine-appeared web", "1 appeared /pool/web", "1 appeared /pool/base",
      ])
    #expect(try words(log(pool, at: .number(2))).first == "2 grew /pool/web")
  }

  @Test func `what is asked for narrows it down`() throws {
    let pool = try month()
    #expect(
      try words(log(pool) { $0.criteria = try criteria("grew:100%") }) == ["2 grew /pool/web"])
    #expect(try log(pool) { $0.criteria = try criteria("grew:105%", "grew:1G") } == [])
    #expect(
      try words(log(pool) { $0.criteria = try criteria("in-use") }) == [
        "5 changed /pool/web", "4 changed /pool/web",
      ])
    #expect(
      try words(log(pool) { $0.kinds = [.backingMissing] }) == [
        "5 finding-closed /pool/web", "4 finding-opened /pool/web",
      ])
    #expect(
      try words(log(pool) { ($0.since, $0.until) = (.number(1), .number(3)) }) == [
        "3 pool-unavailable /pool", "3 scan-partial -", "2 grew /pool/web",
      ])
    #expect(try log(pool) { $0.since = .before(Moment(milliseconds: 5)) } == log(pool))
    #expect(throws: StoreFault.unknownScan("9")) { try log(pool) { $0.since = .number(9) } }
    #expect(try log(pool) { $0.directory = "/poo" } == [])
    #expect(try log(pool) { $0.directory = "/pool" }.count == 10)
    #expect(throws: StoreFault.unknownPool("x")) { try log(pool) { $0.pool = "x" } }
    #expect(try log(pool) { $0.pool = "pool" }.count == 12)
    // A machine, its disk, and what that stood on.
    #expect(try log(pool) { $0.machine = "web" }.count == 13)
    #expect(throws: StoreFault.unknownDomain("mail", scan: 5)) {
      try log(pool) { $0.machine = "mail" }
    }
  }

  @Test(arguments: ["grew:x", "grew:-1%", "moved:20%", "in-use:1", "blew", ""])
  func `what is no event is refused`(word: String) {
    #expect(EventCriterion(word) == nil)
  }

  /// What a comparison says of an image, in the words of `log`.
  private static let words: [ImageChange.Kind: Set<Event.Kind>] = [
    .added: [.appeared, .returned], .removed: [.vanished, .replaced], .moved: [.moved],
    .changed: [.changed], .replaced: [.appeared, .returned],
  ]

  private func checkAgreement(_ pool: ScriptedPool, seed: UInt64) throws {
    let nights = try pool.view().scans().map(\.number)
    let doubts = try pool.view().reading { try $0.untoldScans() }
    for (older, newer) in zip(nights, nights.dropFirst()) {
      // What opened in a night that is forgotten, and is in doubt since, opened; of the later night it is not told.
      let isTold = { (event: Event) in
        guard event.kind == .findingOpened, let kind = event.finding?.kind else { return true }
        return doubts[kind]?.contains(newer) != true
      }
      let diff = try pool.view().diff(from: .number(older), to: .number(newer))
      let events = try log(pool) { ($0.since, $0.until) = (.number(older), .number(newer)) }
      let ofImages = Dictionary(
        grouping: events.filter { $0.finding == nil && $0.imageID != nil }, by: { $0.imageID ?? 0 })
      for change in diff.changes {
        let own = ofImages[change.imageID] ?? []
        let kinds = Self.words[change.kind] ?? []
        #expect(
          change.kind == .changed ? !own.isEmpty : own.contains { kinds.contains($0.kind) },
          "seed \(seed), \(older) to \(newer): \(change) is \(own)")
        #expect(own.flatMap(\.fields).map(\.key).sorted() == change.fields.map(\.key).sorted())
        #expect(Set(own.flatMap(\.fields)) == Set(change.fields), "seed \(seed), \(newer)")
      }
      // Who lost its place to another is told by that one in a comparison.
      let told = Set(diff.changes.map(\.imageID))
      for (image, own) in ofImages where !told.contains(image) {
        #expect(own.map(\.kind) == [.replaced], "seed \(seed), \(older) to \(newer): \(own)")
      }
      for (kind, findings) in [
        (Event.Kind.findingOpened, diff.opened), (.findingClosed, diff.closed),
      ] {
        #expect(
          events.filter { $0.kind == kind && isTold($0) }.compactMap { $0.finding?.kind.rawValue }
            .sorted()
            == findings.map(\.kind.rawValue).sorted(), "seed \(seed), \(older) to \(newer)")
      }
    }
  }

  @Test(arguments: Seeds.first(3))
  func `it says what comparisons of each two nights say, also after a prune`(seed: UInt64) throws {
    let pool = try RandomHistory(seed: seed).pool
    try checkAgreement(pool, seed: seed)
    var policy = RetentionPolicy()
    policy.weekly = 4
    policy.last = 3
    _ = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
      .prune(keeping: policy, isDryRun: false)
    try checkAgreement(pool, seed: seed)
  }

  @Test(arguments: [7, 8, 9] as [UInt64])
  func `of one image it is the history, and reversed it is itself`(seed: UInt64) throws {
    let pool = try RandomHistory(seed: seed).pool
    let all = try log(pool)
    #expect(try log(pool, oldestFirst: true) == all.reversed())
    #expect(try log(pool, limit: 7) == Array(all.prefix(7)))
    #expect(try log(pool, limit: 7, oldestFirst: true) == all.prefix(7).reversed())
    let view = try pool.view()
    for image in Set(all.compactMap(\.imageID)) {
      let own = try view.log(of: .number(image), EventFilter())
      let ofAll = all.filter { $0.imageID == image }
      for (one, other) in zip(own, ofAll) where one != other {
        Issue.record("seed \(seed), image \(image): \(one) and \(other)")
        break
      }
      #expect(words(own) == words(ofAll), "seed \(seed), image \(image)")
    }
  }
}
