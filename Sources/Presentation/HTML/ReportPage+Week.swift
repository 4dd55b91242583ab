internal import Model
import Query
import Rules

extension ReportPage {
  private static let week: Int64 = 7 * 86_400_000
  /// Lines of one night.
  private static let linesOfNight = 12

  /// What opened and closed in the last seven nights, by name, the newest night first.
  func week(_ markup: Markup) throws {
    let events = eventsOfWeek
    guard !events.isEmpty else { return }
    try markup.element("dl", ["class": "week"]) {
      for (point, lines) in events {
        try markup.element("dt", text: "\(HumanWords.day(point.time)), scan \(point.scan)")
        try markup.element("dd") {
          for line in lines.prefix(Self.linesOfNight) {
            try markup.element("p") {
              try markup.element("span", ["class": line.style], text: line.word)
              try markup.element("span", text: line.sentence)
            }
          }
          guard lines.count > Self.linesOfNight else { return }
          try markup.element("p") {
            try markup.element("span") {}
            try markup.element(
              "small", text: "and \(HumanWords.number(Int64(lines.count - Self.linesOfNight))) more"
            )
          }
        }
      }
    }
    markup.line()
  }

  private struct Line {
    let word: String
    let style: String
    let sentence: String
  }

  private var eventsOfWeek: [(point: ScanPoint, lines: [Line])] {
    let start = overview.point.time.milliseconds - Self.week
    var opened: [ScanPoint: [Finding]] = [:]
    var closed: [ScanPoint: [Finding]] = [:]
    // Of the first scan of all, nothing opened: it was so.
    let first = overview.nights.first?.night.scan
    for finding in overview.recent where finding.severity > .info {
      if finding.since.time.milliseconds >= start, finding.since.scan != first {
        opened[finding.since, default: []].append(finding)
      }
      if let end = finding.closed, end.time.milliseconds >= start {
        closed[end, default: []].append(finding)
      }
    }
    let points = Set(opened.keys).union(closed.keys).sorted { $0.scan > $1.scan }
    return points.map { point in
      (point, lines(of: opened[point] ?? [], at: point) + lines(closed: closed[point] ?? []))
    }
  }

  private func lines(of findings: [Finding], at point: ScanPoint) -> [Line] {
    let open = findings.map { finding in
      var finding = finding
      finding.closed = nil
      return finding
    }
    let groups = CauseGroup.groups(of: open, at: point, isLatest: false)
    let ends = Dictionary(
      findings.map { ($0.causeNumber, $0.closed) }, uniquingKeysWith: { first, _ in first })
    return CauseEntry.entries(of: groups, by: .hits).map { entry in
      let over = ends[entry.groups[0].findings[0].causeNumber] ?? nil
      let end = over.map { " (over \(HumanWords.day($0.time)))" } ?? ""
      return Line(
        word: "opened", style: entry.severity.rawValue, sentence: entry.sentence.text + end)
    }
  }

  private func lines(closed findings: [Finding]) -> [Line] {
    var members: [LifeKey: [Finding]] = [:]
    for finding in findings { members[LifeKey(finding), default: []].append(finding) }
    return members.sorted { left, right in
      left.value.count != right.value.count
        ? left.value.count > right.value.count
        : (left.key.place ?? "") < (right.key.place ?? "")
    }.map { key, found in
      let names = found.prefix(5).compactMap {
        $0.filename.map { TerminalText.escaped($0.shortName) }
      }
      let rest = found.count > names.count ? " and \(found.count - names.count) more" : ""
      let place = key.place.map { TerminalText.escaped($0.shortName) }
      let about = place.map { ": \($0)" } ?? ""
      let whom =
        HumanWords.count(Int64(found.count), "image")
        + (names.isEmpty ? "" : " (\(names.joined(separator: ", "))\(rest))")
      let since = found.map(\.since).min { $0.scan < $1.scan }
      let open = since.map { ", open since \(HumanWords.day($0.time))" } ?? ""
      return Line(
        word: "closed", style: "good", sentence: "\(key.kind.title)\(about); \(whom)\(open)")
    }
  }
}
