import Database
import DiskImage
import Model
import Query
import Rules
import ScriptedNights
import Sighting
import Testing

/// Which findings share a cause, and its number.
@Suite struct CauseNumberTests {
  /// The open findings by their cause: kind and subject of each.
  private func causes(_ pool: ScriptedPool) throws -> [[String]] {
    var groups: [Int64: [String]] = [:]
    try pool.view().rows(
      sql: """
        SELECT cause_number, finding.kind || ' ' || coalesce(
          (SELECT CAST(place.name AS TEXT) FROM place
            WHERE place.image = finding.holder AND place.until_scan IS NULL LIMIT 1),
          (SELECT name FROM domain WHERE id = finding.holder))
        FROM finding WHERE until_scan IS NULL AND kind <> 'orphan' ORDER BY 1, 2
        """
    ) {
      if case .integer(let number) = $0.cells[0], case .text(let finding) = $0.cells[1] {
        groups[number, default: []].append(finding)
      }
    }
    return groups.sorted { $0.key < $1.key }.map(\.value)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let causes: [[String]]
    let night: ScriptedNight

    init(_ description: String, _ causes: [[String]], _ night: ScriptedNight) {
      testDescription = description
      self.causes = causes
      self.night = night
    }
  }

  static let rows: [Row] = [
    Row(
      "overlays of one base that is gone", [["backing-missing a", "backing-missing b"]],
      .init(files: { [$0.disk("a", on: "base"), $0.disk("b", on: "base")] })),
    Row(
      "overlays of two bases that are gone", [["backing-missing a"], ["backing-missing b"]],
      .init(files: { [$0.disk("a", on: "x"), $0.disk("b", on: "y")] })),
    Row(
      "an overlay and a machine that miss the same file",
      [["backing-missing a", "domain-image-missing web"]],
      .init(
        files: { [$0.disk("a", on: "base")] },
        machines: [Said.machine("web", [Said.disk("base")])])),
    Row(
      "two images that are dirty are two causes", [["image-dirty a"], ["image-dirty b"]],
      .init(files: {
        [$0.disk("a") { $0.isDirty = true }, $0.disk("b") { $0.isDirty = true }]
      })),
    Row(
      "what is only worth knowing is told in one line",
      [["unknown-feature a", "unknown-feature b"]],
      .init(files: {
        [$0.disk("a") { $0.unknownFeatures = ["x"] }, $0.disk("b") { $0.unknownFeatures = ["y"] }]
      })),
    Row(
      "formats that are not recorded go by the overlay, in which each is to be written",
      [["backing-format-unrecorded a"], ["backing-format-unrecorded b"]],
      .init(files: {
        [
          $0.disk("base"), $0.disk("a", on: "base", format: nil),
          $0.disk("b", on: "base", format: nil),
        ]
      })),
    Row(
      "what one query of the configuration finds",
      [["query-warning a", "query-warning b"], ["query-warning a", "query-warning b"]],
      .init(
        files: { [$0.disk("a"), $0.disk("b")] },
        queries: [
          SavedQuery(name: "one", sql: "SELECT image_id FROM current_images", severity: .warning),
          SavedQuery(name: "two", sql: "SELECT image_id FROM current_images", severity: .warning),
        ])),
  ]

  @Test(arguments: rows) func `findings go together by what is to be done`(row: Row) throws {
    let pool = try ScriptedPool()
    try pool.live(row.night)
    let found = try causes(pool)
    #expect(found.map { $0.sorted() }.sorted { $0.description < $1.description } == row.causes)
  }

  private func numbers(_ pool: ScriptedPool) throws -> [String: Int64] {
    var numbers: [String: Int64] = [:]
    try pool.view().rows(
      sql: """
        SELECT CAST(place.name AS TEXT), cause_number FROM finding
        JOIN place ON place.image = finding.holder AND place.until_scan IS NULL
        WHERE finding.until_scan IS NULL AND finding.kind = 'backing-missing'
        """
    ) {
      if case .text(let name) = $0.cells[0], case .integer(let number) = $0.cells[1] {
        numbers[name] = number
      }
    }
    return numbers
  }

  @Test func `a cause keeps its number while any of its findings is open`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.disk("a", on: "base")])
    let first = try #require(try numbers(pool)["a"])
    try pool.scan([pool.disk("b", on: "base")])
    #expect(try numbers(pool) == ["a": first, "b": first])
    // The finding that gave the number is gone, and the number is not.
    try pool.scan(gone: ["a"])
    #expect(try numbers(pool) == ["b": first])
    try pool.scan([pool.disk("c", on: "base")])
    #expect(try numbers(pool) == ["b": first, "c": first])
  }

  @Test func `a cause that ended and comes back is another`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.disk("a", on: "base")])
    let first = try #require(try numbers(pool)["a"])
    try pool.scan([pool.disk("base")])
    #expect(try numbers(pool).isEmpty)
    try pool.scan(gone: ["base"])
    let second = try #require(try numbers(pool)["a"])
    #expect(second > first)
  }
}
