import Foundation
import Testing

/// Which tables the rooms that judge write: each its own.
@Suite struct WrittenTablesTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

  /// What the statements of a text write, temporary tables aside. `sql` without comments.
  private static func written(_ sql: String) -> Set<String> {
    let statements =
      #/\b(?:(?:INSERT|REPLACE)(?:\s+OR\s+\w+)?\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|DROP\s+TABLE(?:\s+IF\s+EXISTS)?|CREATE\s+TABLE|ALTER\s+TABLE)\s+([\w.\\(]+)/#
    return Set(sql.matches(of: statements).map { String($0.1) }.filter { !$0.hasPrefix("temp.") })
  }

  /// What the SQL and the Swift of a room write.
  private static func tables(of room: String) throws -> Set<String> {
    let files = FileManager.default.enumerator(
      at: sources.appending(path: room), includingPropertiesForKeys: nil)
    var tables: Set<String> = []
    let code = (files?.compactMap { $0 as? URL } ?? [])
      .filter { ["sql", "swift"].contains($0.pathExtension) }
    for file in code {
      let text = try String(contentsOf: file, encoding: .utf8)
      let statements =
        file.pathExtension == "sql"
        ? text.replacing(#/--[^\n]*/#, with: "") : text.replacing(#/(?m)^ *//[^\n]*/#, with: "")
      tables.formUnion(written(statements))
    }
    return tables
  }

  @Test func `rules write findings and which rules judged, and no other table`() throws {
    #expect(try Self.tables(of: "Rules") == ["finding", "judged_rule"])
  }

  @Test func `claims write who needs what and what a scan could see, and no finding`() throws {
    #expect(
      try Self.tables(of: "Claims") == [
        "want", "awaited", "unused", "victim", "foundation", "scan",
      ])
  }

  @Test func `questions write nothing`() throws {
    #expect(try Self.tables(of: "Query") == [])
  }

  @Test(
    arguments: [
      ("INSERT INTO want (kind) SELECT 1", ["want"]),
      ("INSERT OR IGNORE INTO temp.touched SELECT 1", []),
      ("INSERT OR REPLACE\n  INTO judged_rule VALUES (1)", ["judged_rule"]),
      ("UPDATE scan SET is_whole = 1; UPDATE temp.mass_pool SET before = 1", ["scan"]),
      ("DELETE FROM foundation; DELETE FROM temp.match", ["foundation"]),
      ("DROP TABLE IF EXISTS temp.due; CREATE TEMP TABLE due (pool INTEGER)", []),
      ("DROP TABLE finding", ["finding"]),
      ("UPDATE \\(table) SET until_scan = ?", ["\\(table"]),
      ("SELECT updated FROM scan", []),
    ] as [(String, Set<String>)])
  func `the look at statements sees what they write`(sql: String, tables: Set<String>) {
    #expect(Self.written(sql) == tables)
  }
}
