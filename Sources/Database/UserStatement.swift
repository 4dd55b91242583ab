package import GRDB

extension Database {
  /// The one statement of a query of a user's; it only reads.
  /// - Throws: `StoreFault.badQuery` where it is none, or several, or would write.
  package func userStatement(_ sql: String) throws -> Statement {
    let statements = try allStatements(sql: sql)
    guard let statement = try statements.next() else {
      throw StoreFault.badQuery("it has no statement; write one that reads")
    }
    guard statement.isReadonly else {
      throw StoreFault.badQuery("it would change the database; only reading is allowed")
    }
    guard try statements.next() == nil else {
      throw StoreFault.badQuery("it has several statements; give one at a time")
    }
    return statement
  }
}
