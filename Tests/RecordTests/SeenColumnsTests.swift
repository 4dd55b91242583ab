import DiskImage
import Model
import Query
import ScriptedNights
import Sighting
import Testing

@testable import Record

/// The lists of columns by which both ways bind, and of which their statements are made.
@Suite struct SeenColumnsTests {
  private func columns(of table: String, _ pool: ScriptedPool) throws -> [String] {
    var names: [String] = []
    try pool.view().rows(sql: "SELECT name FROM pragma_table_info('\(table)') ORDER BY cid") {
      for case .text(let name) in $0.cells { names.append(name) }
    }
    return names
  }

  @Test func `each list is in the order of its table, and lacks only what is no sight`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("a")])
    func rest(_ table: String, _ listed: [String]) throws -> [String] {
      let all = try columns(of: table, pool)
      #expect(all.filter(listed.contains) == listed, "\(table)")
      return all.filter { !listed.contains($0) }
    }
    #expect(
      try rest("image_state", HeaderColumn.all.map(\.rawValue)) == [
        "image", "from_scan", "until_scan",
      ])
    #expect(
      try rest("file_state", FileColumn.all.map(\.rawValue)) == [
        "image", "from_scan", "until_scan",
      ])
    #expect(
      try rest("reference", ReferenceColumn.all.map(\.rawValue)) == [
        "holder", "ordinal", "from_scan", "until_scan", "detail",
      ])
    #expect(
      try rest("image", ImageColumn.all.map(\.rawValue)) == [
        "id", "first_scan", "content", "accepted_format", "accepted_scan", "revised_scan",
      ])
  }

  @Test(arguments: [
    ("INTO image (id, {image})", "INTO image (id, filesystem, inode, birth_time, sample)"),
    ("({old.image}) IS NOT", "(old.filesystem, old.inode, old.birth_time, old.sample) IS NOT"),
    (
      "{reference} {found.reference}",
      "role, stored, recorded_format, format_in_reference "
        + "found.role, found.stored, found.recorded_format, found.format_in_reference"
    ),
    ("json '{}' and {link} stay", "json '{}' and {link} stay"),
  ])
  func `a list takes the place of its name in braces`(text: String, listed: String) {
    #expect(SeenColumns.listed(in: text) == listed)
  }

  /// A file of which every value is another.
  private func file(_ pool: ScriptedPool) -> SeenFile {
    var file = pool.image("all", backing: "/pool/base", format: "raw", inode: 11) {
      $0.content = "mbr"
      $0.virtualSize = 21
      $0.clusterSize = 22
      $0.isEncrypted = true
      $0.isDirty = true
      $0.isCorrupt = true
      $0.unknownFeatures = ["one", "two"]
      $0.fault = .truncated(offset: 3, needed: 4)
    }
    file.birthTime = 12
    file.fileSize = 31
    file.actualSize = 32
    file.modified = 33
    file.changed = 34
    file.signature = 35
    file.linkCount = 36
    file.isInUse = true
    file.sample = 37
    file.ownership = FileOwnership(user: 41, group: 42, mode: 43)
    return file
  }

  @Test(arguments: [true, false])
  func `what was seen stands in the column that is named for it`(inBulk: Bool) throws {
    let pool = try ScriptedPool()
    pool.isFirstInBulk = inBulk
    try pool.scan([file(pool)])
    func row(_ sql: String) throws -> [QueryValue] {
      var cells: [QueryValue] = []
      try pool.view().rows(sql: sql) { cells += $0.cells }
      return cells
    }
    #expect(
      try row("SELECT inode, birth_time, sample FROM image") == [
        .integer(11), .integer(12), .integer(37),
      ])
    #expect(
      try row(
        """
        SELECT kind, format, content, virtual_size, cluster_size, is_encrypted, is_dirty, is_corrupt,
          unknown_feature, header_digest, own_uuid, own_mark, parent_mark
        FROM image_state
        """) == [
          .text("image"), .text("qcow2"), .text("mbr"), .integer(21), .integer(22), .integer(1),
          .integer(1), .integer(1), .text("one, two"), .integer(21), .null, .null, .null,
        ])
    #expect(try row("SELECT count(*) FROM image_state WHERE fault IS NOT NULL") == [.integer(1)])
    #expect(
      try row(
        """
        SELECT file_size, actual_size, modified, changed, is_in_use, is_readable, links,
          (SELECT "user" || ' ' || "group" || ' ' || mode FROM ownership WHERE id = ownership)
        FROM file_state
        """) == [
          .integer(31), .integer(32), .integer(33), .integer(34), .integer(1), .integer(1),
          .integer(36), .text("41 42 43"),
        ])
    #expect(
      try row(
        """
        SELECT role, CAST(stored AS TEXT), recorded_format, format_in_reference FROM reference
        """) == [.text("backing"), .text("/pool/base"), .text("raw"), .null])
    #expect(
      try row("SELECT CAST(name AS TEXT), signature FROM place") == [.text("all"), .integer(35)])
  }

  @Test func `each value that changes makes an interval, and one that does not makes none`() throws
  {
    typealias Change = (what: String, change: (inout SeenFile) -> Void)
    let changes: [Change] = [
      ("file_size", { $0.fileSize = 900 }), ("actual_size", { $0.actualSize = 900 }),
      ("modified", { $0.modified = 900 }), ("changed", { $0.changed = 900 }),
      ("is_in_use", { $0.isInUse = false }), ("is_readable", { $0.header = nil }),
      ("links", { $0.linkCount = 900 }),
      ("ownership", { $0.ownership = FileOwnership(user: 900, group: 42, mode: 43) }),
    ]
    for (what, change) in changes {
      let pool = try ScriptedPool()
      try pool.scan([file(pool)])
      try pool.scan([file(pool)])
      func count() throws -> [QueryValue] {
        var cells: [QueryValue] = []
        try pool.view().rows(sql: "SELECT count(*) FROM file_state") { cells += $0.cells }
        return cells
      }
      #expect(try count() == [.integer(1)], "\(what)")
      var other = file(pool)
      change(&other)
      try pool.scan([other])
      #expect(try count() == [.integer(2)], "\(what)")
    }
  }
}
