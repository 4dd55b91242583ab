internal import Model
internal import Query

/// How events are shown to people.
public enum LogForm: String, CaseIterable, Sendable {
  /// A heading for every night, and what happened then.
  case nights
  /// One line per event.
  case oneline
  /// A line for every night, with numbers.
  case stat
}

extension Page {
  /// Events in the order in which they come.
  func log(_ events: Report.Elements<Event>, form: LogForm) throws {
    var isAnything = false
    var night: NightSum?
    try events { event in
      isAnything = true
      if form == .oneline { return try line(event.inOneLine(style)) }
      if night?.point.scan != event.point.scan {
        if form == .stat, let night { try self.sum(night) }
        if form == .nights {
          try heading(HumanWords.point(event.shownPoint))
        }
        night = NightSum(point: event.shownPoint)
      }
      if form == .stat { night?.add(event) } else { try self.event(event) }
    }
    if form == .stat, let night { try sum(night) }
    if !isAnything { try line("Nothing happened.") }
  }

  private func sum(_ night: NightSum) throws {
    try line(Piece(HumanWords.point(night.point), .heading), Piece("  \(night.inWords)"))
  }

  /// An event below the heading of its night.
  func event(_ event: Event, after mark: String = "") throws {
    try line(
      Piece("  \(mark)"), Piece(event.kind.inWords.padded(to: 18), event.kind.tone),
      Piece(event.subjectInWords))
    if let earlier = event.comparedWith {
      try line("      between scan \(earlier.scan) and \(event.point.scan)")
    }
    if let previous = event.previousFilename {
      try line("      from \(TerminalText.escaped(previous))")
    }
    for field in event.fields {
      for text in field.lines(arrow: style.arrow) { try paragraph(text, indent: 6) }
    }
    if let reason = event.reason { try paragraph(reason, indent: 6) }
    if event.kind == .findingOpened, let finding = event.finding {
      try paragraph(finding.message, indent: 6)
    }
  }
}

/// How often what happened in a night.
private struct NightSum {
  let point: ScanPoint
  private var counts: [(word: String, count: Int64)] = []

  init(point: ScanPoint) { self.point = point }

  mutating func add(_ event: Event) {
    let word = event.kind.inWords
    if let index = counts.firstIndex(where: { $0.word == word }) {
      counts[index].count += 1
    } else {
      counts.append((word, 1))
    }
  }

  var inWords: String {
    counts.map { "\(HumanWords.number($0.count)) \($0.word)" }.joined(separator: ", ")
  }
}

extension Event {
  /// The night under which it is shown.
  fileprivate var shownPoint: ScanPoint { point }

  /// What it is about, and of a finding what that is.
  var subjectInWords: String {
    let words: String
    switch subject {
    case .image(let path, let id): words = "\(TerminalText.escaped(path)) (#\(id))"
    case .domain(let name): words = "machine '\(name)'"
    case .pool(let name, let path): words = "pool '\(name)' (\(TerminalText.escaped(path)))"
    case .scan: words = kind == .scanMissed ? "due \(HumanWords.time(point.time))" : ""
    }
    return finding.map { "\($0.kind.rawValue)  \(words)" } ?? words
  }

  fileprivate func inOneLine(_ style: Style) -> [Piece] {
    var details = fields.flatMap { $0.lines(arrow: style.arrow) }
    if let previousFilename {
      details.insert("from \(TerminalText.escaped(previousFilename))", at: 0)
    }
    if let reason { details.append(reason) }
    let rest = details.isEmpty ? "" : "  (\(details.joined(separator: "; ")))"
    return [
      Piece("\(point.scan)".padded(to: 5)), Piece(HumanWords.time(point.time) + "  "),
      Piece(kind.inWords.padded(to: 18), kind.tone), Piece(subjectInWords + rest),
    ]
  }
}
