import Model
import Query
import ScriptedNights
import Testing

/// What a scan says of links whose targets the host could not be asked for.
@Suite struct LinkFaultTests {
  @Test func `a link that could not be asked for keeps what it was, and the scan is partial`()
    throws
  {
    let pool = try ScriptedPool()
    pool.outside = ["/other/base"]
    try pool.scan([pool.image("a", backing: "/other/base")])
    #expect(try pool.findings() == ["backing-outside-pools a"])
    pool.outside = []
    pool.failing = ["/other/base"]
    let night = try pool.scan()
    #expect(night.scan.state == .partial)
    #expect(night.problems.map(\.filename) == ["/other/base"])
    #expect(night.problems.map(\.message) == ["cannot be read: input/output error"])
    #expect(night.pools.map(\.state) == [.partial])
    #expect(try pool.findings() == ["backing-outside-pools a"])
    pool.failing = []
    #expect(try pool.scan().scan.state == .complete)
    #expect(try pool.findings() == ["backing-missing a"])
  }

  @Test func `a first scan calls nothing missing that it could not ask for`() throws {
    let pool = try ScriptedPool()
    pool.failing = ["/other/base"]
    let night = try pool.scan([
      pool.image("a", backing: "/other/base"), pool.image("b", backing: "/other/base"),
      pool.image("c", backing: "/other/gone"),
    ])
    #expect(night.scan.state == .partial)
    #expect(night.problems.map(\.filename) == ["/other/base"])
    #expect(try pool.findings() == ["backing-missing c"])
    #expect(try pool.view().scans().map(\.state) == [.partial])
    pool.failing = []
    try pool.scan()
    #expect(try pool.findings() == ["backing-missing a", "backing-missing b", "backing-missing c"])
  }
}
