import DiskImage
import Foundation
import Model
import Record
import Rules
import ScriptedNights
import Sighting
import Testing
import Workflow

/// `verify` finds each promise broken in each table that makes it, and says where.
@Suite struct BrokenPromiseTests {
  /// A database with rows in every table of intervals.
  private static let database = Result {
    let host = try ScriptedHost("/pool", "/far")
    host.isFirstInBulk = true
    host.put("/pool/base")
    host.put("/pool/top", on: "base")
    host.put("/pool/lost", on: "/gone/idle")
    host.put("/pool/idle") { $0.virtualSize = 7 }
    host.put("/far/old")
    host.aliases["/pool/link"] = "/pool/base"
    host.directories["/pool"]?.room = FileSystemRoom(capacity: 100, available: 10)
    host.machines = [Said.machine("web", [Said.disk("top")])]
    host.measuring = { files in
      Dictionary(uniqueKeysWithValues: files.map { ($0.image, OwnBlocks(bytes: 4096, names: 1)) })
    }
    host.contents = [host.files["/pool/base"]?.inode ?? 0: 1]
    let meant = { (name: String) in
      WordRule(pool: nil, who: "/etc/b.toml", reason: nil, ends: nil) {
        $0.name.elementsEqual(name.utf8)
      }
    }
    try host.scan()
    host.write("/pool/base", 2)
    host.directories["/pool"]?.room = FileSystemRoom(capacity: 100, available: 5)
    try host.scan()
    let speech = Speech(
      .settle, images: [.path("/pool/base")], kinds: [], pool: nil, by: "ada",
      at: Moment(milliseconds: 1))
    _ = try host.writer().say(speech)
    host.acknowledged = [meant("lost")]
    host.kept = [meant("top")]
    host.remove("/far/old")
    try host.scan()
    host.write("/pool/base", 3)
    try host.scan(.init { $0.hidden = ["/far"] })
    return try host.whole()
  }

  private func pool() throws -> ScriptedPool { try ScriptedPool(holding: Self.database.get()) }

  /// What is wrong: the check and the row.
  private func defects(_ sql: String) throws -> [String] {
    let pool = try pool()
    try pool.sqlite(sql)
    return try pool.defects().map { "\($0.check): \($0.subject)" }
  }

  /// Tables of intervals, and how verify calls their rows.
  static let tables = [
    ("place", "place of image "), ("alias", "alias link of directory "),
    ("directory_state", "directory_state of directory "), ("image_state", "image_state of image "),
    ("file_state", "file_state of image "), ("domain_state", "domain_state of domain -1"),
    ("reference", "reference 0 of holder "), ("link", "link 0 of holder "),
    ("unused", "unused of image "), ("foundation", "foundation 0 of holder "),
    ("victim", "victim 0 of holder "), ("want", "want of "), ("awaited", "awaited image "),
    ("keep", "kept image "), ("acknowledgement", "acknowledged finding "),
    ("settlement", "settled finding "), ("own_blocks", "own blocks of image "),
    ("holding", "holding of qcow2 in pool "), ("filesystem_state", "room of file system "),
    ("finding", "finding "), ("problem", "problem "),
  ]

  @Test func `the database that is broken here is whole, and has rows of every kind`() throws {
    let pool = try pool()
    #expect(try pool.defects() == [])
    for (table, _) in Self.tables {
      #expect(try pool.number("SELECT count(*) FROM \(table)") ?? 0 > 0, "\(table)")
    }
  }

  /// Does something to the first row of each table, and looks for it among the defects of a check.
  private func isNamed(by check: String, _ change: (String) -> String) throws -> [String] {
    let found = try defects(Self.tables.map { change($0.0) }.joined(separator: ";\n"))
    return Self.tables.filter { _, subject in
      found.contains { $0.hasPrefix("\(check): \(subject)") }
    }.map(\.0)
  }

  /// SQL that is true of one row of a table.
  private static func first(_ table: String) -> String {
    table == "finding" || table == "problem"
      ? "id = (SELECT min(id) FROM \(table))"
      : "from_scan = (SELECT min(from_scan) FROM \(table))"
  }

  @Test func `an interval that ends before it began is named, in every table`() throws {
    let named = try isNamed(by: "interval-empty") {
      "UPDATE \($0) SET until_scan = from_scan WHERE \(Self.first($0))"
    }
    #expect(named == Self.tables.map(\.0))
  }

