import Database
import Model
import Query
import Rules
import ScriptedNights
import Sighting
import Testing

/// Every kind of finding, over nights: it opens, stays, closes, comes back, and does not open beside what it is about.
@Suite struct KindStoryTests {
  private func open(_ pool: ScriptedPool, _ story: KindStory, at when: When = .latest(back: 0))
    throws -> [Finding]
  {
    try pool.view(when).findings(kinds: [story.kind], pool: nil, since: nil)
      .filter { subject($0) == story.subject }
  }

  private func subject(_ finding: Finding) -> String {
    finding.domain ?? String(decoding: finding.filename?.name ?? [], as: UTF8.self)
  }

  @Test func `there is a story of every kind but those that need more nights`() {
    let told = Set(KindStory.all.map(\.kind)).union([.orphan, .massChange])
    #expect(told == Set(Rule.all.map(\.kind)))
    #expect(KindStory.all.count == told.count - 2)
  }

  @Test(arguments: KindStory.all)
  func `it opens, says what to do, stays, closes and comes back as another`(story: KindStory) throws
  {
    let pool = try ScriptedPool()
    try pool.live(story.well)
    try pool.live(story.ill)
    let first = try open(pool, story)
    #expect(first.map(\.message) == [story.message])
    #expect(first.map(\.since.scan) == [2])
    #expect(first.first?.severity == Rule[story.kind]?.severity)
    #expect(try besides(pool, story) == story.besides)
    // A night that did not look, and a quiet one.
    try pool.scan(state: .unavailable)
    try pool.sleep(after: story.ill)
    #expect(try open(pool, story).map(\.since.scan) == [2])
    try pool.live(story.healed ?? story.well)
    #expect(try open(pool, story).isEmpty)
    try pool.live(story.ill)
    #expect(try open(pool, story).map(\.since.scan) == [6])
    try checkHistory(pool, story, first)
  }

  /// What is open beside the finding that the story tells of.
  private func besides(_ pool: ScriptedPool, _ story: KindStory) throws -> [String] {
    try pool.view().findings(kinds: [], pool: nil, since: nil)
      .filter { $0.kind != .orphan }
      .map { "\($0.kind.rawValue) \(subject($0))" }
      .filter { $0 != "\(story.kind.rawValue) \(story.subject)" }
  }

  /// Earlier nights answer as they did.
  private func checkHistory(
    _ pool: ScriptedPool, _ story: KindStory, _ first: [Finding]
  ) throws {
    #expect(try open(pool, story, at: .number(2)) == first)
    let ended = try pool.view().findings(kinds: [story.kind], pool: nil, since: .number(1))
      .filter { $0.closed != nil && subject($0) == story.subject }
    #expect(ended.map(\.since.scan) == [2])
    #expect(ended.map(\.closed?.scan) == [5])
  }

  @Test(arguments: KindStory.all)
  func `what only looks like it is none`(story: KindStory) throws {
    let pool = try ScriptedPool()
    try pool.live(story.well)
    try pool.live(story.harmless)
    #expect(try open(pool, story).isEmpty)
  }

  /// All that stands after the second night, as a first scan sees it.
  private func atOnce(_ story: KindStory) -> ScriptedNight {
    var night = story.ill
    night.files = { pool in
      let changed = story.ill.files(pool)
      let names = Set(changed.map(\.name)).union(story.ill.gone.map { Array($0.utf8) })
      return story.well.files(pool).filter { !names.contains($0.name) } + changed
    }
    night.gone = []
    return night
  }

  @Test(arguments: KindStory.all)
  func `a first scan finds it too, unless only a change tells`(story: KindStory) throws {
    let pool = try ScriptedPool()
    try pool.live(atOnce(story))
    #expect(try open(pool, story).map(\.since.scan) == (story.isOfChange ? [] : [1]))
    #expect(try open(pool, story).allSatisfy { $0.lastGood == nil })
  }

  @Test(arguments: [FindingKind.backingMissing, .imageDirty, .backingLoop, .sharedWritable])
  func `an older database finds it when the rule comes, since then`(kind: FindingKind) throws {
    let story = try #require(KindStory.all.first { $0.kind == kind })
    let pool = try ScriptedPool()
    pool.rules = Rule.all.filter { $0.kind != kind }
    try pool.live(atOnce(story))
    #expect(try open(pool, story).isEmpty)
    pool.rules = Rule.all
    try pool.sleep(after: story.ill)
    #expect(try open(pool, story).map(\.since.scan) == [2])
  }
}
