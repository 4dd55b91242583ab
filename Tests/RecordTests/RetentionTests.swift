import Database
import DiskImage
import Foundation
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing
import Workflow

/// Which scans a policy keeps of a database, and what of the others has to be remembered for those.
@Suite struct RetentionTests {
  private static func policy(
    last: Int = 0, daily: Int = 0, weekly: Int = 0, monthly: Int = 0
  ) -> RetentionPolicy {
    var policy = RetentionPolicy()
    (policy.last, policy.daily) = (last, daily)
    (policy.weekly, policy.monthly) = (weekly, monthly)
    return policy
  }

  private func prune(
    _ database: some ScriptedDatabase, _ policy: RetentionPolicy,
    awaiting unsent: UnsentScans? = nil,
    now: Int64 = 0
  ) throws -> PruneResult {
    try database.writer().prune(
      keeping: policy, awaiting: unsent, now: Moment(milliseconds: now), isDryRun: false)
  }

  private func kept(_ database: some ScriptedDatabase) throws -> [Int64] {
    try database.view().scans().map(\.number)
  }

  // MARK: Which scans

  /// Eight scans on the 2nd, 3rd, 4th (a Sunday), 11th (a Sunday) and 12th of January, the 10th and 11th of February
  /// and the 17th of March.
  private static let nights: [Int64] = [1, 2, 3, 10, 11, 40, 41, 75]

  private static let calendar = Result {
    let pool = try ScriptedPool()
    var before: Int64 = 0
    for night in nights {
      pool.sleep(nights: night - before - 1)
      try pool.scan([pool.image("n\(night)", inode: UInt64(night))])
      before = night
    }
    return try pool.whole()
  }

  @Test(
    arguments: [
      (policy(), [8]), (policy(last: 1), [8]), (policy(last: 3), [6, 7, 8]),
      (policy(last: 99), [1, 2, 3, 4, 5, 6, 7, 8]), (policy(daily: 1), [8]),
      (policy(daily: 3), [6, 7, 8]), (policy(weekly: 1), [8]), (policy(weekly: 2), [7, 8]),
      (policy(weekly: 4), [4, 5, 7, 8]), (policy(weekly: 9), [3, 4, 5, 7, 8]),
      (policy(monthly: 2), [7, 8]), (policy(monthly: 3), [5, 7, 8]),
      (policy(monthly: 12), [5, 7, 8]),
      (policy(last: 2, monthly: 3), [5, 7, 8]), (policy(daily: 2, weekly: 4), [4, 5, 7, 8]),
      (policy(last: 3, weekly: 4), [4, 5, 6, 7, 8]),
      (policy(last: 1, daily: 4, weekly: 9, monthly: 2), [3, 4, 5, 6, 7, 8]),
    ] as [(RetentionPolicy, [Int64])])
  func `what any of the rules keeps is kept, and nothing else`(
    policy: RetentionPolicy, scans: [Int64]
  ) throws {
    let pool = try ScriptedPool(holding: Self.calendar.get())
    let result = try prune(pool, policy)
    #expect(result.kept.map(\.scan) == scans)
    #expect(result.forgotten.map(\.scan) == (1...8).filter { !scans.contains($0) })
    #expect(try kept(pool) == scans)
    #expect(try pool.defects() == [])
    #expect(try pool.stands().count == 8)
  }

  @Test func `two scans of one day are one day, and the later stands for it`() throws {
    let pool = try ScriptedPool()
    for night in 1...3 { try pool.scan([pool.image("n\(night)")]) }
    try pool.sqlite("UPDATE scan SET started = 86400000, finished = 86400000 + id WHERE id < 3")
    #expect(try prune(pool, Self.policy(daily: 2)).kept.map(\.scan) == [2, 3])
  }

  // MARK: Scans that a centre waits for

  private func send(_ pool: ScriptedPool, scan: Int64) throws {
    let rows = try pool.rows("SELECT hex(token) FROM scan WHERE id = \(scan)")
    guard case .text(let text) = rows[0][0] else { return }
    let token = try #require(ScanToken(hexadecimal: text))
    #expect(try pool.writer().note(sent: token, to: "centre", now: Moment(milliseconds: 5)) == scan)
  }

