import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing
import Workflow

@Suite struct LastGoodTests {
  @Test func `a machine that was away was last seen right before it went`() throws {
    let pool = try ScriptedPool()
    let other = ScriptedPool.machine("other", disk: "b")
    let machine = ScriptedPool.machine("m", disk: "a")
    try pool.scan([pool.image("a"), pool.image("b")], domains: [machine, other])
    try pool.scan(domains: [machine, other])
    try pool.scan(domains: [other])
    try pool.scan(gone: ["a"], domains: [other])
    try pool.scan(domains: [machine, other])
    let missing = try #require(
      try pool.view().findings(kinds: [.domainImageMissing], pool: nil, since: nil).first)
    #expect(missing.since.scan == 5 && missing.lastGood?.scan == 2)
  }

  @Test func `what was settled is not told as closed by the scan after`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base", inode: 1), pool.image("top", backing: "base")])
    pool.contents = [1: 1]
    try pool.scan([pool.image("top", backing: "base")])
    pool.contents = [1: 2]
    try pool.scan([pool.image("base", inode: 1) { $0.virtualSize = 2 << 20 }])
    #expect(try pool.findings() == ["base-modified base"])
    let found = try pool.view().findings(kinds: [], pool: nil, since: nil)
    let writer = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
    let speech = Speech(
      .settle, images: [], kinds: [], pool: nil, by: "w", at: Moment(milliseconds: 1))
    try writer.write(speech, about: [1], after: 3)
    #expect(try pool.findings() == [])
    let next = try pool.scan()
    #expect(found.count == 1 && next.openFindings == 0 && next.closedFindings == 0)
  }
}
