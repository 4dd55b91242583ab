public import Database
internal import Foundation
internal import GRDB
public import Model
public import Sighting

/// The writing side of the inventory: takes what one scan sees and makes a night of it.
///
/// One process writes at a time (a scan holds a lock file). What is staged is in temporary
/// tables; the database itself changes in the one transaction of `finish`.
public final class InventoryWriter {
  package let file: PathBytes
  private let database: any DatabaseWriter
  let stage: Stage
  private let host: Int64
  private let judge: NightJudge
  private var naming = PoolNaming()
  /// Whether the database held nothing when it was opened: then nobody waits for it, and the scan is written as it
  /// goes, in one transaction without a log beside the file.
  public let isFirst: Bool
  /// Whether a first scan is in the database.
  private var isWritten = false
  /// The scan whose commit has begun and not ended.
  private var unsettled: ScanResult?
  /// What could not be judged, or went wrong after the scan was written.
  private var warnings: [String] = []
  private var isClosed = false
  /// What new bases hold, which is to be remembered when the scan is written.
  private var awaited: AwaitedContents?

  /// What bases hold, after waiting for it; `nil` where the scan is to end instead.
  public typealias AwaitedContents = () -> BaseContents?

  /// Opens the database, makes it where there is none, and brings it up to date.
  package init(
    writing file: PathBytes, machineID: String, hostName: String, judgedBy judge: NightJudge,
    inBulk isBulk: Bool = InventoryWriter.isBulkWanted
  ) throws(StoreFault) {
    self.judge = judge
    self.file = file
    let database = try Connection.writing(file)
    self.database = database
    (host, isFirst, stage) = try Connection.translating(file) {
      try database.writeWithoutTransaction { writer in
        try writer.execute(
          sql: """
            INSERT INTO host (machine_id, name) VALUES (:machine, :name)
            ON CONFLICT (machine_id) DO UPDATE SET name = :name WHERE name <> :name
            """, arguments: ["machine": machineID, "name": hostName])
        let host =
          try Int64.fetchOne(
            writer, sql: "SELECT id FROM host WHERE machine_id = ?", arguments: [machineID]) ?? 0
        let isFirst = try Self.isEmpty(writer)
        let stage = try Stage(
          writer, host: host, inBulk: isFirst && isBulk, noting: judge.isRemarkable)
        return (host, isFirst, stage)
      }
    }
  }

  /// Whether the rows of a first scan are written in bulk; the environment may say no, for tests of the other way.
  package static var isBulkWanted: Bool {
    ProcessInfo.processInfo.environment["BACKSTORY_INCREMENTAL"] == nil
  }

