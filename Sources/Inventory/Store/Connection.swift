internal import GRDB
internal import GRDBSQLite

/// How a database file is opened; what SQLite says is turned into `StoreFault` here.
enum Connection {
  /// Bytes that a reader maps instead of copying; SQLite caps it at the file's size.
  private static let mappedBytes = 1 << 30

  /// Opens an existing database for asking; nothing can be written through it.
  static func reading(_ file: PathBytes) throws(StoreFault) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA mmap_size = \(mappedBytes); PRAGMA temp_store = MEMORY")
    }
    return try translating(file) {
      let queue = try DatabaseQueue(path: file.displayText, configuration: configuration)
      try queue.read { try checkStanding(of: $0, file, writing: false) }
      return queue
    }
  }

  /// Opens a database for a scan, makes it where there is none, and brings it up to date.
  static func writing(_ file: PathBytes) throws(StoreFault) -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 8
    // A first scan is one transaction over many calls.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF; PRAGMA wal_autocheckpoint = 0;
          PRAGMA cache_size = -32768; PRAGMA temp_store = FILE; PRAGMA foreign_keys = OFF;
          PRAGMA mmap_size = \(mappedBytes)
          """)
    }
    return try translating(file) {
      let pool = try DatabasePool(path: file.displayText, configuration: configuration)
      try pool.read { try checkStanding(of: $0, file, writing: true) }
      try SchemaHistory.migrator.migrate(pool)
      return pool
    }
  }

  private static func checkStanding(
    of database: Database, _ file: PathBytes, writing: Bool
  ) throws {
    switch try SchemaHistory.standing(of: database) {
    case .current: return
    case .empty: if !writing { throw StoreFault.noScan(file) }
    case .older: if !writing { throw StoreFault.olderSchema(file) }
    case .foreign: throw StoreFault.foreignDatabase(file)
    case .newer(let migration): throw StoreFault.newerSchema(file, migration: migration)
    }
  }

  /// Runs `body` and turns what SQLite says into a fault that names the file.
  static func translating<Value>(
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
    case .SQLITE_FULL: return .refused(file, detail: "the disk is full; nothing was changed")
    case .SQLITE_READONLY:
      return .refused(file, detail: "it may not be written; check its permissions")
    case .SQLITE_CANTOPEN:
      return .refused(file, detail: "it may not be opened; check its path and permissions")
    case .SQLITE_BUSY: return .refused(file, detail: "another program is writing to it")
    case .SQLITE_INTERRUPT: return .interrupted
    default: return .refused(file, detail: text)
    }
  }
}
