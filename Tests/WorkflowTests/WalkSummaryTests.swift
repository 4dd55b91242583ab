import Host
import Model
import Record
import ScriptedNights
import Sighting
import Storage
import Testing

@testable import Workflow

/// What a walk says of pools: seen whole, in part, or not at all, and what is proved gone.
@Suite struct WalkSummaryTests {
  private let disk: RealDirectory
  private let filesystems: FileSystemIdentity

  init() throws {
    disk = try RealDirectory()
    filesystems = FileSystemIdentity(mounts: try MountTable.current())
    for name in ["pool/inner/deep", "pool/other", "second"] { try disk.makeFolder(name) }
  }

  private func pool(_ name: String, origin: PoolOrigin = .argument) -> ScanRequest.Pool {
    ScanRequest.Pool(name: name, path: disk(name), origin: origin)
  }

  private func summary(
    _ pools: ScanRequest.Pool..., known: KnownInventory = .nothing,
    change: (inout ScanRequest) -> Void = { _ in }
  ) throws -> WalkSummary {
    var request = ScanRequest(pools: pools)
    change(&request)
    let plan = try ScanPlan(request, libvirt: nil, known: known, filesystems: filesystems)
    return WalkSummary(plan: plan, filesystems: filesystems)
  }

  private func report(_ name: String, in pool: String = "pool") -> DirectoryReport {
    DirectoryReport(
      path: disk(name), canonicalPath: disk(name), poolPath: disk(pool), filesystem: "uuid:1")
  }

  private func outcome(
    _ summary: WalkSummary, _ change: (inout ScanRequest) -> Void = { _ in }
  ) -> ScanOutcome {
    var request = ScanRequest(pools: [])
    change(&request)
    return summary.outcome(request, started: Moment(milliseconds: 1000))
  }

  /// Each pool as it was covered, in a line.
  private func lines(_ summary: WalkSummary) -> [String] {
    outcome(summary).pools.map { pool in
      let name = pool.path.displayText.replacing(disk.path.displayText + "/", with: "")
      let reason = pool.reason.map { ": \($0)" } ?? ""
      return "\(name) \(pool.state.rawValue)\(reason)\(pool.isWalked ? "" : ", not walked")"
    }
  }

  @Test func `what nothing is said against was seen whole`() throws {
    var summary = try summary(pool("pool"), pool("second"))
    let staged = try summary.take(.whole(disk("pool")))
    #expect(staged?.path == nil)
    #expect(lines(summary) == ["pool complete", "second complete"])
    #expect(outcome(summary).state == .complete)
  }

  @Test func `files are counted whether they changed or not, and the last directory is known`()
    throws
  {
    var summary = try summary(pool("pool"))
    var first = report("pool")
    first.unchangedCount = 7
    let staged = try summary.take(.report(first))
    #expect(staged?.path == disk("pool"))
    _ = try summary.take(.report(report("pool/inner")))
    #expect(summary.fileCount == 7)
    #expect(summary.current == disk("pool/inner"))
  }

