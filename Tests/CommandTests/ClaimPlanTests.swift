import Foundation
import Testing

/// How SQLite finds wants: by kind and key, and never by a walk over all of them. An INTEGER that is compared
/// with a key, without a `+` before it, is such a walk.
@Suite struct ClaimPlanTests {
  private static let files = RoomSQL.files()

  private static func statements(_ name: String) throws -> [String] {
    try String(contentsOf: #require(files[name]), encoding: .utf8)
      .replacing(/--[^\n]*/, with: "").split(separator: ";").map(String.init)
      .filter { !$0.allSatisfy(\.isWhitespace) }
  }

  /// What the system's sqlite3 says of each statement, after all that comes before it.
  private func plans(_ names: [String]) throws -> [String] {
    let folder = try Folder()
    var script = ".parameter init\n"
    for (name, value) in [
      ("scan", 1), ("all", 1), ("known", 1), ("common", 64), ("image", 1), ("whole", 1),
    ] {
      script += ".parameter set :\(name) \(value)\n"
    }
    for name in [
      "stage/stage.sql", "stage/stage_domains.sql", "judge/collect_domains.sql",
      "words/apply_words.sql", "words/collect_kept.sql",
    ] {
      script += try Self.statements(name).map { $0 + ";\n" }.joined()
    }
    for name in names {
      for statement in try Self.statements(name) {
        if statement.contains("DROP TABLE") || statement.contains("CREATE TEMP") {
          script += statement + ";\n"
        } else {
          script += "EXPLAIN QUERY PLAN " + statement + ";\n"
        }
      }
    }
    try folder.write(Array(script.utf8), "script.sql")
    let migrations = RecordedSessions.url("Migrations").path
    let run = try Program.shell(
      "cat '\(migrations)'/*.sql | sqlite3 db.sqlite && sqlite3 db.sqlite < script.sql", in: folder)
    #expect(run.code == 0, "\(run.complaint)")
    return run.output.split(separator: "\n").map(String.init)
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/sqlite3"), "no sqlite3"),
    arguments: [
      ("judge/judge_awaited.sql", 4), ("claims/ask_claimants.sql", 1),
      ("rules/base_in_use.sql", 1),
    ])
  func `wants are found by what they want`(file: String, probes: Int) throws {
    let needed =
      file.hasPrefix("claims/ask") ? ["as-of/as-of.sql", file] : ["judge/collect_wants.sql", file]
    let plans = try plans(needed)
    // Whether there is an open want at all is asked of the index of those.
    let walks = plans.filter {
      $0.contains("SCAN want") && !$0.contains("SCAN wanted") && !$0.contains("want_")
    }
    #expect(walks == [])
    let found = plans.count { $0.contains("want USING PRIMARY KEY (kind=? AND key=?") }
    #expect(found >= probes, "\(plans)")
  }
}