  /// Whether no scan and no image was ever known.
  private static func isEmpty(_ database: Database) throws -> Bool {
    let isAnythingKnown = try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (SELECT 1 FROM scan) OR EXISTS (SELECT 1 FROM image)
          OR EXISTS (SELECT 1 FROM number WHERE kind = 'image' AND last > 0)
        """)
    return isAnythingKnown == false
  }

  /// Runs `body` on the writing connection, outside of a transaction.
  func writing<Value>(_ body: (Database) throws -> Value) throws(StoreFault) -> Value {
    try Connection.translating(file) { try database.writeWithoutTransaction(body) }
  }

  /// Copies the log beside the database into it, so that the file alone has everything. What was committed is so even
  /// where that fails; the next scan does it then.
  func emptyLog() {
    do throws(StoreFault) { try writing { _ = try $0.checkpoint(.truncate) } } catch { return }
  }

  /// The state before this scan, for the comparing threads. Empty during a first scan, when the writer has the file exclusively.
  public var known: KnownInventory {
    if isFirst && !isWritten { return .nothing }
    return KnownInventory(file, database, host: host)
  }

  /// Names the pools of this scan, before anything is staged; each path once. Nothing of it is in the
  /// database before `finish`.
  public func declare(_ declared: [DeclaredPool]) throws(StoreFault) {
    naming = try Connection.translating(file) {
      try database.writeWithoutTransaction { try PoolNaming(declared, host: host, $0) }
    }
  }

  /// Ends, from any thread, what the database is doing at that moment; `finish` then throws
  /// `interrupted`, and nothing has changed.
  public var interruption: @Sendable () -> Void {
    let database = database
    return { database.interrupt() }
  }

  /// Takes up reports; nothing of it is in the database before `finish`.
  public func stage(_ reports: [DirectoryReport]) throws(StoreFault) {
    try Connection.translating(file) {
      try database.writeWithoutTransaction { writer in
        try beginFirst(writer)
        try Self.together(writer) {
          for report in reports {
            guard let pool = naming.numbers[report.poolPath] else { continue }
            try stage.add(report, pool: pool, writer)
          }
        }
      }
    }
  }

  /// The first scan of a database writes as it goes, in the transaction that `finish` commits; a
  /// process that ends before leaves nothing.
  private func beginFirst(_ writer: Database) throws {
    guard isFirst, !writer.isInsideTransaction else { return }
    try Connection.leaveWAL(writer)
    try writer.beginTransaction(.immediate)
  }

  /// Takes up what libvirt's files say of domains; nothing of it is in the database before `finish`.
  public func stage(_ report: DomainReport) throws(StoreFault) {
    try Connection.translating(file) {
      try database.writeWithoutTransaction { writer in
        var report = report
        report.coveredTrees.formUnion(try Self.forgottenSources(writer))
        try Self.together(writer) { try DomainStage(writer, stage: stage).add(report) }
      }
    }
  }

  /// Writes to temporary tables as one transaction: else each row is one, and each may be written out.
  private static func together(_ writer: Database, _ body: () throws -> Void) throws {
    guard !writer.isInsideTransaction else { return try body() }
    try writer.inTransaction(.deferred) {
      try body()
      return .commit
    }
  }

  private static func warning(of problem: ScanProblem) -> String {
    "what '\(problem.filename.displayText)' holds is not remembered: it \(problem.message)"
  }

  /// Does what only helps the next scan: remembers what new bases hold, as far as `finish` has not, and empties
  /// the log, so that a reader without permission to write finds a file that is whole.
  /// - Returns: what of it could not be done, in sentences; the scan is written all the same.
  public func settle() -> [String] {
    guard !isClosed else { return [] }
    var warnings: [String] = []
    func attempt(_ failure: String, _ work: (Database) throws -> Void) {
      do throws(StoreFault) { try writing(work) } catch {
        warnings.append("the scan is written, but \(failure): \(error.reason)")
      }
    }
    let log = "the log beside the database could not be emptied, which the next scan does"
    attempt(log) { _ = try $0.checkpoint(.truncate) }
    let contents = awaited?() ?? BaseContents()
    awaited = nil
    for problem in contents.problems {
      warnings.append(Self.warning(of: problem))
    }
    guard !contents.contents.isEmpty else { return warnings }
    attempt("what its new bases hold is not remembered") { writer in
      try writer.inTransaction(.immediate) {
        try Self.remember(contents.contents, writer)
        return .commit
      }
    }
    if warnings.isEmpty { attempt(log) { _ = try $0.checkpoint(.truncate) } }
    return warnings
  }

  /// Reconciles, judges and writes the scan, all in one transaction; says what it begins.
  ///
  /// `rereading` reads the bases that changed, when it is known where every link leads. Other processes go on
  /// reading the database meanwhile.
  ///
  /// `reading` gets the images that turned out to be bases and whose content is not remembered yet, so many
  /// at most and those with the most overlays first. It begins to read them, while the scan is judged and
  /// written, and gives what waits for their contents. Those of a first scan are written with it: nobody
  /// waits for the database then. Others are left to `settle`.
  ///
  /// `aside` does something on a thread of its own and gives what waits for it: most of a first scan reaches
  /// the disk while it is judged.
  ///
  /// `measuring` says which blocks of images are theirs that nobody uses.
  ///
  /// `ending` gives the time when all is judged, at which the scan ends; else it ends when `outcome` says.
  public func finish(
    _ outcome: ScanOutcome, oracle: PathOracle, newBases limit: Int = 0,
    rereading: ([BaseToRead]) -> BaseContents = { _ in BaseContents() },
    reading: ([BaseToRead]) -> AwaitedContents = { _ in { BaseContents() } },
    aside: (@escaping @Sendable () -> Void) -> () -> Void = { work in { work() } },
    measuring: (([FileToMeasure]) -> [Int64: OwnBlocks])? = nil,
    ending: (() -> Moment)? = nil, entering: (ScanPhase) -> Void = { _ in }
  ) throws(StoreFault) -> ScanResult {
    do throws(StoreFault) {
      return try writing { writer in
        try beginFirst(writer)
        var reconciliation = Reconciliation(
          writer, host: host, naming: naming, stage: stage, outcome: outcome, oracle: oracle)
        entering(.reconcile)
        try reconciliation.prepare()
        let waitForDisk = isFirst ? aside(Connection.writeOut(writer)) : {}
        defer { waitForDisk() }
        if !writer.isInsideTransaction { try writer.beginTransaction(.immediate) }
        do {
          let scan = try reconciliation.reconcile(entering: entering, rereading: rereading)
          // New bases are read meanwhile; the commit waits for them, or `settle`.
          if limit > 0 { awaited = reading(try newBases(writer, atMost: limit)) }
          warnings = try reconciliation.judge(scan, by: judge)
          var answer = try reconciliation.count(
            scan, measuring: measuring, comparing: judge.compare, ending: ending)
          entering(.write)
          try commit(writer, answer)
          answer.warnings = warnings
          return answer
        } catch {
          // A transaction that SQLite ended itself needs no end.
          if writer.isInsideTransaction { try? writer.rollback() }
          throw error
        }
      }
    } catch {
      guard let answer = unsettled else { throw error }
      return try settle(answer, after: error)
    }
  }

  private func commit(_ writer: Database, _ answer: ScanResult) throws {
    guard isFirst else {
      unsettled = answer
      try writer.commit()
      unsettled = nil
      return
    }
    if let awaited {
      guard let contents = awaited() else { throw StoreFault.interrupted }
      try Self.remember(contents.contents, writer)
      warnings += contents.problems.map(Self.warning)
    }
    awaited = nil
    unsettled = answer
    try writer.commit()
    unsettled = nil
    isWritten = true
    do {
      try Connection.translating(file) { try Connection.takeUpWAL(writer) }
    } catch {
      warnings.append(
        "the scan is written, but the database has no log beside it yet, which the next scan makes: "
          + error.reason)
    }
  }

  /// A commit that failed may have been one all the same, where only its end could not be written. What
  /// counts is what the file says to whoever opens it anew.
  private func settle(
    _ answer: ScanResult, after fault: StoreFault
  ) throws(StoreFault) -> ScanResult {
    unsettled = nil
    isClosed = true
    try? database.close()
    guard try Connection.holds(answer.scan, in: file) else { throw fault }
    var answer = answer
    answer.warnings = ["the scan is written, but the end of it was troubled: \(fault.reason)"]
    return answer
  }
}
