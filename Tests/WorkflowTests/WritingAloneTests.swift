import Database
import Foundation
import Host
import Model
import Query
import Record
import ScriptedNights
import Testing
import Workflow

/// What changes a database beside scans: alone with it, or not at all.
@Suite struct WritingAloneTests {
  private let pool: ScriptedPool
  private let stop: StopSignal

  init() throws {
    pool = try ScriptedPool()
    stop = try StopSignal()
    try pool.scan([pool.image("base"), pool.image("top", backing: "base")])
    for _ in 0..<3 { try pool.scan() }
  }

  private func prune(last: Int, isDryRun: Bool = false) throws -> PruneResult {
    var policy = RetentionPolicy()
    policy.last = last
    return try Prune(keeping: policy, awaiting: nil, isDryRun: isDryRun, waits: false)
      .run(pool.file, stop: stop)
  }

  @Test func `a prune forgets what the policy does not keep, and a dry one only says so`() throws {
    #expect(try prune(last: 2, isDryRun: true).forgotten.map(\.scan) == [1, 2])
    #expect(try pool.view().scans().count == 4)
    let result = try prune(last: 2)
    #expect(result.forgotten.map(\.scan) == [1, 2])
    #expect(result.kept.map(\.scan) == [3, 4])
    #expect(try pool.view().scans().map(\.number) == [3, 4])
    #expect(try prune(last: 2).forgotten.isEmpty)
    #expect(try pool.view().chain(.path("/pool/top")).count == 2)
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test func `a pool is called otherwise, and what it was called then stays`() throws {
    let change = PoolChange(.rename("pool", to: "images"), isDryRun: false, waits: false)
    _ = try change.run(pool.file, stop: stop)
    #expect(try pool.view().pools().map(\.outcome.name) == ["images"])
    try pool.scan()
    #expect(throws: StoreFault.self) {
      try PoolChange(.rename("none", to: "other"), isDryRun: false, waits: false)
        .run(pool.file, stop: stop)
    }
  }

  @Test func `a pool is let go of, after a dry run that says of what`() throws {
    try pool.scan(gone: ["base"])
    #expect(try pool.findings() == ["backing-missing top"])
    let dry = try PoolChange(.forget("pool"), isDryRun: true, waits: false)
      .run(pool.file, stop: stop)
    #expect(dry.images == 1)
    #expect(try pool.view().pools().count == 1)
    let real = try PoolChange(.forget("pool"), isDryRun: false, waits: false)
      .run(pool.file, stop: stop)
    #expect(real.images == dry.images)
    #expect(try pool.view(.number(5)).findings(kinds: [], pool: nil, since: nil).count == 1)
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test func `a source that nobody knows cannot be let go of`() throws {
    #expect(throws: StoreFault.self) {
      try SourceChange("/etc/none", isDryRun: true, waits: false).run(pool.file, stop: stop)
    }
  }

  @Test func `nothing of it happens while somebody else writes`() throws {
    let lock = try DatabaseLock(on: pool.file, owner: "backstory scan", waits: false, stop: stop)
    #expect(throws: ScanRefusal.self) { try prune(last: 1) }
    #expect(throws: ScanRefusal.self) {
      try PoolChange(.forget("pool"), isDryRun: true, waits: false).run(pool.file, stop: stop)
    }
    #expect(throws: ScanRefusal.self) {
      try SourceChange("/etc", isDryRun: true, waits: false).run(pool.file, stop: stop)
    }
    #expect(throws: ScanRefusal.self) {
      try SentScans(of: pool.file, waits: false, stop: stop).beginGeneration()
    }
    #expect(try pool.view().scans().count == 4)
    withExtendedLifetime(lock) {}
  }

  @Test func `a lock is free again when its holder is done`() throws {
    for _ in 0..<2 {
      let lock = try DatabaseLock(on: pool.file, owner: "backstory", waits: false, stop: stop)
      withExtendedLifetime(lock) {}
    }
    #expect(try prune(last: 3).forgotten.count == 1)
  }
}

/// Root uses no database that somebody else could have put there.
@Suite(.enabled(if: Account.isRoot, "only root is warned"))
struct DatabaseTrustTests {
  private let disk: RealDirectory

  init() throws {
    disk = try RealDirectory()
    try disk.makeFolder("own")
    try disk.write("own/db.sqlite", [])
  }

  private func allow(_ name: String, _ mode: Int) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: disk(name).displayText)
  }

  private func refused() throws -> String? {
    do {
      try DatabaseTrust.check(disk("own/db.sqlite"))
      return nil
    } catch let refusal as DatabaseTrust.Refusal {
      return refusal.path.displayText.replacing(disk.path.displayText, with: "")
    }
  }

  @Test func `a database of root's in a directory of root's is used`() throws {
    #expect(try refused() == nil)
    try disk.remove("own/db.sqlite")
    #expect(try refused() == nil)
  }

  @Test func `what others may write is not, nor what lies where they may write`() throws {
    try allow("own/db.sqlite", 0o666)
    #expect(try refused() == "/own/db.sqlite")
    try allow("own/db.sqlite", 0o600)
    try allow("own", 0o777)
    #expect(try refused() == "/own")
    // A sticky directory may be on the way, and not hold the file.
    try allow("own", 0o1777)
    #expect(try refused() == "/own")
    try allow("own", 0o755)
    try allow("", 0o1777)
    #expect(try refused() == nil)
    try allow("", 0o777)
    #expect(try refused() == "")
  }

  @Test func `a link to a database is looked at to its end`() throws {
    try disk.makeFolder("open")
    try disk.write("open/db.sqlite", [])
    try allow("open", 0o777)
    try disk.remove("own/db.sqlite")
    try disk.link("own/db.sqlite", to: "../open/db.sqlite")
    #expect(try refused() == "/open")
  }
}