  /// The scans that wait, by the age to which they may come: the last is of day 75, and now is day 80.
  @Test(
    arguments: [
      (nil, "1d", [8]), (nil, "40d", [6, 7, 8]), (nil, "99w", [1, 2, 3, 4, 5, 6, 7, 8]),
      (6, "99w", [6, 7, 8]), (6, "1d", [8]), (8, "99w", [8]), (7, "10d", [7, 8]),
      (3, "40d", [6, 7, 8]),
    ] as [(Int64?, String, [Int64])])
  func `what a centre does not have is kept for a while, with the last that it has`(
    sent: Int64?, age: String, scans: [Int64]
  ) throws {
    let pool = try ScriptedPool(holding: Self.calendar.get())
    if let sent { try send(pool, scan: sent) }
    let unsent = UnsentScans(destination: "centre", limit: try #require(Age(age)))
    _ = try prune(pool, Self.policy(last: 1), awaiting: unsent, now: 80 * 86_400_000)
    #expect(try kept(pool) == scans)
    #expect(try pool.defects() == [])
  }

  @Test func `what one centre has, another does not have, nor has a copy that goes its own way`()
    throws
  {
    let pool = try ScriptedPool(holding: Self.calendar.get())
    try send(pool, scan: 8)
    let other = UnsentScans(destination: "other", limit: try #require(Age("99w")))
    #expect(try prune(pool, Self.policy(last: 1), awaiting: other).kept.count == 8)
    #expect(try pool.number("SELECT generation FROM identity") == 1)
    try pool.writer().beginGeneration()
    #expect(try pool.number("SELECT generation FROM identity") == 2)
    #expect(try pool.number("SELECT count(*) FROM sent") == 0)
    let centre = UnsentScans(destination: "centre", limit: try #require(Age("99w")))
    #expect(try prune(pool, Self.policy(last: 1), awaiting: centre).kept.count == 8)
  }

  @Test func `a token of no scan says nothing`() throws {
    let pool = try ScriptedPool(holding: Self.calendar.get())
    let token = try #require(ScanToken(Array(repeating: 7, count: 16)))
    #expect {
      try pool.writer().note(sent: token, to: "centre", now: Moment(milliseconds: 5))
    } throws: { fault in
      guard case StoreFault.nothingMeant(let text)? = fault as? StoreFault else { return false }
      return text.contains(token.text)
    }
    #expect(try pool.number("SELECT count(*) FROM sent") == 0)
  }

  // MARK: What is said of what is kept

  /// All that a night answers.
  private struct Answers: Equatable {
    var images: [Image] = []
    var chains: [[PathBytes]] = []
    var findings: [Finding] = []
    var pools: [PoolSummary] = []
    var machines: [String] = []

    init(_ view: InventoryView) throws {
      try view.images(format: nil, pool: nil, includingOther: true) { images.append($0) }
      chains = try images.map { try view.chain(.path($0.filename)).map(\.filename) }
      findings = try view.findings(kinds: [], pool: nil, since: nil)
      pools = try view.pools()
      machines = try view.machines().map { "\($0)" }
    }
  }

  @Test(arguments: Seeds.first(2))
  func `no answer about a scan that is kept changes`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let pool = try RandomHistory(seed: seed, nights: 14).pool
    var policy = Self.policy(last: Int.random(in: 1...4, using: &numbers))
    policy.weekly = Int.random(in: 0...2, using: &numbers)
    let scans = try pool.view().scans().map(\.number)
    let left = policy.kept(
      of: try pool.view().scans().map { .init(scan: $0.number, time: $0.finished) })
    let before = try left.sorted().map { try Answers(pool.view(.number($0))) }
    let steps = zip(left.sorted(), left.sorted().dropFirst())
    let changes = try steps.map { try pool.view().diff(from: .number($0), to: .number($1)) }
    _ = try prune(pool, policy)
    for (scan, then) in zip(left.sorted(), before) {
      let now = try Answers(pool.view(.number(scan)))
      #expect(now.images == then.images, "seed \(seed), scan \(scan) of \(scans.count)")
      #expect(now.chains == then.chains, "seed \(seed), scan \(scan)")
      #expect(now.findings == then.findings, "seed \(seed), scan \(scan)")
      #expect(now.machines == then.machines, "seed \(seed), scan \(scan)")
      #expect(now.pools.map(\.outcome) == then.pools.map(\.outcome), "seed \(seed), scan \(scan)")
    }
    let after = try steps.map { try pool.view().diff(from: .number($0), to: .number($1)) }
    #expect(after == changes, "seed \(seed)")
    #expect(try pool.defects() == [], "seed \(seed)")
  }

  // MARK: What is remembered for it

  @Test func `a number that meant something never means another`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/a", on: "gone")
    try host.scan()
    try host.scan(.init { $0.hidden = ["/pool"] })
    host.remove("/pool/a")
    try host.scan()
    try host.scan()
    _ = try prune(host, Self.policy(last: 1))
    #expect(try host.lines("SELECT count(*) FROM image") == ["0"])
    #expect(try host.lines("SELECT count(*) FROM finding") == ["0"])
    host.put("/pool/b", on: "gone")
    try host.scan(.init { $0.pools = [] })
    try host.scan()
    try host.scan(.init { $0.hidden = ["/pool/none"] })
    #expect(try host.lines("SELECT id FROM image") == ["2"])
    #expect(try host.lines("SELECT id FROM finding") == ["2"])
    #expect(try host.lines("SELECT id FROM problem ORDER BY id DESC LIMIT 1") == ["2"])
    #expect(try host.lines("SELECT max(id) FROM scan") == ["7"])
  }

