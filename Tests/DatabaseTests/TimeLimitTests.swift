import Database
import GRDB
import Testing

@Suite struct TimeLimitTests {
  @Test func `a query without an end is ended, and the connection goes on`() throws {
    let queue = try DatabaseQueue()
    let endless = """
      WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) FROM n
      """
    try queue.read { database in
      do {
        _ = try database.limited(toSeconds: 1) { try Int.fetchOne(database, sql: endless) }
        Issue.record("it ended by itself")
      } catch StoreFault.badQuery(let reason) {
        #expect(reason == "it took longer than 1 s and was ended")
      }
      #expect(try Int.fetchOne(database, sql: "SELECT 7") == 7)
    }
  }

  @Test func `what fails by itself within its time is not called late`() throws {
    let queue = try DatabaseQueue()
    try queue.read { (database: Database) -> Void in
      _ = #expect(throws: DatabaseError.self) {
        try database.limited(toSeconds: 60) { try Int.fetchOne(database, sql: "SELECT nothing") }
      }
    }
  }
}
