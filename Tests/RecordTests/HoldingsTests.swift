import Database
import Model
import Query
import Record
import ScriptedNights
import Testing

/// How many images there are is kept with each scan: what it says is what is there.
@Suite struct HoldingsTests {
  private func standings(_ pool: ScriptedPool, _ nights: Int) throws -> [InventorySummary] {
    try (1...nights).map { try pool.view(.number(Int64($0))).standing() }
  }

  /// Forgets what scans kept count of, so that whoever asks counts.
  private func forgetCounts(_ pool: ScriptedPool) throws {
    try pool.sqlite("UPDATE scan SET is_counted = 0")
  }

  @Test(arguments: Seeds.first(3))
  func `what nights kept count of is what there was`(seed: UInt64) throws {
    let history = try RandomHistory(seed: seed)
    let nights = history.nights.count
    let kept = try standings(history.pool, nights)
    #expect(try Inventory(reading: history.pool.file).verify() == [])
    try forgetCounts(history.pool)
    #expect(try standings(history.pool, nights) == kept, "seed \(seed)")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `of files of every sort and of several names too`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let pool = try ScriptedPool()
    for _ in 0..<4 { try pool.scan(pool.randomFiles(&numbers)) }
    let kept = try standings(pool, 4)
    #expect(kept.allSatisfy { !$0.images.isEmpty && $0.longestChain > 0 })
    #expect(try Inventory(reading: pool.file).verify() == [])
    try forgetCounts(pool)
    #expect(try standings(pool, 4) == kept, "seed \(seed)")
  }

  @Test func `a scan after one that did not count counts everything`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base"), pool.image("top", backing: "base")])
    try forgetCounts(pool)
    try pool.scan([pool.image("third", backing: "top")])
    let standing = try pool.view().standing()
    #expect(standing.images.map(\.count) == [3])
    #expect(standing.longestChain == 3)
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test func `the longest chain is another when it loses its top, or its base`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.image("a"), pool.image("b", backing: "a"), pool.image("c", backing: "b"),
      pool.image("d", backing: "c"), pool.image("x"), pool.image("y", backing: "x"),
      pool.image("z", backing: "y"),
    ])
    func longest() throws -> Int64 { try pool.view().standing().longestChain }
    #expect(try longest() == 4)
    try pool.scan(gone: ["d"])
    #expect(try longest() == 3)
    try pool.scan(gone: ["c"])
    #expect(try longest() == 3)
    try pool.scan([pool.image("w", backing: "z")])
    #expect(try longest() == 4)
    try pool.scan(gone: ["x"])
    #expect(try longest() == 3)
    try pool.scan(gone: ["a", "b", "y", "z", "w"])
    #expect(try longest() == 0)
  }

  @Test func `a count that is not true is a defect`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base"), pool.image("top", backing: "base")])
    try pool.sqlite("UPDATE holding SET images = 3")
    let defects = try Inventory(reading: pool.file).verify()
    #expect(defects.map(\.check) == ["holdings"])
    #expect(defects.map(\.subject) == ["qcow2 in pool 1"])
  }
}
