import Database
import Model
import Query
import ScriptedNights
import Testing

/// What is asked on one connection about several scans by turns.
@Suite struct AsOfViewTests {
  @Test func `a view of an earlier scan answers queries again and again`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base"), pool.image("top", backing: "base")])
    try pool.scan(gone: ["top"])
    let view = try pool.view(.number(1))
    for _ in 1...2 {
      var count = 0
      try view.rows(sql: "SELECT image FROM place WHERE until_scan IS NULL") { _ in count += 1 }
      #expect(count == 2)
      // The tables are themselves again for what is asked next.
      #expect(try view.scans().count == 1)
      #expect(try view.diff(from: .latest(back: 0), to: .number(1)).changes.isEmpty)
    }
    #expect(throws: StoreFault.self) { try view.rows(sql: "SELECT nothing FROM place") { _ in } }
    #expect(try view.scans().count == 1)
  }

  @Test func `findings that closed at other scans are told of beside those that are open`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.image("a", backing: "none"), pool.image("b", backing: "none"),
      pool.image("loop", backing: "loop"), pool.image("c", backing: "none"),
    ])
    try pool.scan(gone: ["a", "loop"])
    try pool.scan([pool.image("loop", backing: "loop")])
    try pool.scan(gone: ["b"])
    let found = try pool.view().findings(kinds: [], pool: nil, since: .number(1))
    let told = found.map {
      "\($0.kind.rawValue) \(String(decoding: $0.filename?.name ?? [], as: UTF8.self)) "
        + "\($0.closed?.scan ?? 0) \($0.pool ?? "-")"
    }
    #expect(
      told == [
        "backing-missing a 2 pool", "backing-missing b 4 pool", "backing-missing c 0 pool",
        "backing-loop loop 2 pool", "backing-loop loop 0 pool",
      ])
  }
}
