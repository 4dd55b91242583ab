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

/// What the configuration says of findings and images, as the scan writes it down, and what people say between scans.
@Suite struct PersonWordsTests {
  private func rule(
    _ kinds: Set<FindingKind> = [], named name: String, who: String = "/etc/b.toml",
    reason: String? = nil, ends: Moment? = nil, pool: String? = nil
  ) -> WordRule {
    WordRule(kinds: kinds, pool: pool, who: who, reason: reason, ends: ends) { path in
      path.name.elementsEqual(name.utf8)
    }
  }

  private func broken() throws -> ScriptedPool {
    let pool = try ScriptedPool()
    try pool.scan([pool.disk("a", on: "gone"), pool.disk("b", on: "gone", format: nil)])
    return pool
  }

  /// Who said what of which images: until which scan it held.
  private func said(_ pool: ScriptedPool) throws -> [String] {
    var lines: [String] = []
    try pool.view().rows(
      sql: """
        SELECT finding.kind || ' ' || CAST(place.name AS TEXT) || ' ' || said.from_scan || '-'
          || coalesce(said.until_scan, '') || coalesce(' ' || said.reason, '')
        FROM acknowledgement AS said JOIN finding ON finding.id = said.finding
        JOIN place ON place.image = finding.holder AND place.until_scan IS NULL ORDER BY 1
        """
    ) { if case .text(let line) = $0.cells[0] { lines.append(line) } }
    return lines
  }

  private func kept(_ pool: ScriptedPool) throws -> [String] {
    var lines: [String] = []
    try pool.view().rows(
      sql: """
        SELECT CAST(place.name AS TEXT) || ' ' || keep.from_scan || '-'
          || coalesce(keep.until_scan, '') || ' ' || keep.who
        FROM keep JOIN place ON place.image = keep.image AND place.until_scan IS NULL ORDER BY 1
        """
    ) { if case .text(let line) = $0.cells[0] { lines.append(line) } }
    return lines
  }

  // MARK: Rules of the configuration

  @Test func `a rule acknowledges what it describes, from the scan that read it`() throws {
    let pool = try broken()
    pool.acknowledged = [rule([.backingMissing], named: "a", reason: "known")]
    try pool.scan()
    #expect(try said(pool) == ["backing-missing a 2- known"])
    try pool.scan()
    #expect(try said(pool) == ["backing-missing a 2- known"])
  }

  @Test func `a rule of no kinds means all of an image, and one of a pool all of it there`() throws
  {
    let pool = try broken()
    pool.acknowledged = [rule(named: "b")]
    try pool.scan()
    #expect(try said(pool) == ["backing-format-unrecorded b 2-", "backing-missing b 2-"])
    pool.acknowledged = [rule(named: "b", pool: "pool")]
    try pool.scan()
    #expect(try said(pool).count == 2)
    pool.acknowledged = [rule(named: "b", pool: "other")]
    try pool.scan()
    #expect(try said(pool) == ["backing-format-unrecorded b 2-4", "backing-missing b 2-4"])
  }

  @Test func `a rule that is gone, or says it otherwise, ends what it said`() throws {
    let pool = try broken()
    pool.acknowledged = [rule([.backingMissing], named: "a", reason: "one")]
    try pool.scan()
    pool.acknowledged = [rule([.backingMissing], named: "a", reason: "two")]
    try pool.scan()
    pool.acknowledged = []
    try pool.scan()
    #expect(try said(pool) == ["backing-missing a 2-3 one", "backing-missing a 3-4 two"])
  }

  @Test func `of two rules the first has the word`() throws {
    let pool = try broken()
    pool.acknowledged = [
      rule([.backingMissing], named: "a", reason: "first"), rule(named: "a", reason: "second"),
    ]
    try pool.scan()
    #expect(try said(pool) == ["backing-missing a 2- first"])
  }

  @Test func `a rule whose day has come says nothing any more`() throws {
    let pool = try broken()
    // A scan of night N begins at day N.
    pool.acknowledged = [
      rule([.backingMissing], named: "a", ends: Moment(milliseconds: 3 * 86_400_000))
    ]
    try pool.scan()
    #expect(try said(pool) == ["backing-missing a 2-"])
    try pool.scan()
    #expect(try said(pool) == ["backing-missing a 2-3"])
  }

  @Test
  func `a finding that is another is acknowledged again, for a rule means findings in general`()
    throws
  {
    let pool = try broken()
    pool.acknowledged = [rule([.backingMissing], named: "a")]
    try pool.scan()
    try pool.scan([pool.disk("a", on: "elsewhere", at: 2)])
    #expect(try said(pool).contains("backing-missing a 3-"))
    #expect(try said(pool).count { $0.hasSuffix("-") } == 1)
  }

  @Test func `a rule keeps an image, and what is kept is no orphan`() throws {
    let pool = try ScriptedPool()
    pool.kept = [rule(named: "kept")]
    for night in 1...4 {
      try pool.scan(
        night == 1 ? [pool.disk("kept"), pool.disk("idle") { $0.virtualSize = 5 }] : [], domains: []
      )
    }
    #expect(try kept(pool) == ["kept 1- /etc/b.toml"])
    #expect(try pool.findings() == ["orphan idle"])
    pool.kept = []
    try pool.scan(domains: [])
    #expect(try kept(pool) == ["kept 1-5 /etc/b.toml"])
    #expect(try pool.findings() == ["orphan idle"])
    // Nobody has used it since nobody keeps it: the grace begins then.
    for _ in 0..<2 { try pool.scan(domains: []) }
    #expect(try pool.findings() == ["orphan idle", "orphan kept"])
  }

  // MARK: People

  private func speech(
    _ verb: WordVerb, _ image: String, reason: String? = nil, isTakenBack: Bool = false,
    said: Int64 = 86_500_000
  ) -> Speech {
    var speech = Speech(
      verb, images: [.path(PathBytes("/pool/\(image)".utf8))], kinds: [], pool: nil, by: "ada",
      at: Moment(milliseconds: said))
    speech.reason = reason
    speech.isTakenBack = isTakenBack
    return speech
  }

  @Test func `a person's word holds as of the last scan, and goes before a rule`() throws {
    let pool = try broken()
    let writer = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
    let words = try writer.say(speech(.acknowledge, "a", reason: "mine"))
    #expect(words.count == 1)
    #expect(try said(pool) == ["backing-missing a 1- mine"])
    pool.acknowledged = [rule(named: "a", reason: "the rule's")]
    try pool.scan()
    #expect(try said(pool) == ["backing-missing a 1- mine"])
  }

  @Test func `what is taken back after the same scan leaves no trace`() throws {
    let pool = try broken()
    let writer = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
    _ = try writer.say(speech(.acknowledge, "a"))
    _ = try writer.say(speech(.acknowledge, "a", isTakenBack: true))
    #expect(try said(pool) == [])
    _ = try writer.say(speech(.keep, "a"))
    #expect(try kept(pool) == ["a 1- ada"])
    try pool.scan()
    let later = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
    _ = try later.say(speech(.keep, "a", isTakenBack: true))
    #expect(try kept(pool) == ["a 1-2 ada"])
  }

  @Test func `what means nothing says nothing`() throws {
    let pool = try broken()
    let writer = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
    try pool.scan([pool.disk("fine")])
    #expect(throws: StoreFault.self) { try writer.say(speech(.acknowledge, "fine")) }
    #expect(throws: StoreFault.self) { try writer.say(speech(.settle, "a")) }
    #expect(try said(pool) == [])
  }
}
