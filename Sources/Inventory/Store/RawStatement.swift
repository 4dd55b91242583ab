internal import GRDB
internal import GRDBSQLite

/// A prepared statement with values bound by SQLite's own calls: for the loops that run once for
/// every file of a pool, where GRDB's arguments would cost three times as much.
///
/// The statement belongs to GRDB's cache and lives as long as its connection.
@safe struct RawStatement {
  private let statement: OpaquePointer
  private let cached: Statement
  /// Added to the number of every value that is bound.
  private var base: Int32 = 0

  init(_ database: Database, sql: String) throws {
    cached = try database.cachedStatement(sql: sql)
    unsafe statement = unsafe cached.sqliteStatement
  }

  /// The same statement, of which the value number 1 is the one after `count` others.
  func skipping(_ count: Int32) -> RawStatement {
    var shifted = self
    shifted.base = count
    return shifted
  }

  func bind(_ value: Int64, at index: Int32) {
    unsafe sqlite3_bind_int64(statement, base + index, value)
  }

  func bind(_ value: Int64?, at index: Int32) {
    if let value { bind(value, at: index) } else { bindNull(at: index) }
  }

  func bind(_ value: Bool, at index: Int32) { bind(value ? 1 : 0 as Int64, at: index) }

  func bind(_ value: String?, at index: Int32) {
    guard var value else { return bindNull(at: index) }
    value.withUTF8 { bytes in
      _ = unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe sqlite3_bind_text(
          statement, base + index, characters.baseAddress,
          Int32(truncatingIfNeeded: characters.count), Self.copies)
      }
    }
  }

  func bind(blob value: [UInt8]?, at index: Int32) {
    guard let value else { return bindNull(at: index) }
    guard !value.isEmpty else {
      _ = unsafe sqlite3_bind_zeroblob(statement, base + index, 0)
      return
    }
    unsafe value.withUnsafeBytes { bytes in
      _ = unsafe sqlite3_bind_blob(
        statement, base + index, bytes.baseAddress, Int32(truncatingIfNeeded: bytes.count),
        Self.copies)
    }
  }

  func bindNull(at index: Int32) { unsafe sqlite3_bind_null(statement, base + index) }

  /// Runs the statement, which returns no rows, and makes it ready for the next values.
  func run(_ database: Database) throws {
    let code = unsafe sqlite3_step(statement)
    unsafe sqlite3_reset(statement)
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
  }

  /// Steps to the next row.
  /// - Returns: whether there is one; after the last the statement is ready for the next values.
  func next(_ database: Database) throws -> Bool {
    let code = unsafe sqlite3_step(statement)
    if code == SQLITE_ROW { return true }
    unsafe sqlite3_reset(statement)
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
    return false
  }

  /// Leaves the remaining rows.
  func reset() { unsafe sqlite3_reset(statement) }

  func integer(at column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

  /// Appends the bytes of a column to `arena`.
  func appendBlob(at column: Int32, to arena: inout [UInt8]) {
    guard let start = unsafe sqlite3_column_blob(statement, column) else { return }
    let count = unsafe Int(sqlite3_column_bytes(statement, column))
    unsafe arena.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
  }

  /// SQLite's sign that it must copy what is bound.
  private static var copies: sqlite3_destructor_type? {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}
