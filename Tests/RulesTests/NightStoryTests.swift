import Database
import Model
import Query
import Record
import Rules
import ScriptedNights
import Testing

/// What opens, stays and closes from night to night, whatever happens beside it.
@Suite struct NightStoryTests {
  private func open(_ host: ScriptedHost, _ when: When = .latest(back: 0)) throws -> [String] {
    try host.view(when).findings(kinds: [], pool: nil, since: nil).map {
      let name = String(decoding: $0.filename?.name ?? [], as: UTF8.self)
      return "\($0.kind.rawValue) \(name) \($0.since.scan)"
    }.sorted()
  }

  private func check(_ story: NightStory) throws {
    let host = try ScriptedHost("/pool")
    for (index, night) in story.nights.enumerated() {
      night.happen(host)
      try host.scan(night.look)
      #expect(try open(host) == night.open, "night \(index + 1)")
    }
    #expect(try host.defects() == [])
    // Each night goes on answering so.
    for (index, night) in story.nights.enumerated() {
      #expect(try open(host, .number(Int64(index + 1))) == night.open, "night \(index + 1)")
    }
  }

  @Test(arguments: NightStory.headers) func `headers`(story: NightStory) throws { try check(story) }

  @Test(arguments: NightStory.bases) func `bases`(story: NightStory) throws { try check(story) }

  @Test(arguments: NightStory.chains) func `chains`(story: NightStory) throws { try check(story) }
}
