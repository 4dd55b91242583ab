import Database
import Foundation
import Host
import Machines
import Model
import Query
import Record
import Sighting
import Storage
import Synchronization
import Testing
import Workflow

/// Scans of real directories: what is walked, what is refused, and what becomes of that which cannot be seen.
@Suite struct ScanOfDirectoriesTests {
  private let disk: RealDirectory
  private let stop: StopSignal

  init() throws {
    disk = try RealDirectory()
    stop = try StopSignal()
    try disk.makeFolder("pool")
    try disk.makeFolder("db")
  }

  private var database: PathBytes { disk("db/inventory.sqlite") }

  private func pool(_ name: String, origin: PoolOrigin = .argument) -> ScanRequest.Pool {
    ScanRequest.Pool(name: disk(name).displayText, path: disk(name), origin: origin)
  }

  @discardableResult
  private func scan(
    _ pools: ScanRequest.Pool..., change: (inout ScanRequest) -> Void = { _ in }
  ) throws -> ScanResult {
    var request = ScanRequest(pools: pools)
    request.jobs = 2
    change(&request)
    return try Scan(request, database: database, stop: stop).run { _ in }
  }

  private func refusal(
    _ pools: ScanRequest.Pool..., change: (inout ScanRequest) -> Void = { _ in }
  ) throws -> String? {
    var request = ScanRequest(pools: pools)
    change(&request)
    do {
      _ = try Scan(request, database: database, stop: stop).run { _ in }
      return nil
    } catch let refusal as ScanRefusal {
      return "\(refusal)".replacing(disk.path.displayText, with: "")
    }
  }

  private func view() throws -> InventoryView {
    try Inventory(reading: database).view(at: .latest(back: 0))
  }

  private func names() throws -> [String] {
    var names: [String] = []
    try view().images(format: nil, pool: nil, includingOther: true) {
      names.append($0.filename.displayText.replacing(disk.path.displayText + "/", with: ""))
    }
    return names
  }

  private func findings() throws -> [String] {
    try view().findings(kinds: [], pool: nil, since: nil).map {
      "\($0.kind.rawValue) \($0.filename.map { String(decoding: $0.name, as: UTF8.self) } ?? "-")"
    }
  }

  // MARK: Refusals

  @Test func `nothing to scan is refused, and leaves no database behind`() throws {
    #expect(try refusal() == "nothingToScan")
    #expect(try refusal(pool("nowhere")) == "nothingThere(/nowhere)")
    #expect(try refusal(ScanRequest.Pool(name: "n", path: "/dev/null")) == "notAPool(/dev/null)")
    #expect(!disk.isThere("db/inventory.sqlite"))
  }

  @Test func `a name that no pool of the scan has is refused`() throws {
    #expect(
      try refusal(pool("pool")) { $0.exclusiveNames = ["away"] } == #"noSuchPool("away")"#)
  }

  @Test func `one scan has a database at a time, and is named to the other`() throws {
    let lock = try DatabaseLock(on: database, owner: "backstory scan", waits: false, stop: stop)
    let said = try refusal(pool("pool"))
    #expect(said?.hasPrefix("alreadyRunning") == true)
    #expect(said?.contains("backstory scan") == true)
    withExtendedLifetime(lock) {}
  }

  // MARK: What is covered

  @Test func `the configuration may name what is not there yet, and a person may not`() throws {
    try disk.image("pool/a.qcow2")
    let result = try scan(pool("pool"), pool("later", origin: .configuration))
    #expect(result.scan.state == .partial)
    #expect(result.pools.map(\.state) == [.unavailable, .complete])
    #expect(result.pools.first?.reason == "no such file or directory")
    #expect(try names() == ["pool/a.qcow2"])
  }

  @Test func `a scan of nothing named covers what is known`() throws {
    try disk.image("pool/a.qcow2")
    try scan(pool("pool"))
    try disk.image("pool/b.qcow2")
    let result = try scan()
    #expect(result.scan.counts.added == 1)
    #expect(try names() == ["pool/a.qcow2", "pool/b.qcow2"])
  }

  @Test func `a pool inside another is walked once, and has its own images`() throws {
    try disk.makeFolder("pool/inner/deep")
    try disk.image("pool/a.qcow2")
    try disk.image("pool/inner/deep/b.qcow2", on: "../../a.qcow2")
    let result = try scan(pool("pool"), pool("pool/inner"))
    #expect(result.pools.map(\.images) == [1, 1])
    #expect(result.scan.counts.images == 2)
    // The outer one alone covers both.
    #expect(try scan(pool("pool")).pools.map(\.state) == [.complete, .complete])
    #expect(try findings() == [])
  }

  @Test func `a directory has one spelling, however it is asked for`() throws {
    try disk.image("pool/a.qcow2")
    try disk.link("way", to: "pool")
    try scan(pool("pool"))
    let result = try scan(pool("way"))
    #expect(result.pools.map(\.path) == [disk("pool")])
    #expect(result.scan.counts.added == 0)
    #expect(try scan(pool("way/../pool/.")).scan.counts.images == 1)
    #expect(try view().pools().count == 1)
  }

  @Test func `a pool whose directory was renamed is the same pool`() throws {
    try disk.image("pool/a.qcow2")
    try scan(pool("pool"))
    guard try status(ofPath: disk("pool"), followingLink: false).born != nil else { return }
    let number = try view().image(.path(disk("pool/a.qcow2"))).imageID
    try disk.move("pool", to: "moved")
    let result = try scan(pool("moved"))
    #expect(result.pools.map(\.path) == [disk("moved")])
    #expect(result.scan.counts.removed == 0)
    #expect(try view().image(.path(disk("moved/a.qcow2"))).imageID == number)
    #expect(try names() == ["moved/a.qcow2"])
  }

