import Model
import Query
import ScriptedNights
import Testing

/// Pools on file systems that other hosts may use, and of which nobody says who does.
@Suite struct SharedPoolTests {
  private static let why =
    "'/pool/x' is on nfs; others may use it: name them with viewers, or say exclusive"

  private func orphans(
    _ pool: ScriptedPool, _ when: When = .latest(back: 0), all: Bool = true
  ) throws -> [Orphan] {
    try pool.view(when).orphans(all: all, olderThanMilliseconds: nil)
  }

  @Test func `nothing is an orphan, and the evidence says why, until somebody speaks`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("idle.qcow2")], domains: [], sharedOn: "nfs")
    for _ in 0..<3 { try pool.scan(domains: [], sharedOn: "nfs") }
    #expect(try pool.findings().isEmpty)
    #expect(try orphans(pool, all: false).isEmpty)
    let orphan = try #require(try orphans(pool).first)
    #expect(orphan.verdict == .unknown)
    #expect(orphan.evidence.contains(Self.why))
    // Nights on which nobody spoke prove nothing; two others do.
    try pool.scan(domains: [])
    #expect(try orphans(pool).map(\.verdict) == [.unknown])
    try pool.scan(domains: [])
    #expect(try orphans(pool).map(\.verdict) == [.orphan])
    #expect(try pool.findings() == ["orphan idle.qcow2"])
  }

  @Test func `a night for which nobody spoke takes orphans back, and older nights keep theirs`()
    throws
  {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("idle.qcow2")], domains: [])
    try pool.scan(domains: [])
    #expect(try orphans(pool).map(\.verdict) == [.orphan])
    try pool.scan(domains: [], sharedOn: "nfs")
    #expect(try orphans(pool).map(\.verdict) == [.unknown])
    #expect(try pool.findings().isEmpty)
    #expect(try orphans(pool, .number(2)).map(\.verdict) == [.orphan])
    try pool.scan(domains: [])
    #expect(try orphans(pool, .number(3)).map(\.verdict) == [.unknown])
    #expect(try orphans(pool, .number(3)).first?.evidence.contains(Self.why) == true)
    #expect(try orphans(pool, .number(2)).map(\.verdict) == [.orphan])
  }

  @Test(arguments: ["nfs", nil])
  func `without domains an image that lost its overlay is not called unused either`(
    type: String?
  ) throws {
    let pool = try ScriptedPool()
    try pool.scan(
      [pool.image("base.qcow2"), pool.image("top.qcow2", backing: "base.qcow2")], sharedOn: type)
    try pool.scan(gone: ["top.qcow2"], sharedOn: type)
    try pool.scan(sharedOn: type)
    let isShared = type != nil
    #expect(try orphans(pool, all: false).map(\.verdict) == (isShared ? [] : [.orphan]))
    let all = try orphans(pool)
    #expect(all.map(\.verdict) == [isShared ? .unknown : .orphan])
    #expect(all.first?.evidence.contains(Self.why) == isShared)
  }

  @Test func `a scan that did not walk the pool knows of it what the one before did`() throws {
    let pool = try ScriptedPool()
    try pool.scan(
      [pool.image("base.qcow2"), pool.image("top.qcow2", backing: "base.qcow2")], sharedOn: "nfs")
    try pool.scan(gone: ["top.qcow2"], sharedOn: "nfs")
    for _ in 0..<3 { try pool.scan(isWalked: false) }
    #expect(try orphans(pool).map(\.verdict) == [.unknown])
    for _ in 0..<2 { try pool.scan(state: .unavailable) }
    #expect(try orphans(pool).map(\.verdict) == [.unknown])
    for _ in 0..<2 { try pool.scan() }
    #expect(try orphans(pool).map(\.verdict) == [.orphan])
  }
}
