import Database
import Host
import Model
import Query
import Testing
import Workflow

/// The order of a night, and what a failure of a step leaves of the others.
@Suite struct NightlyRunTests {
  private struct Failure: Error {}

  private let disk: RealDirectory
  private let stop: StopSignal

  init() throws {
    disk = try RealDirectory()
    stop = try StopSignal()
    try disk.makeFolder("pool")
    try disk.makeFolder("db")
    try disk.image("pool/base.qcow2")
  }

  private var database: PathBytes { disk("db/inventory.sqlite") }

  private func night(
    of pool: String = "pool", keeping last: Int? = nil, outputs: [NightlyRun.Output] = []
  ) -> NightlyRun {
    let request = ScanRequest(pools: [
      ScanRequest.Pool(name: pool, path: disk(pool), origin: .argument)
    ])
    let retention = last.map { last in
      var policy = RetentionPolicy()
      policy.last = last
      return policy
    }
    return NightlyRun(
      request, database: database, keeping: retention, awaiting: nil, outputs: outputs)
  }

  /// What was told, a word a step.
  private func told(_ night: NightlyRun) throws -> (outcome: NightlyRun.Outcome, steps: [String]) {
    var steps: [String] = []
    let outcome = try night.run(stop: stop) { step in
      switch step {
      case .scanned(let scan): steps.append("scan \(scan.scan.number)")
      case .pruned(let result): steps.append("prune \(result.forgotten.count)")
      case .failedToPrune: steps.append("no prune")
      case .failedToWrite(let output, _): steps.append("no \(output)")
      }
    }
    return (outcome, steps)
  }

  @Test func `a night scans, forgets and then shows what the scan found`() throws {
    _ = try told(night())
    var shown: [Int64] = []
    let page = NightlyRun.Output(name: "page") { shown = try $0.scans().map(\.number) }
    let (outcome, steps) = try told(night(keeping: 1, outputs: [page]))
    #expect(steps == ["scan 2", "prune 1"])
    #expect(shown == [2])
    #expect(outcome.isPruned && outcome.isShown && outcome.scan.scan.counts.images == 1)
  }

  @Test func `an output that fails keeps no other from being written`() throws {
    var written: [String] = []
    let (outcome, steps) = try told(
      night(outputs: [
        NightlyRun.Output(name: "metrics") { _ in throw Failure() },
        NightlyRun.Output(name: "report") { _ in written.append("report") },
      ]))
    #expect(steps == ["scan 1", "no metrics"])
    #expect(written == ["report"])
    #expect(outcome.isPruned && !outcome.isShown)
  }

  @Test func `without a retention nothing is forgotten, and that is no failure`() throws {
    for _ in 1...2 { _ = try told(night()) }
    let (outcome, steps) = try told(night())
    #expect(steps == ["scan 3"] && outcome.isPruned)
    #expect(try Inventory(reading: database).view(at: .latest(back: 0)).scans().count == 3)
  }

  @Test func `a scan that fails ends the night before anything is shown`() throws {
    try disk.write("db/inventory.sqlite", Array("this is not a database, but some text".utf8))
    var isShown = false
    let page = NightlyRun.Output(name: "page") { _ in isShown = true }
    #expect(throws: (any Error).self) { try told(night(keeping: 1, outputs: [page])) }
    #expect(!isShown)
  }

  @Test func `whoever is told may end the night`() throws {
    let page = NightlyRun.Output(name: "page") { _ in throw Failure() }
    #expect(throws: Failure.self) {
      _ = try night(outputs: [page]).run(stop: stop) { step in
        if case .failedToWrite(_, let error) = step { throw error }
      }
    }
    #expect(try Inventory(reading: database).view(at: .latest(back: 0)).scans().count == 1)
  }
}
