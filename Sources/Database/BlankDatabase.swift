package import GRDB

/// A database in memory with the tables and views of this version and nothing in them: queries are tried on it.
package enum BlankDatabase {
  /// Runs `body` on a new one.
  package static func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    let queue = try DatabaseQueue()
    try SchemaHistory.migrator.migrate(queue)
    return try queue.read(body)
  }
}
