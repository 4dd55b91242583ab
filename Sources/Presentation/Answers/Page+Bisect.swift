internal import DiskImage
public import Model
public import Query

extension Report {
  /// The answer of `bisect`.
  public static func bisect(_ answer: Bisection) -> Report {
    Report(
      one: answer,
      rows: { answer in
        [answer.lastGood.map { NightOfBisect("last-good", $0) }].compactMap(\.self)
          + answer.notSeen.map { NightOfBisect("not-seen", $0) }
          + [answer.firstBad.map { NightOfBisect("first-bad", $0) }].compactMap(\.self)
          + answer.changes.map { NightOfBisect("change", $0.event.point, $0) }
      }, human: { try $0.bisect($1) })
  }

  /// The answer of `why`, as of a scan.
  public static func why(_ answer: Diagnosis, now: ScanPoint) -> Report {
    Report(
      one: answer,
      rows: { answer in
        answer.timeline.map { event in
          let itself = NearEvent(event, distance: 0, relation: .itself)
          return NightOfBisect("timeline", event.point, itself)
        } + answer.changes.map { NightOfBisect("change", $0.event.point, $0) }
      }, human: { try $0.why($1, now: now) })
  }
}

extension Page {
  /// When it went bad, and what changed then.
  func bisect(_ answer: Bisection) throws {
    let good = answer.lastGood.map { HumanWords.point($0) }
    guard let bad = answer.firstBad else {
      return try line("It is not bad" + (good.map { "; \($0) looked." } ?? ", and no scan looked."))
    }
    try labelled("first bad", HumanWords.point(bad), indent: 0, .error)
    try labelled("last good", good ?? "no scan found it good", indent: 0)
    if !answer.notSeen.isEmpty {
      let nights = answer.notSeen.map { "scan \($0.scan)" }.joined(separator: ", ")
      try labelled(
        "not seen", "\(nights): did not look, so the state is unknown", indent: 0, .warning)
    }
    try changes(answer.changes, in: bad)
  }

  /// What changed in a night, the nearest first.
  private func changes(_ changes: [NearEvent], in night: ScanPoint) throws {
    guard !changes.isEmpty else {
      try gap()
      return try paragraph("Nothing else nearby changed in scan \(night.scan).")
    }
    try heading("Changed in \(HumanWords.point(night)), nearest first")
    for change in changes {
      try event(change.event, after: change.relation.rawValue.padded(to: 11))
    }
  }

  /// What is wrong, what changed when it came to be so, and the life of the image.
  func why(_ answer: Diagnosis, now: ScanPoint) throws {
    if let finding = answer.finding {
      try blocks(of: [finding], now: now, withFilename: true)
      try changes(answer.changes, in: answer.changes.first?.event.point ?? finding.since)
    } else {
      try line("It has no findings" + Piece.asOf(now))
    }
    try heading("Its life")
    for event in answer.timeline {
      let when = "scan \(event.point.scan)".padded(to: 9) + HumanWords.time(event.point.time)
      try line(
        Piece("\(when)  "), Piece(event.kind.inWords.padded(to: 18), event.kind.tone),
        Piece(event.subjectInWords))
      if let previous = event.previousFilename {
        try line("    from \(TerminalText.escaped(previous))")
      }
      for field in event.fields {
        for text in field.lines(arrow: style.arrow) { try paragraph(text, indent: 4) }
      }
    }
  }
}

/// A row of `bisect` or `why`: a night with what it is, or an event.
private struct NightOfBisect: CSVRow {
  let what: String
  let point: ScanPoint
  let change: NearEvent?

  init(_ what: String, _ point: ScanPoint, _ change: NearEvent? = nil) {
    self.what = what
    self.point = point
    self.change = change
  }

  static let columns: [CSVColumn<NightOfBisect>] =
    [
      CSVColumn("what") { .text($0.what) },
      CSVColumn("scan") { .number($0.point.scan) },
      CSVColumn("time") { .text($0.point.time.text) },
      CSVColumn("distance") { .number($0.change?.distance) },
      CSVColumn("relation") { .text($0.change?.relation.rawValue) },
      CSVColumn("event") { .text($0.change?.event.kind.rawValue) },
    ]
    + CSVColumn.path("filename") { $0.change?.event.filename }
    + [
      CSVColumn("image-id") { .number($0.change?.event.imageID) },
      CSVColumn("domain") { .text($0.change?.event.domain) },
    ]
    + CSVColumn.path("previous-filename") { $0.change?.event.previousFilename }
    + [
      CSVColumn("fields") { .list(($0.change?.event.fields ?? []).map(\.arrowText)) },
      CSVColumn("finding.kind") { .text($0.change?.event.finding?.kind.rawValue) },
    ]
}
