package import GRDB
internal import GRDBSQLite

/// A prepared statement with values bound by SQLite's own calls: for the loops that run once for
/// every file of a pool, where GRDB's arguments would cost three times as much.
///
/// The statement belongs to GRDB's cache and lives as long as its connection.
@safe package struct RawStatement {
  private let statement: OpaquePointer
  private let cached: Statement
  /// Added to the number of every value that is bound.
  private var base: Int32 = 0
  /// Where bytes are kept that are bound; `nil`: SQLite copies them.
  private var arena: BindingArena?

  package init(_ database: Database, sql: String) throws {
    cached = try database.cachedStatement(sql: sql)
    unsafe statement = unsafe cached.sqliteStatement
  }

  /// The same statement, of which the value number 1 is the one after `count` others.
  func skipping(_ count: Int32) -> RawStatement {
    var shifted = self
    shifted.base = count
    return shifted
  }

  /// The same statement, for which bytes are kept in `arena` as far as there is room: until the arena is
  /// emptied the statement has to be run, and after that to be bound again.
  func keeping(in arena: BindingArena) -> RawStatement {
    var other = self
    other.arena = arena
    return other
  }

  /// Lets go of everything that is bound.
  func unbind() { unsafe sqlite3_clear_bindings(statement) }

  package func bind(_ value: Int64, at index: Int32) {
    unsafe sqlite3_bind_int64(statement, base + index, value)
  }

  package func bind(_ value: Int64?, at index: Int32) {
    if let value { bind(value, at: index) } else { bindNull(at: index) }
  }

  package func bind(_ value: Bool, at index: Int32) { bind(value ? 1 : 0 as Int64, at: index) }

  package func bind(_ value: String?, at index: Int32) {
    guard var value else { return bindNull(at: index) }
    value.withUTF8 { bytes in
      let kept = unsafe arena?.keep(UnsafeRawBufferPointer(bytes))
      let start = unsafe kept ?? UnsafeRawPointer(bytes.baseAddress)
      _ = unsafe sqlite3_bind_text(
        statement, base + index, start?.assumingMemoryBound(to: CChar.self),
        Int32(truncatingIfNeeded: bytes.count), kept == nil ? Self.copies : nil)
    }
  }

  package func bind(blob value: [UInt8]?, at index: Int32) { bind(blob: value?[...], at: index) }

  package func bind(blob value: ArraySlice<UInt8>?, at index: Int32) {
    guard let value else { return bindNull(at: index) }
    guard !value.isEmpty else {
      _ = unsafe sqlite3_bind_zeroblob(statement, base + index, 0)
      return
    }
    unsafe value.withUnsafeBytes { bytes in
      let kept = unsafe arena?.keep(bytes)
      _ = unsafe sqlite3_bind_blob(
        statement, base + index, kept ?? bytes.baseAddress,
        Int32(truncatingIfNeeded: bytes.count), kept == nil ? Self.copies : nil)
    }
  }

  package func bindNull(at index: Int32) { unsafe sqlite3_bind_null(statement, base + index) }

  /// Runs the statement, which returns no rows, and makes it ready for the next values.
  package func run(_ database: Database) throws {
    let code = unsafe sqlite3_step(statement)
    unsafe sqlite3_reset(statement)
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
  }

  /// Steps to the next row.
  /// - Returns: whether there is one; after the last the statement is ready for the next values.
  package func next(_ database: Database) throws -> Bool {
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
  package func reset() { unsafe sqlite3_reset(statement) }

  package func integer(at column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

  package func isNull(at column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  /// Appends the bytes of a column to `arena`.
  package func appendBlob(at column: Int32, to arena: inout [UInt8]) {
    guard let start = unsafe sqlite3_column_blob(statement, column) else { return }
    let count = unsafe Int(sqlite3_column_bytes(statement, column))
    unsafe arena.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
  }

  /// SQLite's sign that it must copy what is bound.
  private static var copies: sqlite3_destructor_type? {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}
