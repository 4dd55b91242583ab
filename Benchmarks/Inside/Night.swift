import Database
import Model
import Query
import Record
import Rules
import Sighting
import Storage
import Workflow

/// One scan of the synthetic pool, as Workflow tells it to Record.
struct Night {
  private let number: Int64
  private let writer: InventoryWriter

  /// Opens a database, or makes it, for a night.
  init(_ number: Int64, in database: PathBytes) throws {
    self.number = number
    writer = try InventoryWriter(writing: database, machineID: "m", hostName: "h")
    try writer.declare([DeclaredPool(name: "pool", path: SyntheticPool.root)])
  }

  var known: KnownInventory { writer.known }

  /// Stages a directory at a time, then reconciles, judges and commits.
  @discardableResult
  func write(_ reports: [DirectoryReport]) throws -> ScanCounts {
    for report in reports { try writer.stage([report]) }
    let day: Int64 = 86_400_000
    let outcome = ScanOutcome(
      started: Moment(milliseconds: number * day),
      finished: Moment(milliseconds: number * day + 1000),
      pools: [.init(path: SyntheticPool.root, state: .complete)], maxDepth: 16, grace: 2)
    let nothingElse = PathOracle(landing: { .real($0) }, presence: { _ in .missing })
    return try writer.finish(outcome, oracle: nothingElse).scan.counts
  }

  /// Empties the log, so that the file alone is the database.
  func close() throws { _ = writer.settle() }
}
