import Bundle
import Foundation
import Model
import Testing

/// What a centre does with bundles, in plain SQL: a database of the bundle's own tables, as Documentation/bundle.md
/// says it.
final class Replay {
  private let folder: URL
  private var count = 0

  static let whole = ["filesystem", "pool", "former_pool"]
  static let named = ["directory", "domain", "image_detail", "content", "ownership"]
  static let added = ["scan", "pool_scan", "shared_pool", "scan_image", "scan_change"]
  /// Tables whose rows may change in place, and what says when they began.
  static let revised = ["image": "first_scan", "foundation": "from_scan"]
  /// Interval tables with their keys.
  static let intervals = [
    "place": ["directory", "name", "from_scan"], "alias": ["directory", "name", "from_scan"],
    "directory_state": ["directory", "from_scan"], "filesystem_state": ["filesystem", "from_scan"],
    "image_state": ["image", "from_scan"], "file_state": ["image", "from_scan"],
    "domain_state": ["domain", "from_scan"], "reference": ["holder", "ordinal", "from_scan"],
    "link": ["holder", "ordinal", "from_scan"], "unused": ["image", "from_scan"],
    "awaited": ["image", "from_scan"],
    "want": ["kind", "key", "holder", "ordinal", "from_scan"],
    "foundation": ["holder", "ordinal", "from_scan"],
    "victim": ["holder", "ordinal", "from_scan"], "own_blocks": ["image", "from_scan"],
    "finding": ["id"], "problem": ["id"],
  ]
  static let words = ["acknowledgement", "keep", "settlement", "lifted"]
  static let tables =
    (whole + named + added + ["image"] + intervals.keys + words).sorted()

  private static let schema = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/Bundle/SQL/bundle/bundle.sql")

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "backstory-replay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(try sql(String(contentsOf: Self.schema, encoding: .utf8)) == "")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A path for a bundle that is not there yet.
  func place() -> PathBytes {
    count += 1
    return PathBytes(folder.appending(path: "bundle\(count)").path.utf8)
  }

  /// Takes a bundle.
  /// - Returns: which ends are of rows that are not there.
  func take(_ bundle: PathBytes) throws -> String {
    let start = "(SELECT from_scan FROM b.bundle)"
    var script = ["ATTACH '\(bundle.displayText)' AS b;", "BEGIN;"]
    for table in Self.whole {
      script.append("INSERT OR REPLACE INTO \(table) SELECT * FROM b.\(table);")
    }
    for table in Self.named {
      script.append("INSERT OR IGNORE INTO \(table) SELECT * FROM b.\(table);")
    }
    for table in Self.added { script.append("INSERT INTO \(table) SELECT * FROM b.\(table);") }
    for (table, keys) in Self.intervals.sorted(by: { $0.key < $1.key }) {
      let same = keys.map { "\(table).\($0) = ended.\($0)" }.joined(separator: " AND ")
      script.append(
        """
        UPDATE main.\(table) SET until_scan = ended.until_scan FROM b.ended_\(table) AS ended
        WHERE \(same) AND \(table).until_scan IS NULL;
        SELECT 'ended_\(table)' WHERE changes() <> (SELECT count(*) FROM b.ended_\(table));
        """)
      if Self.revised[table] == nil {
        script.append("INSERT INTO \(table) SELECT * FROM b.\(table);")
      }
    }
    for (table, begin) in Self.revised.sorted(by: { $0.key < $1.key }) {
      let keys = Self.intervals[table] ?? ["id"]
      let key = "(\(keys.joined(separator: ", ")))"
      script.append(
        """
        DELETE FROM main.\(table) WHERE \(key) IN (
          SELECT \(keys.joined(separator: ", ")) FROM b.\(table) WHERE \(begin) <= \(start));
        SELECT 'revised \(table)'
        WHERE changes() <> (SELECT count(*) FROM b.\(table) WHERE \(begin) <= \(start));
        INSERT INTO \(table) SELECT * FROM b.\(table);
        """)
    }
    for table in Self.words {
      let isLifted = table == "lifted"
      script.append(
        """
        DELETE FROM main.\(table)
        WHERE \(isLifted ? "scan >= \(start)" : "until_scan IS NULL OR until_scan >= \(start)");
        INSERT INTO \(table) SELECT * FROM b.\(table);
        """)
    }
    return try sql((script + ["COMMIT;"]).joined(separator: "\n"))
  }

  /// The tables in which rows of a bundle are missing here; and, where it is to be the same, those with rows that the
  /// bundle has not.
  func differences(from bundle: PathBytes, both: Bool, but others: Set<String> = []) throws
    -> String
  {
    let tables = Self.tables.filter { !others.contains($0) }
    let missing = tables.map { table in
      """
      SELECT 'missing in \(table)', * FROM (SELECT * FROM b.\(table) EXCEPT SELECT * FROM main.\(table)) LIMIT 3;
      """
    }
    let more = tables.map { table in
      """
      SELECT 'more in \(table)', * FROM (SELECT * FROM main.\(table) EXCEPT SELECT * FROM b.\(table)) LIMIT 3;
      """
    }
    return try sql(
      (["ATTACH '\(bundle.displayText)' AS b;"] + missing + (both ? more : [])).joined(
        separator: "\n"))
  }

  /// Runs statements, as `sqlite3` does.
  func sql(_ text: String, on file: String? = nil) throws -> String {
    let script = folder.appending(path: "script.sql")
    let output = folder.appending(path: "output")
    try Data((".bail on\n" + text).utf8).write(to: script)
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sqlite3")
    process.arguments = [file ?? folder.appending(path: "centre.sqlite").path]
    process.standardInput = try FileHandle(forReadingFrom: script)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }
}
