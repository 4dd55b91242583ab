import DiskImage
import Model
import Query
import Rules
import ScriptedNights
import Testing

/// What a page about one night is made of.
@Suite struct OverviewTests {
  @Test func `a pool grows by what comes and shrinks by what goes`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("a.qcow2"), pool.image("b.qcow2")])
    try pool.scan([pool.image("c.qcow2")])
    try pool.scan(gone: ["a.qcow2", "b.qcow2"])
    let growth = try #require(try pool.view().overview().growth.first)
    #expect(growth.path == ScriptedPool.root)
    #expect(growth.points.map(\.point.scan) == [1, 2, 3])
    #expect(growth.points.map(\.images) == [2, 3, 1])
    #expect(growth.points.map(\.actualSize) == [393_216, 589_824, 196_608])
  }

  @Test func `the growth as of a scan ends there`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("a.qcow2")])
    try pool.scan([pool.image("b.qcow2")])
    let growth = try #require(try pool.view(.number(1)).overview().growth.first)
    #expect(growth.points.map(\.images) == [1])
  }

  @Test func `an image with two names counts once, also while one of them is there`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("a.qcow2", inode: 7)])
    try pool.scan([pool.image("a.qcow2", inode: 7), pool.image("b.qcow2", inode: 7)])
    try pool.scan(gone: ["a.qcow2"])
    let growth = try #require(try pool.view().overview().growth.first)
    #expect(growth.points.map(\.images) == [1, 1, 1])
    #expect(growth.points.map(\.actualSize) == [196_608, 196_608, 196_608])
  }

  @Test func `the sums of the last scan are those of pools`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("a.qcow2"), pool.image("b.qcow2", inode: 9)])
    try pool.scan([pool.image("b.qcow2", inode: 9), pool.image("c.qcow2", inode: 9)])
    let overview = try pool.view().overview()
    #expect(overview.growth.first?.points.last?.actualSize == overview.pools.first?.actualSize)
  }

  @Test func `chains are listed by their topmost images, the longest first`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.image("base.qcow2"), pool.image("mid.qcow2", backing: "base.qcow2"),
      pool.image("top.qcow2", backing: "mid.qcow2"),
      pool.image("side.qcow2", backing: "base.qcow2"), pool.image("alone.qcow2"),
      pool.image("one.qcow2", backing: "two.qcow2"), pool.image("two.qcow2", backing: "one.qcow2"),
    ])
    let chains = try pool.view().overview().longestChains
    #expect(chains.map(\.top) == ["/pool/top.qcow2", "/pool/side.qcow2"])
    #expect(chains.map(\.length) == [3, 2])
    #expect(chains.first?.actualSize == 589_824)
  }

  @Test func `overlays of one missing base are one group with all that hangs on it, and one chain`()
    throws
  {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.image("a.qcow2", backing: "gone.qcow2"), pool.image("b.qcow2", backing: "gone.qcow2"),
      pool.image("b1.qcow2", backing: "b.qcow2"), pool.image("c.qcow2", backing: "lost.qcow2"),
    ])
    let groups = try pool.view().overview().groups
    #expect(groups.map(\.kind) == [.backingMissing, .backingMissing])
    #expect(groups.map(\.target) == ["/pool/gone.qcow2", "/pool/lost.qcow2"])
    #expect(groups.map(\.findings.count) == [2, 1])
    #expect(groups.map(\.images.count) == [3, 1])
    #expect(groups.first?.example == [.image("/pool/a.qcow2", id: 1)])
    #expect(groups.allSatisfy { $0.picture == nil && $0.number != nil })
  }

  @Test func `nights have what was wrong in each, and what closed is told with its end`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base.qcow2"), pool.image("a.qcow2", backing: "base.qcow2")])
    try pool.scan(gone: ["base.qcow2"])
    try pool.scan([pool.image("base.qcow2")])
    let overview = try pool.view().overview()
    #expect(overview.nights.map(\.night.scan) == [1, 2, 3])
    #expect(overview.nights.map(\.errors) == [0, 1, 0])
    #expect(overview.nights.map(\.actualSize) == [393_216, 196_608, 393_216])
    let lost = overview.recent.filter { $0.kind == .backingMissing }
    #expect(lost.map(\.since.scan) == [2] && lost.map { $0.closed?.scan } == [3])
    #expect(try pool.view(.number(2)).overview().nights.map(\.errors) == [0, 1])
    #expect(overview.status?.images == 2)
  }

  @Test func `every cycle is a group of its own`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.image("a.qcow2", backing: "b.qcow2"), pool.image("b.qcow2", backing: "a.qcow2"),
      pool.image("c.qcow2", backing: "d.qcow2"), pool.image("d.qcow2", backing: "c.qcow2"),
    ])
    let groups = try pool.view().overview().groups
    #expect(groups.map(\.kind) == [.backingLoop, .backingLoop])
    #expect(groups.map(\.findings.count) == [2, 2])
    #expect(groups.first?.picture?.edges.map(\.isLoop) == [true, true])
  }

  @Test func `the first scan has nothing to compare with, the second only the first`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("a.qcow2")])
    #expect(try pool.view().overview().sinceLastScan == nil)
    try pool.scan([pool.image("b.qcow2")])
    let second = try pool.view().overview()
    #expect(second.sinceLastScan?.changes.map(\.filename) == ["/pool/b.qcow2"])
    #expect(second.sinceLastWeek == nil)
  }

  @Test func `a week is seven days, as far as there are`() throws {
    let pool = try ScriptedPool()
    for night in 1...10 { try pool.scan([pool.image("\(night).qcow2")]) }
    // A night is a day long in a scripted pool.
    #expect(try pool.view().overview().sinceLastWeek?.from.scan == 3)
    #expect(try pool.view(.number(5)).overview().sinceLastWeek?.from.scan == 1)
  }
}

@Suite struct GraphQuestionTests {
  private func pool() throws -> ScriptedPool {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.image("base.qcow2"), pool.image("mid.qcow2", backing: "base.qcow2"),
      pool.image("top.qcow2", backing: "mid.qcow2"),
      pool.image("side.qcow2", backing: "base.qcow2"),
      pool.image("lost.qcow2", backing: "gone.qcow2"), pool.image("alone.qcow2"),
    ])
    return pool
  }

  @Test func `around an image is everything under it and on it, and nothing beside it`() throws {
    let graph = try pool().view().graph(.path("/pool/mid.qcow2"))
    #expect(graph.nodes.map(\.name) == ["/pool/base.qcow2", "/pool/mid.qcow2", "/pool/top.qcow2"])
    #expect(graph.edges.map(\.holder) == [1, 2])
    #expect(graph.edges.map(\.target) == [0, 1])
    #expect(graph.edges.map(\.format) == ["qcow2", "qcow2"])
  }

  @Test func `the whole graph leaves out what has to do with nothing`() throws {
    let graph = try pool().view().graph(nil)
    #expect(
      graph.nodes.map(\.name) == [
        "/pool/base.qcow2", "/pool/lost.qcow2", "/pool/mid.qcow2", "/pool/side.qcow2",
        "/pool/top.qcow2", "/pool/gone.qcow2",
      ])
    #expect(graph.edges.filter(\.isBroken).map(\.holder) == [1])
  }

  @Test func `a graph as of a scan is that of the scan`() throws {
    let pool = try pool()
    let before = try pool.view().graph(nil)
    try pool.scan(gone: ["base.qcow2"])
    #expect(try pool.view(.number(1)).graph(nil) == before)
    let now = try pool.view().graph(.path("/pool/mid.qcow2"))
    #expect(now.nodes.map(\.kind).last == .place(.missing))
  }
}
