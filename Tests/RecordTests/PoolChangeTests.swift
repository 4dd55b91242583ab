import Database
import Model
import Query
import Record
import Rules
import ScriptedNights
import Testing

/// Pools that somebody lets go of, calls otherwise or moves: what ends, what stays, and what is said of the nights
/// before.
@Suite struct PoolChangeTests {
  /// Two pools; an overlay of the second stands on an image of the first.
  private func host() throws -> ScriptedHost {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/base")
    host.put("/srv/a/top", on: "base")
    host.put("/srv/a/lost", on: "gone")
    host.put("/srv/b/over", on: "/srv/a/base")
    try host.scan()
    return host
  }

  private func names(_ host: ScriptedHost, at when: When = .latest(back: 0)) throws -> [String] {
    try host.view(when).pools().map { "\($0.outcome.name) \($0.outcome.path.displayText)" }
  }

  private let second = ScriptedHost.Look { $0.pools = ["/srv/b"] }

  // MARK: Letting go

  @Test func `what would go is told, and a dry run lets go of nothing`() throws {
    let host = try host()
    let told = try host.writer().forgetPool("a", isDryRun: true)
    #expect(told.name == "a" && told.path == "/srv/a" && told.isDryRun)
    #expect(told.images == 3 && told.findings == 1)
    try host.scan(second)
    #expect(try host.stands().count == 4)
    #expect(try host.findings() == ["backing-missing lost"])
  }

  @Test(arguments: ["a", "/srv/a"])
  func `the next scan that is not asked for it ends what stands in it`(word: String) throws {
    let host = try host()
    _ = try host.writer().forgetPool(word, isDryRun: false)
    // Until then all is as it was.
    #expect(try host.stands().count == 4)
    let night = try host.scan(second)
    #expect(try host.stands().keys.sorted() == ["/srv/b/over"])
    #expect(night.scan.counts.removed == 3 && night.scan.counts.images == 1)
    // Its files are still there, and no pool covers them.
    #expect(try host.links() == ["over 0 outside-pools -"])
    #expect(try host.findings() == ["backing-outside-pools over"])
    #expect(try names(host) == ["b /srv/b"])
    #expect(try host.defects() == [])
  }

  @Test func `scans before it answer as they did`() throws {
    let host = try host()
    _ = try host.writer().forgetPool("a", isDryRun: false)
    try host.scan(second)
    #expect(try names(host, at: .number(1)) == ["a /srv/a", "b /srv/b"])
    #expect(try host.view(.number(1)).chain(.path("/srv/b/over")).count == 2)
    #expect(try host.view(.number(2)).chain(.path("/srv/b/over")).count == 1)
    let lost = try host.view(.number(1)).findings(kinds: [], pool: nil, since: nil)
    #expect(lost.map(\.kind) == [.backingMissing])
  }

  @Test func `a scan that is asked for it knows it again, image by image`() throws {
    let host = try host()
    let before = try host.stands()
    _ = try host.writer().forgetPool("a", isDryRun: false)
    try host.scan()
    #expect(try host.stands() == before)
    #expect(try names(host) == ["a /srv/a", "b /srv/b"])
    // Also after one that had ended it.
    _ = try host.writer().forgetPool("a", isDryRun: false)
    try host.scan(second)
    try host.scan()
    #expect(try host.stands() == before)
    #expect(try host.links().contains("over 0 ok base"))
    #expect(try host.defects() == [])
  }

