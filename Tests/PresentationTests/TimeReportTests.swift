import DiskImage
import Model
import Presentation
import Query
import Testing

/// Answers over time, in every output.
@Suite struct TimeReportTests {
  private static var events: [Event] {
    var pool = Event(
      point: Examples.night12, kind: .poolUnavailable, subject: .pool("backup", "/mnt/backup"))
    pool.reason = "it is no mount point any more; mount it and scan again"
    var changed = Event(
      point: Examples.night11, kind: .machineChanged, subject: .domain("web"),
      fields: [.init(key: "vda", from: .text("/srv/pool/a"), to: .text("/srv/pool/b"))])
    changed.comparedWith = Examples.night1
    let rebased = Event(
      point: Examples.night11, kind: .rebased, imageID: 3, filename: "/srv/pool/web.qcow2",
      fields: [.init(key: "backing-filename", from: .text("base.qcow2"), to: .text("gold.qcow2"))])
    return [pool, Event(point: Examples.night12, kind: .scanPartial, subject: .scan)]
      + [changed, rebased] + Examples.events.reversed()
  }

  private static let changes = [
    NearEvent(events[3], distance: 0, relation: .itself),
    NearEvent(Examples.events[1], distance: 1, relation: .chain),
    NearEvent(events[0], distance: 3, relation: .pool),
  ]

  @Test func `log has a heading for every night`() throws {
    try expectGoldens(.log(form: .nights) { try Self.events.forEach($0) }, "log")
  }

  @Test func `log has a line for every event, or for every night`() throws {
    let oneline = Report.log(form: .oneline) { try Self.events.forEach($0) }
    try expectGolden(try oneline.text(.human), "log-oneline.txt")
    let stat = Report.log(form: .stat) { try Self.events.forEach($0) }
    try expectGolden(try stat.text(.human), "log-stat.txt")
    #expect(try Report.log(form: .stat) { _ in }.text(.human) == "Nothing happened.\n")
  }

  @Test func `nights are a table`() throws {
    var partial = Night(
      scan: 12, time: Examples.night12.time, state: .partial, milliseconds: 2100)
    partial.isSlow = true
    partial.reasons = ["pool 'backup' unavailable"]
    let missed = Night(
      scan: nil, time: Moment(milliseconds: 1_796_400_000_000), state: .missed)
    let first = Night(
      scan: 11, time: Examples.night11.time, state: .complete, milliseconds: 250)
    try expectGoldens(.nights([first, missed, partial]), "nights")
  }

  @Test func `blame has a line for every fact`() throws {
    let facts: [Blame.Fact] = [
      .init(key: "filename", value: .text("/srv/pool/web.qcow2"), since: Examples.night1),
      .init(
        key: "virtual-size", value: .number(2 << 30), since: Examples.night11,
        before: .some(.number(1 << 30))),
      .init(
        key: "backing-filename", value: nil, since: Examples.night12,
        before: .some(.text("base.qcow2"))),
      .init(
        key: "format-specific",
        value: .object([FactField("data", .object([FactField("compat", .text("1.1"))]))]),
        since: Examples.night12,
        before: .some(.object([FactField("data", .object([FactField("compat", .text("0.10"))]))]))),
      .init(key: "content", value: .text("gpt"), since: Examples.night12, before: .some(nil)),
    ]
    try expectGoldens(
      .blame(Blame(filename: "/srv/pool/web.qcow2", imageID: 3, facts: facts)), "blame")
  }

  @Test func `uses say since when, until when, and when it ran`() throws {
    var machine = ImageUse(role: .disk, since: Examples.night1)
    machine.domain = "web"
    machine.target = "vda"
    machine.until = Examples.night12
    machine.running = [.init(first: Examples.night1, last: Examples.night11)]
    var overlay = ImageUse(role: .backing, since: Examples.night1)
    overlay.filename = "/srv/pool/web.qcow2"
    overlay.imageID = 3
    overlay.until = Examples.night11
    try expectGoldens(
      .uses([machine, overlay], isOfMachine: false, now: Examples.night12), "uses")
    #expect(
      try Report.uses([], isOfMachine: true, now: Examples.night1).text(.human)
        .hasPrefix("It uses nothing as of scan 1 "))
  }

  @Test func `bisect names what nobody saw`() throws {
    let answer = Bisection(
      firstBad: Examples.night12, lastGood: Examples.night1, notSeen: [Examples.night11],
      changes: Self.changes)
    try expectGoldens(.bisect(answer), "bisect")
    #expect(
      try Report.bisect(Bisection()).text(.human) == "It is not bad, and no scan looked.\n")
  }

  @Test func `why is the finding, what changed, and the life`() throws {
    let answer = Diagnosis(
      finding: Examples.missing, timeline: Examples.events, changes: Self.changes)
    try expectGoldens(.why(answer, now: Examples.night12), "why")
  }

  @Test func `findings over a span say how often and how long`() throws {
    let spans = [
      FindingSpan(finding: Examples.missing, times: 2, longestScans: 5, openScans: 7),
      FindingSpan(finding: Examples.remote, times: 1, longestScans: 3, openScans: 3),
    ]
    try expectGoldens(.spans(spans), "spans")
  }

  @Test func `churn is a table`() throws {
    try expectGoldens(
      .churn([
        Churn(
          filename: "/srv/pool/web.qcow2", imageID: 3, changes: 1200, bytes: 5_368_709_120)
      ]), "churn")
  }
}
