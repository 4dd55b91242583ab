import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// Which rows a night writes: of what changed and of what follows from it, and of nothing else.
@Suite struct NightWritesTests {
  /// Tables of intervals of what was seen and what follows from it.
  private static let tables = [
    "directory_state", "place", "alias", "image_state", "file_state", "domain_state", "reference",
    "link", "finding", "want", "awaited", "unused", "victim", "foundation", "acknowledgement",
    "keep", "settlement",
  ]

  /// What a scan opened and closed: the table, how many it opened and how many it closed.
  private func written(_ pool: ScriptedPool, by scan: Int64) throws -> [String] {
    var lines: [String] = []
    for table in Self.tables {
      try pool.view().rows(
        sql: """
          SELECT (SELECT count(*) FROM \(table) WHERE from_scan = \(scan)),
            (SELECT count(*) FROM \(table) WHERE until_scan = \(scan))
          """
      ) { row in
        guard case .integer(let opened) = row.cells[0], case .integer(let closed) = row.cells[1]
        else { return }
        if opened + closed > 0 { lines.append("\(table) +\(opened) -\(closed)") }
      }
    }
    return lines
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let written: [String]
    let night: ScriptedNight

    init(_ description: String, _ written: [String], _ night: ScriptedNight) {
      testDescription = description
      self.written = written
      self.night = night
    }
  }

  private static let web = [
    Said.machine("web", [Said.disk("top"), Said.disk("own") { $0.target = "vdb" }])
  ]

  /// A base and an overlay that a machine uses, an image of its own, and one that somebody has open.
  private func pool(inBulk isBulk: Bool) throws -> ScriptedPool {
    let pool = try ScriptedPool()
    pool.isFirstInBulk = isBulk
    try pool.scan(
      [pool.disk("base"), pool.disk("top", on: "base"), pool.disk("own"), Self.spare(pool)],
      domains: Self.web)
    return pool
  }

  private static func spare(_ pool: ScriptedPool) -> SeenFile {
    var spare = pool.disk("spare")
    spare.isInUse = true
    return spare
  }

  static let changes: [Change] = [
    Change("a quiet night", [], ScriptedNight(machines: web)),
    Change("a night without machines", [], ScriptedNight()),
    Change(
      "a file that was written to", ["file_state +1 -1"],
      ScriptedNight(files: { [$0.disk("own", at: 2)] }, machines: web)),
    Change(
      "one that is open now", ["file_state +1 -1"],
      ScriptedNight(
        files: { pool in
          var own = pool.disk("own")
          own.isInUse = true
          return [own]
        }, machines: web)),
    Change(
      "a header that changed", ["image_state +1 -1"],
      ScriptedNight(files: { [$0.disk("own") { $0.virtualSize = 5 }] }, machines: web)),
    Change(
      "a format that is not recorded any more",
      ["finding +1 -0", "reference +1 -1"],
      ScriptedNight(files: { [$0.disk("top", on: "base", format: nil)] }, machines: web)),
    Change(
      "an image that is gone and that nothing refers to",
      ["file_state +0 -1", "image_state +0 -1", "place +0 -1"],
      ScriptedNight(gone: ["spare"], machines: web)),
    Change(
      "a machine that starts", ["domain_state +1 -1", "reference +2 -2"],
      ScriptedNight(machines: [
        web[0],
        Said.machine(
          "web",
          [
            Said.disk("top", document: .live),
            Said.disk("own", document: .live) { $0.target = "vdb" },
          ], isRunning: true),
      ])),
    Change(
      "a machine that is gone",
      [
        "domain_state +0 -1", "link +0 -2", "reference +0 -2", "unused +3 -0",
      ], ScriptedNight(machines: [])),
  ]

  @Test(arguments: changes, [true, false])
  func `a night writes what changed, whichever way the first was written`(
    change: Change, inBulk: Bool
  ) throws {
    let pool = try pool(inBulk: inBulk)
    try pool.live(change.night)
    #expect(try written(pool, by: 2).sorted() == change.written)
    // And the next one, on which nothing is new, writes nothing.
    try pool.sleep(after: change.night)
    #expect(try written(pool, by: 3).filter { !$0.hasPrefix("finding") } == [])
  }

  @Test func `what nobody could look at stays as it was`() throws {
    let pool = try pool(inBulk: true)
    try pool.scan(state: .unavailable)
    #expect(try written(pool, by: 2) == [])
  }

  @Test func `what a night wrote is closed and not overwritten`() throws {
    let pool = try pool(inBulk: false)
    try pool.scan([pool.disk("own", at: 2)], domains: Self.web)
    try pool.scan([pool.disk("own", at: 3)], domains: Self.web)
    var times: [[QueryValue]] = []
    try pool.view().rows(
      sql: """
        SELECT modified, from_scan, until_scan FROM file_state
        WHERE image = (SELECT image FROM place WHERE name = CAST('own' AS BLOB) LIMIT 1)
        ORDER BY from_scan
        """
    ) { times.append($0.cells) }
    #expect(
      times == [
        [.integer(1000), .integer(1), .integer(2)], [.integer(2), .integer(2), .integer(3)],
        [.integer(3), .integer(3), .null],
      ])
  }
}
