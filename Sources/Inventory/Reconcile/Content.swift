internal import Foundation
internal import GRDB

/// What overlays see of an image, as it was measured.
public struct Content: Hashable, Sendable {
  /// How it was measured. 1: a digest of the bytes of its files.
  let method: Int64
  /// 0: all of it was read; k: one block of 2^k.
  let level: Int64
  /// The measure as the database keeps it.
  let ladder: [UInt8]

  /// A digest of the bytes of an image's files.
  public init(digest: Int64) {
    method = 1
    level = 0
    ladder = Array(String(digest).utf8)
  }

  private init(_ row: Row) {
    method = row[0]
    level = row[1]
    ladder = Array(row[2] as Data)
  }

  /// The content with a number; `nil` where there is none.
  init?(_ number: Int64?, _ database: Database) throws {
    guard let number else { return nil }
    let row = try Row.fetchOne(
      database, sql: "SELECT method, level, ladder FROM content WHERE id = ?", arguments: [number])
    guard let row else { return nil }
    self.init(row)
  }

  /// Whether two contents are one, as far as both were read; `nil` where they cannot be compared.
  public func isSame(as other: Content) -> Bool? {
    guard method == other.method else { return nil }
    return self == other
  }

  /// The number of the content in the database, a new one where it was never measured before.
  func number(_ database: Database) throws -> Int64 {
    let values: StatementArguments = [method, level, Data(ladder)]
    let find = try database.cachedStatement(
      sql: "SELECT id FROM content WHERE method = ? AND level = ? AND ladder = ?")
    if let known = try Int64.fetchOne(find, arguments: values) { return known }
    try database.cachedStatement(
      sql: "INSERT INTO content (method, level, ladder) VALUES (?, ?, ?)"
    ).execute(arguments: values)
    return database.lastInsertedRowID
  }
}
