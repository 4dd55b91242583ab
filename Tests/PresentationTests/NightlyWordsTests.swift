import Foundation
import Model
import Query
import Testing

@testable import Presentation

/// How findings and changes are told to those who look every morning.
@Suite struct NightlyWordsTests {
  @Test(arguments: [
    (30, "just now"), (59_999, "just now"), (300_000, "5 minutes"), (68_400_000, "19 hours"),
    (72_000_000, "1 day"),
    (86_400_000, "1 day"), (93_600_000, "1 day"), (158_400_000, "2 days"),
    (259_200_000, "3 days"), (31_536_000_000, "365 days"),
  ])
  func `time is counted in days where there is one`(milliseconds: Int64, words: String) {
    #expect(HumanWords.age(milliseconds: milliseconds) == words)
  }

  @Test func `since when something holds is said from the scan that is asked for`() {
    #expect(
      HumanWords.since(Examples.night1, now: Examples.night12)
        == "for 11 days, since scan 1 (2026-11-24 01:24Z)")
    #expect(
      HumanWords.since(Examples.night12, now: Examples.night12)
        == "new in scan 12 (2026-12-05 01:24Z)")
  }

  @Test func `findings that differ in their image alone are told once`() throws {
    var other = Examples.missing
    other.filename = "/srv/pool/mail.qcow2"
    other.imageID = 5
    var later = other
    later.since = Examples.night12
    later.filename = "/srv/pool/late.qcow2"
    let text = try Report.findings(
      [Examples.missing, other, later], now: Examples.night12, form: FindingsForm(group: .image)
    ).text(.human)
    #expect(text.contains("Errors (3)\n"))
    #expect(text.contains("  and so for  /srv/pool/mail.qcow2 (#5)\n"))
    #expect(text.components(separatedBy: "backing-missing").count == 3)
    #expect(text.contains("as of scan 12 (2026-12-05 01:24Z).\n"))
  }

  @Test func `findings with which something else is to be done are told each`() throws {
    var one = Examples.missing
    one.particulars = ["base": "though libvirt starts a machine on it"]
    var other = one
    other.filename = "/srv/pool/mail.qcow2"
    other.particulars = ["base": "because libvirt refuses to start a machine with it"]
    // However much the ends of the sentences are alike.
    (one.message, other.message) = (
      "Record it, and start a machine on it.", "Start a machine on it."
    )
    let text = try Report.findings(
      [one, other], now: Examples.night12, form: FindingsForm(group: .image)
    ).text(.human)
    #expect(!text.contains("and so for"))
    #expect(text.components(separatedBy: "backing-missing").count == 3)
  }

  @Test(arguments: [60, 80, 100, 120])
  func `no line of a finding is wider than the terminal, colours aside`(width: Int) throws {
    var finding = Examples.missing
    finding.since = Examples.night11
    finding.lastGood = Examples.night1
    let style = Style(width: width, hasColor: true, hasUnicode: true)
    let text = try Report.findings(
      [finding, Examples.dirty, Examples.remote], now: Examples.night12
    )
    .text(.human, style)
    #expect(text.contains("last good in"))
    for line in text.replacing(#/\u{1b}\[[0-9;]*m/#, with: "").split(separator: "\n") {
      #expect(line.count <= width, "\(line)")
    }
  }

  private let pool = PoolSummary(
    outcome: PoolOutcome(
      name: "/srv/customers/northwind/pool", path: "/srv/customers/northwind/pool",
      state: .complete, images: 291, reason: nil),
    actualSize: 58_195_968, openFindings: 50, lastScan: Examples.night12,
    lastComplete: Examples.night12)

  @Test(arguments: [40, 50, 60, 80, 120])
  func `no table is wider than the terminal`(width: Int) throws {
    let style = Style(width: width, hasColor: false, hasUnicode: true)
    let texts = [
      try Report.pools([pool]).text(.human, style),
      try Report.scans([Examples.summary]).text(.human, style),
    ]
    for line in texts.flatMap({ $0.split(separator: "\n") }) {
      #expect(line.count <= width, "\(line)")
    }
  }

  @Test func `where columns do not fit each row is a block, and its path is last`() throws {
    let style = Style(width: 40, hasColor: false, hasUnicode: true)
    #expect(
      try Report.pools([pool]).text(.human, style) == """
        pool /srv/customers/northwind/pool
        state complete  images 291
        on disk 55.5 MiB  findings 50
        last complete scan 12
          /srv/customers/northwind/pool

        """)
  }

  @Test func `a move that does not fit the line takes two`() throws {
    let move = ImageChange(
      kind: .moved, filename: "/srv/pool/golden/debian-12.qcow2", imageID: 1,
      previousFilename: "/srv/pool/debian-12.qcow2")
    let diff = Difference(
      from: Examples.night11, to: Examples.night12, changes: [move], opened: [], closed: [])
    let wide = try Report.difference(diff).text(.human)
    #expect(
      wide.contains("> /srv/pool/debian-12.qcow2 → /srv/pool/golden/debian-12.qcow2\n"))
    let narrow = try Report.difference(diff).text(
      .human, Style(width: 40, hasColor: false, hasUnicode: false))
    #expect(
      narrow.contains("> /srv/pool/debian-12.qcow2\n  -> /srv/pool/golden/debian-12.qcow2\n"))
  }
}
