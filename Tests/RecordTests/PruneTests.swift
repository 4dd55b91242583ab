import Database
import Model
import Query
import Record
import ScriptedNights
import Sighting
import Testing
import Workflow

/// Scans that are forgotten: no answer about one that is kept changes.
@Suite struct PruneTests {
  /// Twelve random nights.
  private func pool(seed: UInt64) throws -> ScriptedPool {
    var numbers = SeededNumbers(seed: seed)
    let pool = try ScriptedPool()
    var names: Set<String> = []
    for _ in 0..<12 {
      let files = Array(pool.randomFiles(&numbers).prefix(12))
      let seen = Set(files.map { String(decoding: $0.name, as: UTF8.self) })
      let gone = names.subtracting(seen).sorted().prefix(2)
      try pool.scan(files, gone: Array(gone))
      names = names.union(seen).subtracting(gone)
    }
    return pool
  }

  private func prune(
    _ pool: ScriptedPool, keeping policy: RetentionPolicy, isDryRun: Bool = false
  ) throws -> PruneResult {
    try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
      .prune(keeping: policy, isDryRun: isDryRun)
  }

  /// What is said as of a scan.
  private func answers(_ pool: ScriptedPool, _ scan: Int64) throws -> [String] {
    let view = try pool.view(.number(scan))
    var images: [String] = []
    try view.images(format: nil, pool: nil, includingOther: true) {
      images.append("\($0.filename.displayText) \($0.imageID ?? 0)")
    }
    let findings = try view.findings(kinds: [], pool: nil, since: nil).map {
      "\($0.kind.rawValue) \($0.filename?.displayText ?? "") \($0.since.scan)"
    }
    return images.sorted() + findings.sorted()
  }

  @Test func `what is kept answers as before, and what is forgotten cannot be asked`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base", inode: 9), pool.image("top", backing: "base")])
    for night in 2...12 {
      try pool.scan([pool.image("temporary\(night)")], gone: ["temporary\(night - 1)"])
    }
    try pool.scan(gone: ["base", "temporary12"])
    try pool.scan()
    let before = try images(pool, [10, 13, 14])
    let writer = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
    var policy = RetentionPolicy()
    policy.last = 2
    policy.weekly = 2
    // Night 1 is Friday, 2 January 1970: the last Sunday is night 10.
    let answer = try writer.prune(keeping: policy, isDryRun: false)
    #expect(answer.kept.map(\.scan) == [10, 13, 14])
    #expect(try images(pool, [10, 13, 14]) == before)
    #expect(throws: StoreFault.unknownScan("5")) { try pool.view(.number(5)) }
    #expect(try pool.view(.latest(back: 2)).point.scan == 10)
    #expect(try pool.findings() == ["backing-missing top"])
    #expect(try pool.view().findings(kinds: [], pool: nil, since: nil).first?.since.scan == 13)
  }

  private func images(_ pool: ScriptedPool, _ scans: [Int64]) throws -> [[Image]] {
    try scans.map { scan in
      var images: [Image] = []
      let view = try pool.view(.number(scan))
      try view.images(format: nil, pool: nil, includingOther: true) { images.append($0) }
      #expect(try view.pools().count == 1)
      return images
    }
  }

  @Test(arguments: [31, 32, 33] as [UInt64])
  func `what is said of a kept scan stays what it was`(seed: UInt64) throws {
    let pool = try pool(seed: seed)
    var policy = RetentionPolicy()
    policy.last = 4
    let kept: [Int64] = [9, 10, 11, 12]
    let before = try kept.map { try answers(pool, $0) }
    let result = try prune(pool, keeping: policy)
    #expect(result.kept.map(\.scan) == kept)
    #expect(result.forgotten.map(\.scan) == Array(1...8))
    #expect(result.warnings.isEmpty)
    // The scan in which a finding began may have been pruned.
    let after = try kept.map { try answers(pool, $0) }
    #expect(after.map(\.count) == before.map(\.count), "seed \(seed)")
    for (now, then) in zip(after, before) {
      #expect(now.filter { $0.hasPrefix("/") } == then.filter { $0.hasPrefix("/") }, "seed \(seed)")
    }
    #expect(try Inventory(reading: pool.file).verify() == [], "seed \(seed)")
  }

  @Test func `a dry run says what would be forgotten and forgets nothing`() throws {
    let pool = try pool(seed: 34)
    var policy = RetentionPolicy()
    policy.last = 1
    let would = try prune(pool, keeping: policy, isDryRun: true)
    #expect(would.isDryRun && would.forgotten.count == 11)
    #expect(would.bytesBefore == would.bytesAfter)
    let did = try prune(pool, keeping: policy)
    #expect(did.forgotten == would.forgotten)
    #expect(did.bytesAfter <= did.bytesBefore)
    #expect(try prune(pool, keeping: policy).forgotten == [])
  }

  @Test func `the night after counts and finds what it would have without`() throws {
    let (pruned, whole) = (try pool(seed: 35), try pool(seed: 35))
    var policy = RetentionPolicy()
    policy.last = 1
    _ = try prune(pruned, keeping: policy)
    for pool in [pruned, whole] {
      try pool.scan([pool.image("new", backing: "nowhere")], gone: ["i1"])
    }
    // How long nobody used an image was seen by scans that are forgotten.
    let findings = try [pruned, whole].map { try $0.findings().filter { !$0.hasPrefix("orphan") } }
    #expect(findings[0] == findings[1])
    #expect(try Inventory(reading: pruned.file).verify() == [])
  }
}
