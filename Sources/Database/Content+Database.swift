internal import Foundation
package import GRDB
package import Sighting

extension Content {
  /// The content with a number; `nil` where there is none.
  package init?(_ number: Int64?, _ database: Database) throws {
    guard let number else { return nil }
    let row = try Row.fetchOne(
      database, sql: "SELECT method, level, ladder FROM content WHERE id = ?", arguments: [number])
    guard let row else { return nil }
    self.init(method: row[0], level: row[1], ladder: Array(row[2] as Data))
  }

  /// The number of the content in the database, a new one where it was never measured before.
  package func number(_ database: Database) throws -> Int64 {
    let values: StatementArguments = [method.rawValue, level, Data(ladder)]
    let find = try database.cachedStatement(
      sql: "SELECT id FROM content WHERE method = ? AND level = ? AND ladder = ?")
    if let known = try Int64.fetchOne(find, arguments: values) { return known }
    try database.cachedStatement(
      sql: "INSERT INTO content (method, level, ladder) VALUES (?, ?, ?)"
    ).execute(arguments: values)
    return database.lastInsertedRowID
  }
}
