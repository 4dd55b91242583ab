import Database
import DiskImage
import Model
import Query
import Rules
import ScriptedNights
import Sighting
import Testing

/// When a finding began, when all was well last, and when it ended: only who looked can say.
@Suite struct DatesTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Each finding of the kind: since, last seen right, closed; 0 where there is none.
    let dates: [[Int64]]
    let kind: FindingKind
    let nights: [Scan]

    init(
      _ description: String, _ dates: [[Int64]], of kind: FindingKind = .backingMissing,
      _ nights: Scan...
    ) {
      testDescription = description
      self.dates = dates
      self.kind = kind
      self.nights = nights
    }
  }

  /// One night: what it sees, or that it could not look.
  enum Scan: Sendable {
    case sees(ScriptedNight)
    case isBlind
    /// Nothing is new.
    case isQuiet
  }

  private static let pair = Scan.sees(
    ScriptedNight(files: { [$0.disk("base"), $0.disk("top", on: "base")] }))
  private static let lost = Scan.sees(ScriptedNight(gone: ["base"]))
  private static let back = Scan.sees(ScriptedNight(files: { [$0.disk("base")] }))

  private static func dirty(_ isDirty: Bool, at time: Int64) -> Scan {
    .sees(
      ScriptedNight(files: { [$0.disk("disk", at: time) { $0.isDirty = isDirty }] }))
  }

  static let rows: [Row] = [
    Row(
      "it was so from the beginning", [[1, 0, 0]],
      .sees(
        ScriptedNight(files: { [$0.disk("top", on: "none")] })), .isQuiet),
    Row("it was well the night before", [[2, 1, 0]], pair, lost),
    Row("it was well for some nights", [[4, 3, 0]], pair, .isQuiet, .isQuiet, lost),
    Row(
      "a night that did not look cannot say that it was well", [[3, 1, 0]], pair, .isBlind, lost),
    Row("nor can several", [[5, 2, 0]], pair, .isQuiet, .isBlind, .isBlind, lost),
    Row("a night that did not look ends nothing", [[2, 1, 0]], pair, lost, .isBlind, .isQuiet),
    Row("it is mended", [[2, 1, 3]], pair, lost, back),
    Row(
      "it is mended while nobody looked: the next one that looks says so", [[2, 1, 4]], pair,
      lost, .isBlind, back),
    Row("it comes again, as another", [[2, 1, 3], [4, 3, 0]], pair, lost, back, lost),
    Row(
      "it comes again after quiet nights", [[2, 1, 3], [6, 5, 0]], pair, lost, back, .isQuiet,
      .isQuiet, lost),
    Row(
      "the overlay is gone, and with it what was wrong", [[2, 1, 3]], pair, lost,
      .sees(ScriptedNight(gone: ["top"]))),
    Row(
      "the overlay names another that is gone: that is another finding, of a link that was well once",
      [[2, 1, 3], [3, 1, 0]],
      pair, lost, .sees(ScriptedNight(files: { [$0.disk("top", on: "other", at: 2)] }))),
    Row(
      "the overlay names one that is there", [[2, 1, 3]], pair, lost,
      .sees(
        ScriptedNight(files: { [$0.disk("other"), $0.disk("top", on: "other", at: 2)] }))),
    Row(
      "an image that was not closed", [[2, 1, 3]], of: .imageDirty, dirty(false, at: 1),
      dirty(true, at: 2), dirty(false, at: 3)),
    Row(
      "an image that is as old as its fault was never seen right", [[2, 0, 0]], of: .imageDirty,
      .sees(ScriptedNight(files: { [$0.disk("other")] })), dirty(true, at: 2)),
  ]

  @Test(arguments: rows) func `the dates are those of scans that looked`(row: Row) throws {
    let pool = try ScriptedPool()
    for night in row.nights {
      switch night {
      case .sees(let seen): try pool.live(seen)
      case .isBlind: try pool.scan(state: .unavailable)
      case .isQuiet: try pool.scan()
      }
    }
    var dates: [[Int64]] = []
    try pool.view().rows(
      sql: """
        SELECT from_scan, coalesce(last_good, 0), coalesce(until_scan, 0) FROM finding
        WHERE kind = '\(row.kind.rawValue)' ORDER BY id
        """
    ) { found in
      dates.append(
        found.cells.map { if case .integer(let number) = $0 { number } else { -1 } })
    }
    #expect(dates == row.dates)
  }
}
