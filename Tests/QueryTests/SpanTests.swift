import Database
import Model
import Query
import Rules
import ScriptedNights
import Testing

@Suite struct SpanTests {
  /// What a finding is about, in a word.
  private func word(_ finding: Finding) -> String {
    "\(finding.kind.rawValue) #\(finding.imageID ?? 0) "
      + (finding.reference.map { "\($0.role)" } ?? "-")
  }

  private func spans(
    _ pool: ScriptedPool, _ from: Int64, _ to: Int64, _ choice: SpanChoice = .ever
  ) throws -> [FindingSpan] {
    try pool.view().findings(
      between: WhenSpan(from: .number(from), to: .number(to)), choice, kinds: [], pool: nil)
  }

  @Test func `a finding that comes back is one, with how often and how long`() throws {
    let pool = try ScriptedPool()
    let base = pool.image("base", inode: 1)
    try pool.scan([base, pool.image("top", backing: "base")])
    try pool.scan(gone: ["base"])
    try pool.scan()
    try pool.scan(state: .unavailable)
    try pool.scan([base])
    try pool.scan(gone: ["base"])
    let all = try spans(pool, 1, 6)
    #expect(all.map(\.finding.kind) == [.backingMissing])
    #expect([all.first?.times, all.first?.longestScans, all.first?.openScans] == [2, 3, 4])
    #expect(all.first?.finding.since.scan == 6 && all.first?.finding.closed == nil)
    #expect(try spans(pool, 5, 1) == spans(pool, 1, 5))
    let early = try spans(pool, 1, 5)
    #expect([early.first?.times, early.first?.longestScans] == [1, 3])
    #expect(early.first?.finding.closed?.scan == 5)
    #expect(try spans(pool, 1, 5, .resolved).count == 1)
    #expect(try spans(pool, 1, 6, .resolved) == [])
    #expect(try spans(pool, 2, 4, .always).count == 1)
    #expect(try spans(pool, 1, 4, .always) == [])
    #expect(try spans(pool, 5, 5) == [])
    #expect(throws: StoreFault.unknownScan("9")) { try spans(pool, 1, 9) }
  }

  @Test(arguments: Seeds.first(4))
  func `over random nights it is what each night showed`(seed: UInt64) throws {
    let pool = try RandomHistory(seed: seed).pool
    var shown: [[String]] = []
    for night in 1...30 as ClosedRange<Int64> {
      shown.append(
        try pool.view(.number(night)).findings(kinds: [], pool: nil, since: nil)
          .filter { $0.domain == nil }.map(word))
    }
    var doubted: Set<Int> = []
    try pool.view().rows(sql: "SELECT scan FROM untold") { row in
      if case .integer(let scan)? = row.cells.first { doubted.insert(Int(scan)) }
    }
    for (from, to) in [(1, 30), (4, 17), (20, 21)] {
      let nights = shown[(from - 1)...(to - 1)]
      var expected: [String: (times: Int64, longest: Int64, open: Int64)] = [:]
      for word in Set(nights.joined()) {
        var (times, longest, open, row) = (Int64(0), Int64(0), Int64(0), Int64(0))
        for (number, night) in zip(from...to, nights) {
          // Such a night says nothing of an orphan.
          if word.hasPrefix("orphan "), doubted.contains(number) { continue }
          guard night.contains(word) else {
            row = 0
            continue
          }
          if row == 0 { times += 1 }
          row += 1
          open += 1
          longest = max(longest, row)
        }
        expected[word] = (times, longest, open)
      }
      let found = try spans(pool, Int64(from), Int64(to)).filter { $0.finding.domain == nil }
      #expect(Set(found.map { word($0.finding) }) == Set(expected.keys), "seed \(seed)")
      for span in found {
        let one = expected[word(span.finding)]
        #expect(
          one?.times == span.times && one?.longest == span.longestScans
            && one?.open == span.openScans,
          "seed \(seed), \(from) to \(to): \(word(span.finding)) \(span.times) \(span.openScans), \(String(describing: one))"
        )
      }
    }
  }
}