  @Test(arguments: ["from_scan = 99", "until_scan = 99"])
  func `one of a scan that there never was is named, in every table`(change: String) throws {
    let named = try isNamed(by: "interval-scan") {
      "UPDATE OR IGNORE \($0) SET \(change) WHERE \(Self.first($0))"
    }
    #expect(named == Self.tables.map(\.0))
  }

  @Test func `two that hold at one time are named, in every table of which that is not allowed`()
    throws
  {
    let named = try isNamed(by: "interval-overlap") { table in
      let number = table == "finding" || table == "problem" ? ", id = 9999" : ""
      return """
        CREATE TEMP TABLE twin AS SELECT * FROM \(table) ORDER BY until_scan IS NULL DESC LIMIT 1;
        DELETE FROM \(table) WHERE from_scan > (SELECT from_scan FROM twin);
        UPDATE \(table) SET until_scan = NULL WHERE from_scan = (SELECT from_scan FROM twin);
        UPDATE twin SET from_scan = from_scan + 1, until_scan = NULL\(number);
        INSERT INTO \(table) SELECT * FROM twin;
        DROP TABLE twin
        """
    }
    #expect(named == Self.tables.map(\.0).filter { $0 != "problem" })
  }

  // MARK: The other promises, branch by branch

  /// Of which the number is not spelled out.
  private static let base = "(SELECT image FROM place WHERE CAST(name AS TEXT) = 'base')"
  private static let top = "(SELECT image FROM place WHERE CAST(name AS TEXT) = 'top')"
  private static let old = "(SELECT image FROM place WHERE CAST(name AS TEXT) = 'old')"

