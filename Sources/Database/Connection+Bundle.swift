package import GRDB
package import Model

extension Connection {
  /// The name under which a database is attached to one that is made of it.
  package static let attachedName = "source"
  /// Bytes of a page: a bundle of a quiet night has many tables with a row or none.
  private static let bundlePageBytes = 1024
  /// KiB of pages that are kept.
  private static let bundleCacheKiB = 8192

  /// A new database, made of one that is there, which is attached as `source` and only read. Nothing is put back
  /// where it fails: who asked for it removes it.
  /// - Throws: what SQLite says.
  package static func making(
    _ bundle: PathBytes, of file: PathBytes, functions: [DatabaseFunction]
  ) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      for function in functions { database.add(function: function) }
      try database.execute(
        sql: """
          PRAGMA page_size = \(bundlePageBytes); PRAGMA journal_mode = OFF;
          PRAGMA synchronous = OFF; PRAGMA cache_size = -\(bundleCacheKiB);
          PRAGMA temp_store = FILE; PRAGMA foreign_keys = OFF
          """)
    }
    let queue = try DatabaseQueue(
      path: DatabaseName.ordinary(bundle), configuration: configuration)
    try queue.writeWithoutTransaction { try attach(file, $0) }
    return queue
  }

  /// As `reading`: a database whose log is empty can be read where nothing may be written.
  private static func attach(_ file: PathBytes, _ database: Database) throws {
    let attach = "ATTACH ? AS \(attachedName)"
    do {
      try database.execute(sql: attach, arguments: [DatabaseName.readOnly(file)])
      _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(attachedName).sqlite_schema")
    } catch let error as DatabaseError
      where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) && hasEmptyLog(file)
    {
      if try isAttached(database) { try database.execute(sql: "DETACH \(attachedName)") }
      try database.execute(sql: attach, arguments: [DatabaseName.immutable(file)])
    }
  }

  private static func isAttached(_ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM pragma_database_list WHERE name = ?)",
      arguments: [attachedName]) == true
  }
}