  @Test func `what is no pool, and what several are, is nobody's`() throws {
    let host = try host()
    #expect(throws: StoreFault.unknownPool("c")) {
      try host.writer().forgetPool("c", isDryRun: false)
    }
    host.pools["/srv/b"] = "a"
    try host.scan()
    #expect(throws: StoreFault.ambiguousPool("a")) {
      try host.writer().forgetPool("a", isDryRun: false)
    }
    let told = try host.writer().forgetPool("/srv/b", isDryRun: false)
    #expect(told.path == "/srv/b" && told.images == 1)
    // Who was let go of has no name any more.
    #expect(throws: StoreFault.unknownPool("/srv/b")) {
      try host.writer().forgetPool("/srv/b", isDryRun: false)
    }
    #expect(try host.writer().forgetPool("a", isDryRun: true).path == "/srv/a")
  }

  @Test func `what could not be looked at in it is no problem any more`() throws {
    let host = try host()
    try host.scan(.init { $0.hidden = ["/srv/a"] })
    let open = "SELECT CAST(path AS TEXT), until_scan FROM problem ORDER BY 1"
    #expect(try host.lines(open) == ["/srv/a -"])
    _ = try host.writer().forgetPool("a", isDryRun: false)
    try host.scan(second)
    #expect(try host.lines(open) == ["/srv/a 3"])
  }

  @Test func `what moved into another pool before it went is there`() throws {
    let host = try host()
    let image = try host.stands()["/srv/a/base"]
    _ = try host.writer().forgetPool("a", isDryRun: false)
    host.move("/srv/a/base", to: "/srv/b/base")
    let night = try host.scan(second)
    #expect(try host.stands()["/srv/b/base"] == image)
    #expect(night.scan.counts.moved == 1 && night.scan.counts.removed == 2)
  }

  @Test func `a pool inside of it stays, and a directory of it that became a pool is seen there`()
    throws
  {
    let host = try ScriptedHost("/srv/a", "/srv/a/in")
    host.put("/srv/a/one")
    host.put("/srv/a/in/two")
    host.put("/srv/a/sub/three")
    try host.scan()
    _ = try host.writer().forgetPool("a", isDryRun: false)
    host.pools["/srv/a/sub"] = "sub"
    try host.scan(.init { $0.pools = ["/srv/a/in", "/srv/a/sub"] })
    #expect(try host.stands().keys.sorted() == ["/srv/a/in/two", "/srv/a/sub/three"])
    #expect(try host.defects() == [])
  }

  // MARK: Another name

  @Test func `a pool that is called otherwise is so from the last scan on`() throws {
    let host = try host()
    try host.scan()
    let told = try host.writer().renamePool("a", to: "old")
    #expect(told.name == "old" && told.previousName == "a" && told.images == nil)
    #expect(try names(host) == ["old /srv/a", "b /srv/b"])
    #expect(try names(host, at: .number(1)) == ["a /srv/a", "b /srv/b"])
    host.pools["/srv/a"] = "old"
    let night = try host.scan()
    #expect(night.scan.counts.moved == 0 && night.scan.counts.unchanged == 4)
    #expect(try names(host, at: .number(2)) == ["old /srv/a", "b /srv/b"])
    #expect(try host.defects() == [])
  }

  @Test func `a scan that calls it as before calls it so again`() throws {
    let host = try host()
    _ = try host.writer().renamePool("a", to: "old")
    try host.scan()
    #expect(try names(host) == ["a /srv/a", "b /srv/b"])
    #expect(try names(host, at: .number(1)) == ["old /srv/a", "b /srv/b"])
  }

  @Test func `a name that another pool has is taken, and its own is no change`() throws {
    let host = try host()
    #expect(throws: StoreFault.poolNameTaken("b")) { try host.writer().renamePool("a", to: "b") }
    let told = try host.writer().renamePool("a", to: "a")
    #expect(told.previousName == "a")
    #expect(try host.number("SELECT count(*) FROM former_pool") == 0)
    // Of one that was let go of it is free.
    _ = try host.writer().forgetPool("b", isDryRun: false)
    #expect(try host.writer().renamePool("a", to: "b").name == "b")
  }

  @Test func `an image of two pools is at home in the one with the first name`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/one")
    host.link("/srv/a/one", as: "/srv/b/other")
    try host.scan()
    let homes = """
      SELECT pool.name, home_images FROM holding JOIN pool ON pool.id = pool
      WHERE holding.until_scan IS NULL ORDER BY pool.id
      """
    #expect(try host.lines(homes) == ["a 1", "b 0"])
    _ = try host.writer().renamePool("a", to: "c")
    host.pools["/srv/a"] = "c"
    try host.scan()
    #expect(try host.lines(homes) == ["c 0", "b 1"])
    #expect(try host.defects() == [])
  }

  // MARK: Another directory

  @Test func `a pool whose directory was renamed is the same, and nothing in it moved`() throws {
    let host = try host()
    let before = try host.stands()
    host.moveDirectory("/srv/a", to: "/srv/new")
    host.rebase("/srv/b/over", on: "/srv/new/base")
    host.pools = ["/srv/new": "a", "/srv/b": "b"]
    host.formerPaths = ["/srv/new": "/srv/a"]
    let night = try host.scan()
    #expect(night.scan.counts.moved == 0 && night.scan.counts.added == 0)
    #expect(night.scan.counts.removed == 0)
    #expect(try host.stands()["/srv/new/base"] == before["/srv/a/base"])
    #expect(try names(host) == ["b /srv/b", "a /srv/new"])
    #expect(try names(host, at: .number(1)) == ["a /srv/a", "b /srv/b"])
    #expect(try host.links() == ["lost 0 missing -", "over 0 ok base", "top 0 ok base"])
    #expect(try host.defects() == [])
  }

  @Test func `a pool that nobody says is the same is another one`() throws {
    let host = try host()
    host.moveDirectory("/srv/a", to: "/srv/new")
    host.pools = ["/srv/new": "new", "/srv/b": "b"]
    let night = try host.scan()
    #expect(night.scan.counts.moved == 3)
    #expect(try names(host) == ["a /srv/a", "b /srv/b", "new /srv/new"])
    #expect(try host.defects() == [])
  }
}