  /// What is done to the database, and what verify says among other things.
  static let breaks: [(found: String, sql: String)] = [
    (
      "place-image: place of image ", "PRAGMA foreign_keys = 0; DELETE FROM image WHERE id = \(top)"
    ),
    ("place-image: place of image ", "DELETE FROM file_state WHERE image = \(base)"),
    ("place-image: place of image ", "DELETE FROM image_state WHERE image = \(old)"),
    ("place-image: place of image ", "UPDATE image_state SET until_scan = 4 WHERE image = \(top)"),
    ("image-place: image ", "DELETE FROM place WHERE image = \(old)"),
    (
      "gone-holder: image_state of image ",
      "UPDATE image_state SET until_scan = NULL WHERE image = \(old)"
    ),
    (
      "gone-holder: file_state of image ",
      "UPDATE file_state SET until_scan = NULL WHERE image = \(old)"
    ),
    ("gone-holder: unused of image ", "INSERT INTO unused VALUES (\(old), 3, NULL, NULL)"),
    ("gone-holder: awaited image ", "INSERT INTO awaited VALUES (\(old), 3, NULL, 'named')"),
    ("gone-holder: own blocks of image ", "INSERT INTO own_blocks VALUES (\(old), 3, NULL, 1, 1)"),
    ("gone-holder: victim 0 of holder ", "INSERT INTO victim VALUES (\(old), 0, 3, NULL, \(base))"),
    (
      "gone-holder: reference 7 of holder ",
      "INSERT INTO reference VALUES (\(old), 7, 3, NULL, 'backing', x'61', NULL, NULL, NULL)"
    ),
    (
      "gone-holder: link 7 of holder ",
      """
      INSERT INTO link (holder, ordinal, from_scan, is_backing, state)
      VALUES (\(old), 7, 3, 1, 'missing')
      """
    ),
    (
      "gone-holder: finding 99 (image-dirty) of holder ",
      """
      INSERT INTO finding (id, kind, severity, holder, from_scan)
      VALUES (99, 'image-dirty', 'warning', \(old), 3)
      """
    ),
    ("gone-holder: reference 0 of holder -1", "UPDATE domain_state SET until_scan = 4"),
    (
      "claims: want of image by image ",
      "INSERT INTO want VALUES ('image', \(base), \(old), 0, 3, NULL, 'made-on')"
    ),
    (
      "claims: want of name by domain -9",
      "INSERT INTO want VALUES ('name', x'61', -9, 0, 3, NULL, 'name')"
    ),
    (
      "claims: want of image 88 by ",
      "INSERT INTO want VALUES ('image', 88, \(top), 0, 3, NULL, 'made-on')"
    ),
    (
      "claims: image ",
      """
      UPDATE awaited SET until_scan = NULL;
      INSERT OR IGNORE INTO unused SELECT image, 4, NULL, NULL FROM awaited
      """
    ),
    (
      "claims: image ",
      """
      INSERT INTO awaited VALUES (\(base), 3, NULL, 'named');
      INSERT INTO finding (id, kind, severity, holder, from_scan)
      VALUES (99, 'orphan', 'warning', \(base), 3)
      """
    ),
    ("words: kept image 77", "INSERT INTO keep VALUES (77, 1, NULL, 'a', 0, 0, NULL, NULL)"),
    (
      "words: acknowledged finding 77",
      "INSERT INTO acknowledgement VALUES (77, 1, NULL, 'a', 0, 0, NULL, NULL, '')"
    ),
    ("words: finding 77, closed by a word", "INSERT INTO lifted VALUES (77, 4)"),
    (
      "words: finding ",
      "INSERT INTO lifted SELECT min(id), 1 FROM finding WHERE until_scan IS NULL"
    ),
    ("words: settled finding ", "UPDATE settlement SET applied = NULL"),
    ("words: settled link 0 of image ", "DELETE FROM settlement"),
    ("link-target: link 0 of holder ", "UPDATE link SET target_image = NULL WHERE state = 'ok'"),
    ("link-target: link 0 of holder ", "UPDATE link SET target_image = 88 WHERE state = 'ok'"),
    ("link-target: link 0 of holder ", "UPDATE link SET target_image = \(old) WHERE state = 'ok'"),
    (
      "link-reference: link 0 of holder ",
      "UPDATE reference SET until_scan = 4 WHERE holder = \(top)"
    ),
    (
      "link-reference: reference 0 of holder ",
      "UPDATE link SET until_scan = 4 WHERE holder = \(top)"
    ),
    ("scan-change: change of image ", "INSERT INTO scan_change VALUES (9, 1)"),
    ("scan-change: change of image 88 in scan 4", "INSERT INTO scan_change VALUES (4, 88)"),
    ("scan-change: change of image ", "UPDATE scan SET is_forgotten = 1 WHERE id = 2"),
    (
      "scan-times: scan 2 ends before it begins",
      "UPDATE scan SET finished = started - 1 WHERE id = 2"
    ),
    (
      "scan-times: scan 4 counts 77 open findings",
      "UPDATE scan SET findings_open = 77 WHERE id = 4"
    ),
    (
      "holdings: qcow2 in pool ",
      "UPDATE holding SET actual_size = actual_size + 1 WHERE until_scan IS NULL"
    ),
    ("holdings: qcow2 in pool ", "UPDATE holding SET home_images = 0 WHERE until_scan IS NULL"),
    ("holdings: qcow2 in pool ", "DELETE FROM holding"),
    ("holdings: raw in pool 9", "INSERT INTO holding VALUES (9, 'raw', 4, NULL, 1, 1, 1, 1)"),
    ("json: detail 9", "INSERT INTO image_detail VALUES (9, 1, '{')"),
    ("json: detail of finding ", "UPDATE finding SET detail = 'no'"),
    ("json: cause of finding ", "UPDATE finding SET cause = '['"),
    (
      "json: detail of reference 0 of holder -1",
      "UPDATE reference SET detail = '' WHERE holder < 0"
    ),
    ("foreign-key: place", "UPDATE place SET directory = 88"),
    ("foreign-key: image_state", "UPDATE image_state SET detail = 88"),
  ]

  @Test(arguments: breaks)
  func `a promise that is broken is named, and where`(found: String, sql: String) throws {
    let told = try defects(sql)
    #expect(told.contains { $0.hasPrefix(found) }, "\(told)")
  }

  @Test func `of one check a hundred defects are told, in the order of the checks`() throws {
    let found = try defects(
      """
      WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO keep SELECT i, 1, 1, 'a', 0, 0, NULL, NULL FROM n
      """)
    #expect(found.count { $0.hasPrefix("interval-empty") } == 100)
    #expect(found.count { $0.hasPrefix("words") } == 100)
    #expect(found.first?.hasPrefix("interval-empty") == true)
  }

  @Test func `what a guest may have written is told of a disk that is away`() throws {
    let found = try defects(
      """
      INSERT INTO finding (id, kind, severity, holder, from_scan)
      VALUES (99, 'header-appeared', 'error', \(Self.old), 3);
      UPDATE scan SET findings_open = findings_open + 1 WHERE id = 4
      """)
    #expect(found == [])
  }
}
