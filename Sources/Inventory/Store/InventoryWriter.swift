internal import GRDB
public import Model

/// The writing side of the inventory: takes what one scan sees and makes a night of it.
///
/// One process writes at a time (the scan room holds a lock file). What is staged is in temporary
/// tables; the database itself changes in the one transaction of `finish`.
public final class InventoryWriter {
  private let file: PathBytes
  private let database: any DatabaseWriter
  let stage: Stage
  private let host: Int64
  private var naming = PoolNaming()
  /// Whether a first scan is in the database.
  private var isWritten = false
  /// What new bases hold, which is to be remembered when the scan is written.
  private var awaited: BaseContents?

  /// What bases hold, by image, after waiting for it; `nil` where the scan is to end instead.
  public typealias BaseContents = () -> [Int64: Int64]?

  /// Opens the database, makes it where there is none, and brings it up to date.
  public init(writing file: PathBytes, machineID: String, hostName: String) throws(StoreFault) {
    self.file = file
    let database = try Connection.writing(file)
    self.database = database
    (host, stage) = try Connection.translating(file) {
      try database.writeWithoutTransaction { writer in
        try writer.execute(
          sql: """
            INSERT INTO host (machine_id, name) VALUES (:machine, :name)
            ON CONFLICT (machine_id) DO UPDATE SET name = :name WHERE name <> :name
            """, arguments: ["machine": machineID, "name": hostName])
        let host =
          try Int64.fetchOne(
            writer, sql: "SELECT id FROM host WHERE machine_id = ?", arguments: [machineID]) ?? 0
        return (host, try Stage(writer, host: host))
      }
    }
  }

  /// Runs `body` on the writing connection, outside of a transaction.
  func writing<Value>(_ body: (Database) throws -> Value) throws(StoreFault) -> Value {
    try Connection.translating(file) { try database.writeWithoutTransaction(body) }
  }

  /// What is known so far, for the threads that compare: nothing until a first scan is written, for then the
  /// one that writes has the file for itself.
  public var known: KnownInventory {
    if stage.first != nil && !isWritten { return .nothing }
    return KnownInventory(file, database, host: host)
  }

  /// Names the pools of this scan, before anything is staged.
  public func declare(_ declared: [(name: String, path: PathBytes)]) throws(StoreFault) {
    try declare(declared.map { DeclaredPool(name: $0.name, path: $0.path) })
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
        for report in reports {
          guard let pool = naming.numbers[report.poolPath] else { continue }
          try stage.add(report, pool: pool, writer)
        }
      }
    }
  }

  /// The first scan of a database writes as it goes, in the transaction that `finish` commits; a
  /// process that ends before leaves nothing.
  private func beginFirst(_ writer: Database) throws {
    guard stage.first != nil, !writer.isInsideTransaction else { return }
    try Connection.leaveLog(writer)
    try writer.beginTransaction(.immediate)
  }

  /// Takes up what libvirt's files say of domains; nothing of it is in the database before `finish`.
  public func stage(_ report: DomainReport) throws(StoreFault) {
    try Connection.translating(file) {
      try database.writeWithoutTransaction { writer in
        try DomainStage(writer, stage: stage).add(report)
      }
    }
  }

  /// Takes up the contents of changed bases; they are judged in `finish`.
  public func stage(contents: [Int64: Int64]) throws(StoreFault) {
    guard !contents.isEmpty else { return }
    let sql = "INSERT OR REPLACE INTO temp.base_content (content, image) VALUES (?, ?)"
    try Connection.translating(file) {
      try database.write { try Self.write(contents, sql, $0) }
    }
  }

  /// Remembers what new bases hold, as far as `finish` has not; waits for it.
  public func rememberNewBases() throws(StoreFault) {
    let contents = awaited?() ?? [:]
    awaited = nil
    guard !contents.isEmpty else { return }
    try Connection.translating(file) {
      try database.write { try Self.remember(contents, $0) }
    }
  }

  private static func remember(_ contents: [Int64: Int64], _ writer: Database) throws {
    try write(contents, "UPDATE image SET content = ? WHERE id = ?", writer)
  }

  private static func write(
    _ contents: [Int64: Int64], _ sql: String, _ writer: Database
  ) throws {
    let statement = try writer.cachedStatement(sql: sql)
    for (image, content) in contents.sorted(by: { $0.key < $1.key }) {
      try statement.execute(arguments: [content, image])
    }
  }

  /// Empties the log, so that a reader without permission to write finds a file that is whole.
  public func emptyLog() throws(StoreFault) {
    try Connection.translating(file) {
      try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }
  }

  /// Reconciles, judges and writes the scan, all in one transaction; says what it begins.
  ///
  /// `reading` gets the images that turned out to be bases and whose content is not remembered yet, so many
  /// at most and those with the most overlays first. It begins to read them, while the scan is judged and
  /// written, and gives what waits for their contents. Those of a first scan are written with it: nobody
  /// waits for the database then. Others are left to `rememberNewBases`.
  ///
  /// `aside` does something on a thread of its own and gives what waits for it: most of a first scan reaches
  /// the disk while it is judged.
  ///
  /// `ending` gives the time when all is judged, at which the scan ends; else it ends when `outcome` says.
  public func finish(
    _ outcome: ScanOutcome, oracle: PathOracle, newBases limit: Int = 0,
    reading: ([BaseToRead]) -> BaseContents = { _ in { [:] } },
    aside: (@escaping @Sendable () -> Void) -> () -> Void = { work in { work() } },
    ending: (() -> Moment)? = nil, entering: (ScanPhase) -> Void = { _ in }
  ) throws(StoreFault) -> ScanAnswer {
    try Connection.translating(file) {
      try database.writeWithoutTransaction { writer in
        try beginFirst(writer)
        let reconciliation = Reconciliation(
          writer, host: host, naming: naming, stage: stage, outcome: outcome, oracle: oracle)
        entering(.reconcile)
        try reconciliation.prepare()
        let waitForDisk = stage.first == nil ? {} : aside(Connection.writeOut(writer))
        defer { waitForDisk() }
        if !writer.isInsideTransaction { try writer.beginTransaction(.immediate) }
        do {
          let scan = try reconciliation.run(entering: entering)
          if limit > 0 { awaited = reading(try newBases(writer, atMost: limit)) }
          let answer = try reconciliation.judge(scan, ending: ending)
          entering(.write)
          try commit(writer)
          return answer
        } catch {
          // A transaction that SQLite ended itself needs no end.
          if writer.isInsideTransaction { try? writer.rollback() }
          throw error
        }
      }
    }
  }

  private func commit(_ writer: Database) throws {
    guard stage.first != nil else { return try writer.commit() }
    if let awaited {
      guard let contents = awaited() else { throw StoreFault.interrupted }
      try Self.remember(contents, writer)
    }
    awaited = nil
    try writer.commit()
    isWritten = true
    try Connection.takeLog(writer)
  }
}