  @Test func `why a base is missed is told when the night on which it went is forgotten`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/base")
    host.put("/pool/top", on: "base")
    host.put("/pool/other", on: "base")
    try host.scan()
    host.move("/pool/base", to: "/pool/moved")
    try host.scan()
    host.remove("/pool/moved")
    for _ in 0..<3 { try host.scan() }
    let before = try host.view().findings(kinds: [], pool: nil, since: nil)
    _ = try prune(host, Self.policy(last: 1))
    let after = try host.view().findings(kinds: [], pool: nil, since: nil)
    #expect(after.map(\.message) == before.map(\.message))
    #expect(after.map(\.cause) == before.map(\.cause))
    #expect(after.map(\.lastGood) == before.map(\.lastGood))
    #expect(after.map(\.since.scan) == [2, 2])
    // And a base that is back is the one that it was.
    host.put("/pool/base")
    host.change("/pool/base") { $0.inode = 101 }
    try host.scan()
    #expect(try host.findings() == [])
    #expect(try host.defects() == [])
  }

  @Test func `what an overlay was made on is remembered, whichever nights are forgotten`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/base")
    host.contents = [host.files["/pool/base"]?.inode ?? 0: 1]
    host.put("/pool/top", on: "base")
    try host.scan()
    host.write("/pool/base", 2)
    for _ in 0..<4 { try host.scan() }
    #expect(try host.findings() == ["base-modified base"])
    _ = try prune(host, Self.policy(last: 1))
    try host.scan()
    #expect(try host.findings() == ["base-modified base"])
    host.write("/pool/base", 1)
    try host.scan()
    #expect(try host.findings() == [])
    #expect(try host.defects() == [])
  }

  @Test func `what a person settled can be taken back when the night is forgotten`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/base")
    host.contents = [host.files["/pool/base"]?.inode ?? 0: 1]
    host.put("/pool/top", on: "base")
    try host.scan()
    host.write("/pool/base", 2)
    try host.scan()
    var speech = Speech(
      .settle, images: [.path("/pool/base")], kinds: [], pool: nil, by: "ada",
      at: Moment(milliseconds: 1))
    _ = try host.writer().say(speech)
    for _ in 0..<3 { try host.scan() }
    _ = try prune(host, Self.policy(last: 1))
    #expect(try host.findings() == [])
    speech.isTakenBack = true
    _ = try host.writer().say(speech)
    try host.scan()
    #expect(try host.findings() == ["base-modified base"])
    #expect(try host.defects() == [])
  }

  @Test func `words end with what they are about, and what is kept is kept`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/lost", on: "gone")
    host.put("/pool/kept")
    try host.scan()
    for verb in [WordVerb.acknowledge, .keep] {
      _ = try host.writer().say(
        Speech(
          verb, images: [.path(verb == .keep ? "/pool/kept" : "/pool/lost")], kinds: [], pool: nil,
          by: "ada", at: Moment(milliseconds: 1)))
    }
    try host.scan()
    _ = try prune(host, Self.policy(last: 1))
    #expect(try host.lines("SELECT count(*) FROM acknowledgement") == ["1"])
    host.remove("/pool/lost")
    try host.scan()
    try host.scan()
    _ = try prune(host, Self.policy(last: 1))
    #expect(try host.lines("SELECT count(*) FROM acknowledgement") == ["0"])
    #expect(try host.lines("SELECT until_scan FROM keep") == ["-"])
    host.remove("/pool/kept")
    try host.scan()
    try host.scan()
    _ = try prune(host, Self.policy(last: 1))
    // It may come back.
    #expect(try host.lines("SELECT count(*) FROM keep") == ["1"])
    #expect(try host.defects() == [])
  }

  @Test func `of a pool that no scan asks for any more its last scan is kept`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/one")
    try host.scan()
    try host.scan(.init { $0.hidden = ["/srv/a"] })
    for _ in 0..<3 { try host.scan(.init { $0.pools = ["/srv/b"] }) }
    let before = try host.view().pools()
    _ = try prune(host, Self.policy(last: 1))
    #expect(try host.view().pools() == before)
    #expect(try host.lines("SELECT scan FROM pool_scan WHERE pool = 1") == ["1", "2"])
    #expect(try host.scan().scan.counts.images == 1)
  }

  @Test func `what a pool was called is remembered while a scan is kept that called it so`() throws
  {
    let host = try ScriptedHost("/srv/a")
    for name in ["one", "two", "three"] {
      host.pools["/srv/a"] = name
      try host.scan()
    }
    _ = try prune(host, Self.policy(last: 2))
    #expect(try host.view(.number(2)).pools().map(\.outcome.name) == ["two"])
    #expect(try host.lines("SELECT name FROM former_pool") == ["two"])
    _ = try prune(host, Self.policy(last: 1))
    #expect(try host.lines("SELECT count(*) FROM former_pool") == ["0"])
  }
}
