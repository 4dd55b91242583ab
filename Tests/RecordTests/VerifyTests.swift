import Database
import Model
import Record
import ScriptedNights
import Sighting
import Testing
import Workflow

@Suite struct VerifyTests {
  /// Two nights: a base, an overlay, one whose base is missing, one that went.
  private func scanned() throws -> ScriptedPool {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.image("base"), pool.image("top", backing: "base"), pool.image("lost", backing: "none"),
      pool.image("old"),
    ])
    try pool.scan(gone: ["old"])
    return pool
  }

  @Test func `what scans wrote is whole`() throws {
    let pool = try scanned()
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test(arguments: [
    ("interval-empty", "UPDATE place SET until_scan = from_scan WHERE image = 4"),
    ("interval-empty", "UPDATE image_state SET until_scan = 1 WHERE image = 4"),
    ("interval-empty", "UPDATE finding SET until_scan = 0"),
    ("interval-scan", "UPDATE file_state SET from_scan = 9 WHERE image = 1"),
    (
      "interval-scan",
      "UPDATE alias SET until_scan = 7; UPDATE place SET until_scan = 7 WHERE image = 4"
    ),
    ("interval-overlap", "INSERT INTO unused (image, from_scan) VALUES (1, 1), (1, 2)"),
    (
      "interval-overlap",
      "INSERT INTO place SELECT directory, name, 2, NULL, 2, 0 FROM place WHERE image = 1"
    ),
    ("place-image", "DELETE FROM image_state WHERE image = 1"),
    ("place-image", "UPDATE file_state SET until_scan = 2 WHERE image = 1"),
    ("image-place", "DELETE FROM place WHERE image = 4"),
    ("gone-holder", "UPDATE place SET until_scan = 2 WHERE name = CAST('lost' AS BLOB)"),
    ("gone-holder", "UPDATE file_state SET until_scan = NULL WHERE image = 4"),
    ("claims", "INSERT INTO want VALUES ('image', 77, 2, 0, 1, NULL, 'made-on')"),
    ("claims", "INSERT INTO want VALUES ('name', x'61', 4, 0, 1, NULL, 'name')"),
    (
      "claims",
      "INSERT INTO awaited VALUES (1, 1, NULL, 'named'); INSERT INTO unused (image, from_scan) VALUES (1, 1)"
    ),
    ("words", "INSERT INTO keep VALUES (77, 1, NULL, 'a', 0, 0, NULL, NULL)"),
    ("words", "INSERT INTO acknowledgement VALUES (77, 1, NULL, 'a', 0, 0, NULL, NULL, '')"),
    ("words", "INSERT INTO lifted SELECT id, 1 FROM finding WHERE until_scan IS NULL"),
    ("words", "INSERT INTO settled_link VALUES (1, 0, 9, 1)"),
    (
      "words",
      "INSERT INTO settlement VALUES (1, 1, NULL, 'a', 0, NULL, 'base-modified', 1, NULL, NULL, NULL)"
    ),
    ("interval-empty", "INSERT INTO keep VALUES (1, 1, 1, 'a', 0, 0, NULL, NULL)"),
    ("link-target", "UPDATE link SET target_image = NULL WHERE state = 'ok'"),
    ("link-target", "UPDATE place SET until_scan = 2 WHERE name = CAST('base' AS BLOB)"),
    ("link-reference", "DELETE FROM reference WHERE holder = (SELECT max(holder) FROM reference)"),
    ("link-reference", "DELETE FROM link"),
    ("scan-change", "INSERT INTO scan_change VALUES (5, 1)"),
    ("scan-change", "UPDATE scan SET is_forgotten = 1 WHERE id = 2"),
    ("scan-times", "UPDATE scan SET finished = started - 1 WHERE id = 1"),
    ("scan-times", "UPDATE scan SET findings_open = 12 WHERE id = 2"),
    ("json", "UPDATE finding SET cause = '{'"),
    ("foreign-key", "UPDATE image SET filesystem = 77"),
    (
      "file",
      """
      PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (
        SELECT rootpage FROM sqlite_schema WHERE name = 'finding_by_start')
      WHERE name = 'image_by_file'
      """
    ),
  ])
  func `a row that breaks a promise is named`(check: String, sql: String) throws {
    let pool = try scanned()
    try pool.sqlite(sql)
    let defects = try Inventory(reading: pool.file).verify()
    #expect(defects.contains { $0.check == check && !$0.subject.isEmpty }, "\(defects)")
  }

  @Test func `a file that could not be read, until a later night, is no defect`() throws {
    let pool = try ScriptedPool()
    var closed = pool.image("closed", inode: 500)
    closed.header = nil
    try pool.scan([closed])
    #expect(try Inventory(reading: pool.file).verify() == [])
    try pool.scan([pool.image("closed", inode: 500)])
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test func `a prune leaves it whole`() throws {
    let pool = try scanned()
    for night in 0..<6 {
      try pool.scan(
        [pool.image("n\(night)", backing: "base")], gone: night > 1 ? ["n\(night - 2)"] : [])
    }
    let writer = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
    var policy = RetentionPolicy()
    policy.last = 1
    _ = try writer.prune(keeping: policy, isDryRun: false)
    #expect(try Inventory(reading: pool.file).verify() == [])
  }
}
