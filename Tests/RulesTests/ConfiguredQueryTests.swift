import Database
import Model
import Query
import Record
import Rules
import ScriptedNights
import Testing

/// The configuration's own queries: what may be asked, and what becomes of findings when it cannot be.
@Suite struct ConfiguredQueryTests {
  private func query(_ sql: String, _ name: String = "q", _ severity: Severity = .warning)
    -> SavedQuery
  {
    SavedQuery(name: name, sql: sql, severity: severity)
  }

  private static let all = "SELECT image_id FROM current_images"

  @Test(arguments: [
    (all, nil as String?),
    ("WITH a AS (SELECT 1 AS image_id) SELECT * FROM a", nil),
    (
      "SELECT filename FROM current_images",
      "it has no column 'image_id' that says which images it finds"
    ),
    ("DELETE FROM image", "it would change the database; only reading is allowed"),
    (all + "; " + all, "it has several statements; give one at a time"),
    ("", "it has no statement; write one that reads"),
    ("SELECT image_id FROM nowhere", "no such table: nowhere"),
  ])
  func `a query reads once, and says which images it finds`(sql: String, fault: String?) {
    #expect(query(sql).fault == fault)
  }

  @Test func `an image found by two queries has two findings, and one by name closes`() throws {
    let pool = try ScriptedPool()
    pool.queries = [query(Self.all, "one"), query(Self.all, "two", .error)]
    try pool.scan([pool.image("disk")])
    #expect(try pool.findings() == ["query-error disk", "query-warning disk"])
    pool.queries = [query(Self.all, "two", .error)]
    try pool.scan()
    #expect(try pool.findings() == ["query-error disk"])
    // The same name is the same query, whatever it asks.
    pool.queries = [query(Self.all + " WHERE format = 'qcow2'", "two", .error)]
    try pool.scan()
    let finding = try pool.view().findings(kinds: [], pool: nil, since: nil).first
    #expect(finding?.since.scan == 1)
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test func `a query that cannot be asked keeps what it found, and the scan says why`() throws {
    let pool = try ScriptedPool()
    pool.queries = [query(Self.all)]
    try pool.scan([pool.image("disk")])
    pool.queries = [query("SELECT image_id FROM nowhere")]
    let result = try pool.scan()
    #expect(try pool.findings() == ["query-warning disk"])
    #expect(
      result.warnings == [
        "query 'q' was not asked, and what it found before stays: no such table: nowhere"
      ])
    pool.queries = [query(Self.all + " WHERE 0")]
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test
  func `what is no number of an image is found by nobody, and a scan of one image asks nothing`()
    throws
  {
    let pool = try ScriptedPool()
    pool.queries = [query("SELECT 'x' AS image_id UNION ALL SELECT NULL UNION ALL SELECT 999")]
    try pool.scan([pool.image("disk")])
    #expect(try pool.findings() == [])
    pool.queries = [query(Self.all)]
    try pool.scan([pool.image("other")], isWalked: false)
    #expect(try pool.findings() == [])
    try pool.scan()
    #expect(try pool.findings().count == 2)
  }

  @Test func `what a blind night could not see is asked of what is known`() throws {
    let pool = try ScriptedPool()
    pool.queries = [query(Self.all)]
    try pool.scan([pool.image("disk")])
    try pool.scan(state: .unavailable)
    #expect(try pool.findings() == ["query-warning disk"])
    try pool.scan(gone: ["disk"])
    #expect(try pool.findings() == [])
  }
}
