import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// When an image that nobody uses becomes an orphan: what is said of it after each of several nights.
@Suite struct OrphanNightsTests {
  struct Story: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// After each night the names of the open orphans, one string a night; `-` where there is none.
    let orphans: [String]
    let nights: [Night]

    init(_ description: String, _ orphans: [String], _ nights: [Night]) {
      testDescription = description
      self.orphans = orphans
      self.nights = nights
    }
  }

  /// A scan: what it sees, and what could not be seen of it.
  struct Night: Sendable {
    var seen = ScriptedNight()
    var state = PoolState.complete
    var isWalked = true
    var sharedOn: String?

    static func sees(_ night: ScriptedNight) -> Night { Night(seen: night) }
    /// Nothing is new; machines as they are given.
    static func quiet(_ machines: [SeenDomain]?) -> Night {
      Night(seen: ScriptedNight(machines: machines))
    }
  }

  private static let pair: @Sendable (ScriptedPool) -> [SeenFile] = {
    [$0.disk("base"), $0.disk("top", on: "base")]
  }
  private static let one: @Sendable (ScriptedPool) -> [SeenFile] = { [$0.disk("idle")] }
  private static let web = [Said.machine("web", [Said.disk("top")])]

  /// The grace is two scans.
  static let stories: [Story] = [
    Story(
      "nobody ever used it, and machines are known", ["-", "idle", "idle"],
      [.sees(.init(files: one, machines: [])), .quiet([]), .quiet([])]),
    Story(
      "without machines nobody knows of an image that it was ever used", ["-", "-", "-"],
      [.sees(.init(files: one)), .quiet(nil), .quiet(nil)]),
    Story(
      "without machines it is one when its last overlay is gone", ["-", "-", "base", "base"],
      [
        .sees(.init(files: pair)), .sees(.init(gone: ["top"])), .quiet(nil), .quiet(nil),
      ]),
    Story(
      "its machine is gone, and all that it stands on", ["-", "-", "base top"],
      [.sees(.init(files: pair, machines: web)), .quiet([]), .quiet([])]),
    Story(
      "a machine uses it again before the time is over", ["-", "-", "-", "-"],
      [
        .sees(.init(files: pair, machines: web)), .quiet([]), .quiet(web), .quiet([]),
      ]),
    Story(
      "a machine uses it again afterwards", ["-", "idle", "-"],
      [
        .sees(.init(files: one, machines: [])), .quiet([]),
        .quiet([Said.machine("web", [Said.disk("idle")])]),
      ]),
    Story(
      "it is open in a process", ["-", "-", "-"],
      [
        .sees(
          .init(
            files: { pool in
              var disk = pool.disk("idle")
              disk.isInUse = true
              return [disk]
            }, machines: [])), .quiet([]), .quiet([]),
      ]),
    Story(
      "it is gone", ["-", "idle", "-"],
      [
        .sees(.init(files: one, machines: [])), .quiet([]),
        .sees(.init(gone: ["idle"], machines: [])),
      ]),
    Story(
      "a night that did not see the pool does not count, and keeps what was found",
      ["-", "-", "idle", "idle"],
      [
        .sees(.init(files: one, machines: [])),
        Night(seen: .init(machines: []), state: .unavailable),
        .quiet([]), Night(seen: .init(machines: []), state: .unavailable),
      ]),
    Story(
      "a night that was not asked for the machines that are known does not count either",
      ["-", "-", "idle"],
      [
        .sees(.init(files: { one($0) + pair($0) }, machines: web)), .quiet(nil), .quiet(web),
      ]),
    Story(
      "on storage of other hosts what was one is taken back", ["-", "idle", "-"],
      [
        .sees(.init(files: one, machines: [])), .quiet([]),
        Night(seen: .init(machines: []), sharedOn: "nfs"),
      ]),
    Story(
      "what a disk that is missing may mean is awaited", ["-", "-", "-"],
      [
        .sees(
          .init(
            files: one,
            machines: [Said.machine("web", [Said.disk("/old/place/idle")])])),
        .quiet([Said.machine("web", [Said.disk("/old/place/idle")])]),
        .quiet([Said.machine("web", [Said.disk("/old/place/idle")])]),
      ]),
    Story(
      "an overlay that is used and leads out of sight hides any base", ["-", "-", "-"],
      [
        .sees(
          .init(
            files: { [$0.disk("idle"), $0.disk("far", on: "/away/base")] },
            machines: [Said.machine("web", [Said.disk("far")])], outside: ["/away/base"])),
        .sees(
          .init(
            machines: [Said.machine("web", [Said.disk("far")])], outside: ["/away/base"])),
        .sees(
          .init(
            machines: [Said.machine("web", [Said.disk("far")])], outside: ["/away/base"])),
      ]),
  ]

  @Test(arguments: stories) func `night after night`(story: Story) throws {
    let pool = try ScriptedPool()
    var orphans: [String] = []
    for night in story.nights {
      pool.outside = night.seen.outside
      try pool.scan(
        night.state == .unavailable ? [] : night.seen.files(pool), gone: night.seen.gone,
        state: night.state, unseen: night.seen.unseen, domains: night.seen.machines,
        isWalked: night.isWalked, sharedOn: night.sharedOn)
      let open = try opened(pool)
      orphans.append(open.isEmpty ? "-" : open.joined(separator: " "))
    }
    #expect(orphans == story.orphans)
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  /// The orphans that the database has open, shown or not.
  private func opened(_ pool: ScriptedPool) throws -> [String] {
    var names: [String] = []
    try pool.view().rows(
      sql: """
        SELECT CAST(place.name AS TEXT) FROM finding
        JOIN place ON place.image = finding.holder AND place.until_scan IS NULL
        WHERE finding.kind = 'orphan' AND finding.until_scan IS NULL ORDER BY 1
        """
    ) { if case .text(let name) = $0.cells[0] { names.append(name) } }
    return names
  }

  @Test func `what nobody ever used was never seen to be in order`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.disk("idle")], domains: [])
    try pool.scan(domains: [])
    #expect(try opened(pool) == ["idle"])
    let found = try pool.view().findings(kinds: [.orphan], pool: nil, since: nil)
    #expect(found.map(\.since.scan) == [2])
    #expect(found.allSatisfy { $0.lastGood == nil })
  }

  @Test func `what was used says when it was used last`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.disk("base"), pool.disk("top", on: "base")], domains: Self.web)
    try pool.scan(domains: Self.web)
    try pool.scan(domains: [])
    try pool.scan(domains: [])
    let found = try pool.view().findings(kinds: [.orphan], pool: nil, since: nil)
    #expect(found.map(\.since.scan) == [4, 4])
    #expect(found.map(\.lastGood?.scan) == [2, 2])
  }
}