  @Test func `a path that could not be looked at makes its pool partial, and several are counted`()
    throws
  {
    var summary = try summary(pool("pool"), pool("second"))
    var bad = report("pool")
    bad.problems = [ScanProblem(filename: disk("pool/a"), message: "cannot be read")]
    _ = try summary.take(.report(bad))
    #expect(
      lines(summary) == ["pool partial: 1 path could not be scanned", "second complete"])
    _ = try summary.take(.unseen(disk("pool/inner"), pool: disk("pool"), reason: "stale handle"))
    #expect(
      lines(summary) == ["pool partial: 2 paths could not be scanned", "second complete"])
    #expect(outcome(summary).problems.map(\.problem.message) == ["cannot be read", "stale handle"])
    #expect(outcome(summary).state == .partial)
  }

  @Test func `a pool whose root could not be seen is away, for that reason`() throws {
    var summary = try summary(pool("pool"), pool("second"))
    _ = try summary.take(.unseen(disk("second"), pool: disk("second"), reason: "not the same"))
    #expect(lines(summary) == ["pool complete", "second unavailable: not the same"])
  }

  @Test func `what could not be seen in a pool within another is missing in both`() throws {
    var summary = try summary(pool("pool"), pool("pool/inner"))
    _ = try summary.take(
      .unseen(disk("pool/inner/deep"), pool: disk("pool/inner"), reason: "stale handle"))
    #expect(
      lines(summary) == [
        "pool partial: 1 path could not be scanned",
        "pool/inner partial: 1 path could not be scanned",
      ])
    // Of its sibling nothing is said.
    var other = try self.summary(pool("pool/inner"), pool("pool/other"))
    _ = try other.take(
      .unseen(disk("pool/inner/deep"), pool: disk("pool/inner"), reason: "stale handle"))
    #expect(
      lines(other) == ["pool/inner partial: 1 path could not be scanned", "pool/other complete"])
  }

  @Test func `a pool that the configuration names and that is not there is away`() throws {
    let summary = try summary(pool("pool"), pool("later", origin: .configuration))
    #expect(lines(summary) == ["later unavailable: no such file or directory", "pool complete"])
    #expect(summary.view.isUnseen(disk("later/x/y")))
    #expect(!summary.view.isUnseen(disk("pool/x")))
  }

  @Test func `what one image was looked at for was not walked`() throws {
    try disk.image("pool/a.qcow2")
    let summary = try summary(pool("pool/a.qcow2"))
    #expect(lines(summary) == ["pool/a.qcow2 complete, not walked"])
    #expect(outcome(summary).singleImages == [disk("pool/a.qcow2")])
  }

  @Test func `a fault of the database ends the walk`() throws {
    var summary = try summary(pool("pool"))
    #expect(throws: ScanRefusal.self) { try summary.take(.failed(ScanRefusal.nothingToScan)) }
  }

  @Test func `of directories that others may use the first is told, where nobody speaks for it`()
    throws
  {
    var summary = try summary(pool("pool"), pool("second")) {
      $0.exclusiveNames = ["second"]
    }
    for (name, of, type) in [
      ("pool/other", "pool", "nfs"), ("pool/inner", "pool", "ceph"),
      ("pool/inner/deep", "pool", "nfs"), ("second", "second", "nfs"),
    ] {
      var shared = report(name, in: of)
      shared.sharedType = type
      _ = try summary.take(.report(shared))
    }
    let unspoken = outcome(summary).pools.map(\.unspoken)
    #expect(
      unspoken == [ScanOutcome.SharedPlace(directory: disk("pool/inner"), type: "ceph"), nil])
  }

  @Test func `an outcome carries what was asked of the scan, and never ends before it began`()
    throws
  {
    let summary = try summary(pool("pool"))
    let outcome = outcome(summary) {
      $0.maxDepth = 3
      $0.grace = 5
      $0.graceAge = Age("2h") ?? $0.graceAge
      $0.queries = [SavedQuery(name: "q", sql: "SELECT 1 AS image_id", severity: .info)]
    }
    #expect(outcome.maxDepth == 3 && outcome.grace == 5 && outcome.graceAge == 7_200_000)
    #expect(outcome.queries.map(\.name) == ["q"])
    let future = Moment(milliseconds: 99_000_000_000_000)
    let late = summary.outcome(ScanRequest(pools: []), started: future)
    #expect(late.started == future && late.finished == future)
  }

  // MARK: What is gone

  /// What is proved gone of a pool with four directories that a scan has seen, when a walk gives these results.
  private func gone(
    _ results: [WalkResult], asked: String = "pool"
  ) throws -> [String] {
    for name in ["pool/a", "pool/inner/b", "pool/inner/deep/c", "pool/other/d"] {
      try disk.image(name)
    }
    let database = disk("inventory.sqlite")
    _ = try Scan(
      ScanRequest(pools: [pool("pool")]), database: database, stop: StopSignal()
    ).run { _ in }
    let host = try HostIdentity.current()
    let known = try InventoryWriter(
      writing: database, machineID: host.machineID, hostName: host.name
    ).known
    var summary = try summary(pool(asked), known: known)
    for result in results { _ = try summary.take(result) }
    try summary.findGoneDirectories(known)
    return outcome(summary).goneDirectories.map {
      $0.displayText.replacing(disk.path.displayText + "/", with: "")
    }
  }

  @Test
  func `a directory is gone when the nearest one above it was seen whole, and it was not met`()
    throws
  {
    #expect(
      try gone([.whole(disk("pool")), .whole(disk("pool/other"))])
        == ["pool/inner", "pool/inner/deep"])
    #expect(
      try gone([
        .whole(disk("pool")), .whole(disk("pool/other")), .whole(disk("pool/inner")),
        .whole(disk("pool/inner/deep")),
      ]) == [])
  }

  @Test func `what lies in a directory that could not be seen is not proved gone`() throws {
    #expect(
      try gone([
        .whole(disk("pool")), .whole(disk("pool/other")),
        .unseen(disk("pool/inner"), pool: disk("pool"), reason: "stale handle"),
      ]) == [])
  }

  @Test func `nothing is gone where nothing was seen whole, or only one image was looked at`()
    throws
  {
    #expect(try gone([]) == [])
    #expect(try gone([], asked: "pool/a") == [])
  }
}
