import Foundation
import Testing

/// `[[query]]` of the configuration.
@Suite(RealPool.needsQemuImg) struct SavedQueryTests {
  private static let large = """
    SELECT image_id, 'it holds ' || virtual_size || ' bytes' AS message FROM current_images \
    WHERE virtual_size > 2000000
    """

  private static let all = "SELECT image_id FROM current_images"

  /// Queries as a configuration has them, each with its name and severity.
  private func configure(_ pool: RealPool, _ queries: [(String, String, String)]) throws {
    let text = queries.map { name, severity, sql in
      "[[query]]\nname = '\(name)'\nseverity = '\(severity)'\nsql = \"\"\"\(sql)\"\"\"\n"
    }.joined(separator: "\n")
    try pool.folder.write(Array(text.utf8), "b.toml")
  }

  private func pool() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("small.qcow2", size: "1M")
    try pool.image("large.qcow2", size: "4M")
    return pool
  }

  private func scan(_ pool: RealPool, _ more: String...) throws -> Run {
    try Program.run(
      ["scan", "--output", "json", "--config", "b.toml"] + (more.isEmpty ? [pool.path] : more),
      in: pool.folder, environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
  }

  @Test func `what a query gives is a finding of its severity, from the first scan on`() throws {
    let pool = try pool()
    try configure(pool, [("large images", "error", Self.large)])
    #expect(try scan(pool).code == 0)
    #expect(try pool.findings() == ["query-error large.qcow2"])
    let check = try pool.backstory("check")
    #expect(check.code == 2)
    #expect(check.output.contains("is found by query 'large images'"))
    let finding = try #require(try pool.backstory("check", "--output", "json").objects.first)
    #expect(finding["severity"] as? String == "error")
    #expect(finding["reference"] == nil)
    let message = finding["message"] as? String ?? ""
    #expect(message.hasPrefix("Query 'large images' of the configuration finds '"))
    #expect(message.hasSuffix(": it holds 4194304 bytes"))
    #expect(
      try pool.backstory("metrics").output.contains("kind=\"query-error\",severity=\"error\"} 1"))
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `it closes when the query gives the image no more, and when there is no such query`()
    throws
  {
    let pool = try pool()
    let both = [("large", "warning", Self.large), ("all", "info", Self.all)]
    try configure(pool, both)
    _ = try scan(pool)
    #expect(
      try pool.findings() == [
        "query-info large.qcow2", "query-info small.qcow2", "query-warning large.qcow2",
      ])
    try pool.shell("rm large.qcow2")
    _ = try scan(pool)
    #expect(try pool.findings() == ["query-info small.qcow2"])
    #expect(
      try pool.findings("--at", "1") == [
        "query-info large.qcow2", "query-info small.qcow2", "query-warning large.qcow2",
      ])
    try configure(pool, [])
    _ = try scan(pool)
    #expect(try pool.findings() == [])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `two queries of one severity that find one image are two findings and two causes`()
    throws
  {
    let pool = try pool()
    try configure(pool, [("one", "warning", Self.large), ("two", "warning", Self.all)])
    _ = try scan(pool)
    _ = try scan(pool)
    #expect(
      try pool.findings() == [
        "query-warning large.qcow2", "query-warning large.qcow2", "query-warning small.qcow2",
      ])
    let status = try pool.backstory("status", "--output", "json").object
    let causes = status["causes"] as? [[String: Any]]
    #expect(causes?.filter { $0["kind"] as? String == "query-warning" }.count == 2)
    #expect(try pool.backstory("ack", "--kind", "query-warning", "--reason", "known").code == 0)
    #expect(try pool.backstory("check").code == 0)
  }

  @Test(arguments: [
    ("SELECT image_id FROM nowhere", "no such table: nowhere"),
    ("SELECT filename FROM current_images", "it has no column 'image_id'"),
    ("DELETE FROM image RETURNING id AS image_id", "it would change the database"),
    ("ROLLBACK", "it has no column 'image_id'"),
    ("SELECT 1 AS image_id; SELECT 2", "it has several statements"),
    ("-- nothing", "it has no statement"),
  ])
  func `a query that cannot be asked is refused by a check, and a scan says so and goes on`(
    sql: String, complaint: String
  ) throws {
    let pool = try pool()
    try configure(pool, [("q", "warning", Self.large)])
    _ = try scan(pool)
    try configure(pool, [("q", "warning", sql), ("r", "info", Self.large)])
    let check = try Program.run("config", "check", "--config", "b.toml", in: pool.folder)
    #expect(check.code == 1)
    #expect(check.complaint.contains(complaint))
    let scan = try scan(pool)
    #expect(scan.code == 0)
    #expect(scan.complaint.contains("query 'q' was not asked, and what it found before stays"))
    #expect(scan.complaint.contains(complaint))
    #expect(
      try pool.findings() == ["query-info large.qcow2", "query-warning large.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `numbers of no image, nothing and texts find nothing, and one image is found once`()
    throws
  {
    let pool = try pool()
    let sql = """
      SELECT NULL AS image_id UNION ALL SELECT 'x' UNION ALL SELECT 4711 UNION ALL SELECT -1
      UNION ALL SELECT image_id FROM current_images UNION ALL SELECT image_id FROM current_images
      """
    try configure(pool, [(#"=1+1,"`$(id)</b>|;\u001b"#, "warning", sql)])
    #expect(try scan(pool).code == 0)
    #expect(
      try pool.findings() == ["query-warning large.qcow2", "query-warning small.qcow2"])
    #expect(try !pool.backstory("check").output.contains("\u{1b}"))
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a query that gives more than it may is told, and the first of it is found`() throws {
    let pool = try pool()
    let sql = """
      WITH RECURSIVE n (image_id) AS (SELECT 1 UNION ALL SELECT image_id + 1 FROM n LIMIT 20000)
      SELECT image_id FROM n
      """
    try configure(pool, [("many", "info", sql)])
    let scan = try scan(pool)
    #expect(scan.code == 0)
    #expect(scan.complaint.contains("query 'many' finds more than 10000 images"))
    #expect(try pool.findings() == ["query-info large.qcow2", "query-info small.qcow2"])
  }

  @Test func `a scan of a single image asks nothing`() throws {
    let pool = try pool()
    try configure(pool, [])
    _ = try scan(pool)
    try configure(pool, [("q", "warning", Self.large)])
    _ = try scan(pool, pool.path + "/small.qcow2")
    #expect(try pool.findings() == [])
  }

  @Test func `a name is given once, and a severity is one of three`() throws {
    let pool = try pool()
    try configure(pool, [("q", "bad", "SELECT 1"), ("q", "info", "SELECT 1 AS image_id")])
    let check = try Program.run("config", "check", "--config", "b.toml", in: pool.folder)
    #expect(check.code == 1)
    #expect(check.complaint.contains(#"write "error", "warning" or "info""#))
    try configure(
      pool, [("q", "info", "SELECT 1 AS image_id"), ("q", "info", "SELECT 1 AS image_id")])
    let twice = try Program.run("config", "check", "--config", "b.toml", in: pool.folder)
    #expect(twice.complaint.contains("two queries are called 'q'; rename one"))
  }
}
