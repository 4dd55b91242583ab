internal import CSQLite
internal import Foundation
package import GRDB
internal import GRDBSQLite
package import Model

/// How a database file is opened; what SQLite says is turned into `StoreFault` here.
package enum Connection {
  /// Bytes that a reader maps instead of copying; SQLite caps it at the file's size.
  private static let mappedBytes = 1 << 30
  /// Bytes of a page of a new database. With 4096 a first scan takes a fifteenth longer, with 16384 no less.
  private static let pageBytes = 8192
  /// KiB of pages that the connection keeps which writes a scan. With four times as many a scan of a million
  /// images takes as long, and a first scan has more left to write when it has seen everything.
  private static let writerCacheKiB = 8192
  /// KiB of pages for each connection that reads beside it: a directory is read once.
  private static let readerCacheKiB = 2048

  /// Seconds that the connection waits which writes a scan.
  private static let writerPatience: TimeInterval = 10

  /// Makes the settings of the library, once; too late, where another has used it before, is no harm.
  private static let settings: Void = {
    _ = bs_sqlite_count_no_memory()
    bs_sqlite_tell_read_faults()
  }()

  /// Opens an existing database for asking; nothing can be written through it.
  ///
  /// A database whose WAL is empty or missing can be read where nothing may be written at all:
  /// on a read-only medium, or in a directory of somebody else.
  static func reading(_ file: PathBytes) throws(StoreFault) -> DatabaseQueue {
    settings
    return try translating(file) {
      do {
        return try reading(DatabaseName.ordinary(file), file)
      } catch let error as DatabaseError
        where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK
      {
        throw StoreFault.halfMade(file)
      } catch let error as DatabaseError
        where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) && hasEmptyLog(file)
      {
        return try reading(DatabaseName.immutable(file), file)
      }
    }
  }

  private static func reading(_ name: String, _ file: PathBytes) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      compileFast(database)
      try database.execute(sql: "PRAGMA mmap_size = \(mappedBytes); PRAGMA temp_store = MEMORY")
    }
    let queue = try DatabaseQueue(path: name, configuration: configuration)
    _ = try queue.read { try checkStanding(of: $0, file, writing: false) }
    return queue
  }

  /// Opens a database of another program for reading. One without a WAL beside it is opened so that nothing is
  /// made beside it either.
  package static func readingForeign(_ file: PathBytes) throws -> DatabaseQueue {
    settings
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      // Its schema is whoever's who wrote the file.
      try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
    }
    let name = hasEmptyLog(file) ? DatabaseName.immutable(file) : DatabaseName.ordinary(file)
    return try DatabaseQueue(path: name, configuration: configuration)
  }

  /// Whether everything that was ever committed is in the database file itself.
  static func hasEmptyLog(_ file: PathBytes) -> Bool {
    guard let log = PathBytes(file.bytes + Array("-wal".utf8)).exactText else { return false }
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: log)
      return (attributes[.size] as? Int64) == 0 || (attributes[.size] as? Int) == 0
    } catch {
      // One that cannot be read may hold scans.
      return isAbsence(error)
    }
  }

  /// Whether a failure to look at a file means that there is none.
  private static func isAbsence(_ error: any Error) -> Bool {
    let code = (error as? CocoaError)?.code
    return code == .fileReadNoSuchFile || code == .fileNoSuchFile
  }

  /// Whether there is nothing at all at a database's path, or a link that leads to nothing.
  private static func isAbsent(_ file: PathBytes) -> Bool {
    guard let path = file.exactText else { return true }
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return attributes[.type] as? FileAttributeType == .typeSymbolicLink
    } catch {
      return isAbsence(error)
    }
  }

  /// Whether a scan is in a database, as whoever opens it now sees it.
  /// - Throws: `unsettled` where it cannot be asked.
  package static func holds(_ scan: ScanSummary, in file: PathBytes) throws(StoreFault) -> Bool {
    do throws(StoreFault) {
      let queue = try reading(file)
      return try translating(file) {
        try queue.read { reader in
          try Bool.fetchOne(
            reader, sql: "SELECT EXISTS (SELECT 1 FROM scan WHERE id = ? AND started = ?)",
            arguments: [scan.number, scan.started.milliseconds]) == true
        }
      }
    } catch {
      switch error {
      case .noScan, .halfMade: return false
      default: throw .unsettled(file, scan: scan.number, detail: error.reason)
      }
    }
  }

  /// Opens a database for a scan, makes it where there is none, and brings it up to date.
  package static func writing(_ file: PathBytes) throws(StoreFault) -> any DatabaseWriter {
    settings
    return try translating(file) {
      // Opened for writing, a database is changed at once; one that is not ours must not be.
      guard try hasTables(file) else { return try making(file) }
      let pool = try DatabasePool(path: DatabaseName.ordinary(file), configuration: forWriting)
      try upgrade(pool, file)
      return pool
    }
  }

  /// Brings a database up to date. Each step is a transaction of its own, and stays when a later one fails.
  private static func upgrade(_ pool: DatabasePool, _ file: PathBytes) throws {
    do {
      try translating(file) { try SchemaHistory.migrator.migrate(pool) }
    } catch StoreFault.full(_) {
      throw StoreFault.refused(
        file, detail: "the disk is full; the upgrade continues when there is space")
    } catch StoreFault.failing(_, let detail) {
      throw StoreFault.refused(
        file, detail: "the upgrade was interrupted (\(detail)); scan again to continue")
    }
  }

  /// Makes a database. Nobody reads beside its first scan, which writes to the file itself: there is no WAL
  /// until `takeUpWAL`.
  ///
  /// What is written until `leaveWAL` reaches the disk with what is written next; a machine that loses its
  /// power in between loses a database with nothing in it.
  private static func making(_ file: PathBytes) throws -> DatabaseQueue {
    let queue = try DatabaseQueue(path: DatabaseName.ordinary(file), configuration: forWriting)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    try SchemaHistory.migrator.migrate(queue)
    return queue
  }

  private static var forWriting: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(writerPatience)
    configuration.maximumReaderCount = 8
    // A first scan is one transaction over many calls.
    configuration.allowsUnsafeTransactions = true
    // Nothing is mapped: each reader would hold the pages that it touched, and a rescan touches all
    // places once.
    configuration.prepareDatabase { database in
      compileFast(database)
      let cacheKiB = database.configuration.readonly ? readerCacheKiB : writerCacheKiB
      try database.execute(
        sql: """
          PRAGMA page_size = \(pageBytes);
          PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF; PRAGMA wal_autocheckpoint = 0;
          PRAGMA cache_size = -\(cacheKiB); PRAGMA temp_store = FILE; PRAGMA foreign_keys = OFF
          """)
      keepWAL(of: database)
    }
    return configuration
  }

  /// Whether a file is one of our databases; not, where there is none or it is empty.
  /// - Throws: `StoreFault` where it is something else, and must not be written to.
  private static func hasTables(_ file: PathBytes) throws -> Bool {
    do {
      return try hasTables(file, writing: false)
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CANTOPEN && isAbsent(file)
    {
      // Not there yet.
      return false
    } catch let error as DatabaseError
      where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK
    {
      // Somebody was killed in the middle of a transaction, of the one that makes it for example:
      // SQLite first puts back what was there, which no reader may.
      return try hasTables(file, writing: true)
    }
  }

  private static func hasTables(_ file: PathBytes, writing: Bool) throws -> Bool {
    var configuration = Configuration()
    configuration.readonly = !writing
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { compileFast($0) }
    let queue = try DatabaseQueue(
      path: DatabaseName.ordinary(file), configuration: configuration)
    return try queue.read { try checkStanding(of: $0, file, writing: true) } != .empty
  }

  /// Switches from WAL to a rollback journal while no other connection is open. Everything that a first scan writes is new, so the journal stays nearly empty, whereas the WAL would have every page written twice.
  package static func leaveWAL(_ database: Database) throws {
    // A WAL that exists is used again at once.
    keepWAL(of: database, false)
    try withoutWaiting(database) { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try database.execute(sql: "PRAGMA synchronous = NORMAL")
  }

  /// Writes out what a transaction has changed so far, and gives what waits for the disk: on another thread,
  /// so that the end of the transaction has less to wait for. The connection must stay open meanwhile.
  package static func writeOut(_ database: Database) -> @Sendable () -> Void {
    guard let connection = unsafe database.sqliteConnection else { return {} }
    let file = unsafe bs_sqlite_write_out(connection)
    return { if file != 0 { bs_sqlite_wait_for_disk(file) } }
  }

  /// Switches back to WAL, so that readers and the writer do not wait for each other.
  /// Where somebody asks just now, the next scan takes it up when it opens the database.
  package static func takeUpWAL(_ database: Database) throws {
    keepWAL(of: database)
    try withoutWaiting(database) { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
  }

  /// Runs `body`, which does nothing where somebody else has the database open.
  private static func withoutWaiting(
    _ database: Database, _ body: (Database) throws -> Void
  ) throws {
    guard let connection = unsafe database.sqliteConnection else { return }
    _ = unsafe sqlite3_busy_timeout(connection, 0)
    defer { _ = unsafe sqlite3_busy_timeout(connection, Int32(writerPatience * 1000)) }
    do {
      try body(database)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      return
    }
  }

  /// Leaves the WAL and its index beside the database when the last connection closes: who may read
  /// the three files and write none of them can then ask, during a scan too.
  private static func keepWAL(of database: Database, _ stays: Bool = true) {
    guard let connection = unsafe database.sqliteConnection else { return }
    var isKept: Int32 = stays ? 1 : 0
    _ = unsafe sqlite3_file_control(connection, nil, SQLITE_FCNTL_PERSIST_WAL, &isKept)
  }

  /// Takes away what GRDB has SQLite ask about every column of every statement, so that observers of the
  /// database can be told what changes: nobody observes, and asking takes longer than compiling.
  private static func compileFast(_ database: Database) {
    guard let connection = unsafe database.sqliteConnection else { return }
    _ = unsafe sqlite3_set_authorizer(connection, nil, nil)
  }

  private static func checkStanding(
    of database: Database, _ file: PathBytes, writing: Bool
  ) throws -> SchemaHistory.Standing {
    let standing = try SchemaHistory.standing(of: database)
    switch standing {
    case .current: break
    case .empty: if !writing { throw StoreFault.noScan(file) }
    case .older: if !writing { throw StoreFault.olderSchema(file) }
    case .foreign: throw StoreFault.foreignDatabase(file)
    case .newer(let migration): throw StoreFault.newerSchema(file, migration: migration)
    }
    return standing
  }

  /// Runs `body` and turns what SQLite says into a fault that names the file.
  package static func translating<Value>(
    _ file: PathBytes, _ body: () throws -> Value
  ) throws(StoreFault) -> Value {
    do {
      return try body()
    } catch let fault as StoreFault {
      throw fault
    } catch let error as DatabaseError {
      throw fault(of: error, file)
    } catch {
      throw .refused(file, detail: "\(error)")
    }
  }

  private static func fault(of error: DatabaseError, _ file: PathBytes) -> StoreFault {
    let text = error.message ?? "error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_NOTADB: return .notADatabase(file)
    case .SQLITE_CORRUPT: return .damaged(file, detail: text)
    case .SQLITE_FULL: return .full(file)
    case .SQLITE_IOERR: return .failing(file, detail: text)
    case .SQLITE_READONLY:
      return .refused(file, detail: "it cannot be written; check its permissions")
    case .SQLITE_CANTOPEN:
      return .refused(file, detail: "it cannot be opened; check its path and permissions")
    case .SQLITE_BUSY: return .refused(file, detail: "another program is writing to it")
    case .SQLITE_INTERRUPT: return .interrupted
    default: return .refused(file, detail: text)
    }
  }
}