  @Test func `one image is looked at within its pool, and the rest is as it was`() throws {
    try disk.image("pool/a.qcow2")
    try disk.image("pool/b.qcow2", on: "a.qcow2")
    try scan(pool("pool"))
    try disk.remove("pool/a.qcow2")
    try disk.image("pool/c.qcow2")
    let result = try scan(pool("pool/b.qcow2"))
    #expect(result.scan.state == .complete)
    // Nobody looked at a directory: what is not there is not gone, what is new is not seen.
    #expect(try names() == ["pool/a.qcow2", "pool/b.qcow2"])
    try scan(pool("pool"))
    #expect(try names() == ["pool/b.qcow2", "pool/c.qcow2"])
    #expect(try findings() == ["backing-missing b.qcow2"])
  }

  @Test func `an image that is asked for and gone is a problem, and stays known`() throws {
    try disk.image("pool/a.qcow2")
    try scan(pool("pool"))
    try disk.remove("pool/a.qcow2")
    let result = try scan(pool("pool/a.qcow2"))
    #expect(result.scan.state == .partial)
    #expect(result.problems.map(\.message) == ["an earlier scan saw it, and it is gone"])
    #expect(try names() == ["pool/a.qcow2"])
  }

  // MARK: What cannot be seen

  @Test func `a pool that is gone keeps its images, and links into it are not judged`() throws {
    try disk.makeFolder("bases")
    try disk.image("bases/base.qcow2")
    try disk.image("pool/top.qcow2", on: "../bases/base.qcow2")
    try scan(pool("pool"), pool("bases"))
    try disk.move("bases", to: "elsewhere")
    let result = try scan(pool("pool"), pool("bases"))
    #expect(result.pools.map(\.state) == [.unavailable, .complete])
    #expect(try names() == ["bases/base.qcow2", "pool/top.qcow2"])
    #expect(try findings() == [])
    try disk.move("elsewhere", to: "bases")
    #expect(try scan(pool("pool"), pool("bases")).scan.counts.added == 0)
  }

  @Test func `a large pool that is empty at once is taken for a lost mount, a small one is not`()
    throws
  {
    for number in 0..<3 { try disk.write("pool/\(number).img", [1, 2, 3]) }
    try scan(pool("pool"))
    for number in 0..<3 { try disk.remove("pool/\(number).img") }
    #expect(try scan(pool("pool")).scan.counts.removed == 3)
    for number in 0..<1000 { try disk.write("pool/\(number).img", []) }
    try scan(pool("pool"))
    try disk.remove("pool")
    try disk.makeFolder("pool")
    let result = try scan(pool("pool"))
    #expect(result.pools.map(\.state) == [.unavailable])
    #expect(
      result.pools.first?.reason == "empty now, after 1000 images; is its file system mounted?")
    #expect(result.scan.counts.removed == 0)
  }

  @Test func `what is excluded is not seen, and what it holds is not gone`() throws {
    try disk.makeFolder("pool/cache")
    try disk.image("pool/a.qcow2")
    try disk.image("pool/cache/b.qcow2")
    try scan(pool("pool")) { $0.excludes = [Glob("cache")] }
    #expect(try names() == ["pool/a.qcow2"])
    try scan(pool("pool"))
    #expect(try names() == ["pool/a.qcow2", "pool/cache/b.qcow2"])
  }

  // MARK: A night

  /// A neutral list of machines.
  private func list(of lines: String...) -> [UInt8] {
    let all =
      [#"{"backstory-machines": 1, "host": "h"}"#] + lines + [#"{"count": \#(lines.count)}"#]
    return Array((all.joined(separator: "\n") + "\n").utf8)
  }

  @Test func `a quiet scan reads nothing again, unless it is told to`() throws {
    try disk.image("pool/a.qcow2")
    try disk.image("pool/b.qcow2", on: "a.qcow2")
    let first = try scan(pool("pool"))
    #expect(first.scan.counts.added == 2)
    let again = try scan(pool("pool")) { $0.rereads = true }
    #expect(again.scan.counts.unchanged == 2)
    #expect(again.scan.counts.changed == 0)
    #expect(again.statistics?.files == 2)
  }

  @Test func `the phases of a scan come in their order`() throws {
    try disk.image("pool/a.qcow2")
    try disk.image("pool/b.qcow2", on: "a.qcow2")
    let seen = Mutex<[ScanPhase]>([])
    _ = try Scan(ScanRequest(pools: [pool("pool")]), database: database, stop: stop).run {
      progress in
      seen.withLock { if $0.last != progress.phase { $0.append(progress.phase) } }
    }
    let phases = seen.withLock { $0 }
    #expect(phases == [.walk, .reconcile, .judge, .write])
  }

  @Test func `a machine's list makes its images used, and an empty one leaves orphans in time`()
    throws
  {
    try disk.image("pool/a.qcow2")
    try disk.write("list", list(of: #"{"machine": "web", "path": "\#(disk("pool/a.qcow2"))"}"#))
    let source = ScanRequest.Machines(kind: .list, path: disk("list"), origin: .argument)
    let nightly: (inout ScanRequest) -> Void = {
      $0.machines = [source]
      $0.graceAge = Age("0m") ?? $0.graceAge
    }
    let first = try scan(pool("pool"), change: nightly)
    #expect(first.machines?.map(\.machines) == [1])
    #expect(try view().orphans(all: true, olderThanMilliseconds: nil).isEmpty)
    try disk.write("list", list())
    try scan(pool("pool"), change: nightly)
    #expect(try findings() == [])
    try scan(pool("pool"), change: nightly)
    #expect(try findings() == ["orphan a.qcow2"])
    #expect(try Inventory(reading: database).verify() == [])
  }
}
