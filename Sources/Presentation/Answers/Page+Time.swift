import DiskImage
internal import Model
internal import Query
internal import Rules

extension Page {
  /// What changed between two scans: a mark and a path each, then the findings.
  func difference(_ answer: Difference, _ form: DiffForm) throws {
    if form == .names { return try names(of: answer) }
    let span = "\(HumanWords.point(answer.from)) \(style.arrow) \(HumanWords.point(answer.to))"
    try line(Piece(span, .heading))
    let used = form == .everything ? [] : answer.changes.filter(\.isUse)
    if form != .statistics {
      let told = form == .everything ? answer.changes : answer.changes.filter { !$0.isUse }
      if !told.isEmpty { try gap() }
      for change in told { try self.change(change) }
    }
    try gap()
    if !used.isEmpty {
      let count = HumanWords.count(Int64(used.count), "image")
      try paragraph("\(count) in use or written to, with no other change: diff --all")
    }
    try line("\(answer.totals(without: used.count))")
    guard form != .statistics else { return try counts(of: answer) }
    if !answer.opened.isEmpty {
      try heading("Findings opened", count: answer.opened.count)
      let groups = CauseGroup.groups(of: answer.opened, at: answer.to, isLatest: false)
      try causes(
        CauseEntry.entries(of: groups, by: .hits), now: answer.to,
        FindingsForm(isWhole: form == .everything))
    }
    try section("Findings closed", .heading, answer.closed, now: answer.to, FindingsForm())
  }

  /// The paths alone: those after, and of what is gone the last.
  private func names(of answer: Difference) throws {
    for change in answer.changes { try line(Piece(TerminalText.escaped(change.filename))) }
  }

  /// How many findings of which kind opened and closed.
  private func counts(of answer: Difference) throws {
    let opened = Dictionary(grouping: answer.opened, by: \.kind).mapValues(\.count)
    let closed = Dictionary(grouping: answer.closed, by: \.kind).mapValues(\.count)
    guard !opened.isEmpty || !closed.isEmpty else { return }
    try gap()
    let table = Table(on: self, "FINDINGS", .number("OPENED"), .number("CLOSED"), .whole("WHAT"))
    for rule in Rule.all where opened[rule.kind] != nil || closed[rule.kind] != nil {
      try table.row(
        Piece(rule.kind.rawValue, rule.severity.tone),
        Piece(HumanWords.number(Int64(opened[rule.kind] ?? 0))),
        Piece(HumanWords.number(Int64(closed[rule.kind] ?? 0))), Piece(rule.title))
    }
    try table.finish()
  }

  private func change(_ change: ImageChange) throws {
    let path = TerminalText.escaped(change.filename)
    let mark = Piece("\(change.kind.mark) ", change.kind.tone)
    if let previous = change.previousFilename {
      let way = "\(TerminalText.escaped(previous)) \(style.arrow) \(path)"
      let fits = style.width.map { way.displayWidth + 2 <= $0 } ?? true
      if fits {
        try line(mark, Piece(way))
      } else {
        try line(mark, Piece(TerminalText.escaped(previous)))
        try line(Piece("  \(style.arrow) \(path)"))
      }
    } else {
      try line(mark, Piece(path))
    }
    try fields(change.fields)
  }

  private func fields(_ fields: [ImageChange.Field]) throws {
    for field in fields {
      for text in field.lines(arrow: style.arrow) { try paragraph(text, indent: 4) }
    }
  }

  /// When and what, and of what: on a line of its own where it does not fit.
  private func head(_ when: String, _ kind: Event.Kind, _ subject: String?) throws {
    let what = kind.inWords.padded(to: subject == nil ? 0 : 16)
    guard let subject, let width = style.width, (when + what + subject).displayWidth > width else {
      return try line(Piece(when), Piece(what, kind.tone), Piece(subject ?? ""))
    }
    try line(Piece(when), Piece(kind.inWords, kind.tone))
    try line("    \(subject)")
  }

  /// The life of an image, oldest first; a path is shown where it is another than before.
  func history(_ events: [Event]) throws {
    guard !events.isEmpty else { return try line("It has no history.") }
    var shownPath: PathBytes?
    for event in events {
      let when = "scan \(event.point.scan)".padded(to: 9) + HumanWords.time(event.point.time)
      let path =
        event.filename == shownPath ? nil : event.filename.map { TerminalText.escaped($0) }
      shownPath = event.filename
      let subject = event.finding?.kind.rawValue ?? path
      try head("\(when)  ", event.kind, subject)
      if let earlier = event.comparedWith {
        try line("    between scan \(earlier.scan) and \(event.point.scan)")
      }
      if let previous = event.previousFilename {
        try line("    from \(TerminalText.escaped(previous))")
      }
      try fields(event.fields)
      if let word = event.word { try paragraph(word.inWords, indent: 4) }
      if let reason = event.reason { try paragraph(reason, indent: 4) }
      if event.kind == .findingOpened, let finding = event.finding {
        try paragraph(finding.message, indent: 4)
      }
    }
  }
}

extension Difference {
  /// `2 added, 1 moved`, or that nothing changed.
  fileprivate func totals(without used: Int) -> String {
    let kinds: [ImageChange.Kind] = [.added, .removed, .moved, .changed, .replaced]
    let parts = kinds.compactMap { kind -> String? in
      let count = changes.filter { $0.kind == kind }.count - (kind == .changed ? used : 0)
      return count == 0 ? nil : "\(HumanWords.number(Int64(count))) \(kind.rawValue)"
    }
    guard parts.isEmpty else { return parts.joined(separator: ", ") }
    return used > 0 ? "Nothing else changed." : "No image changed."
  }
}

extension ImageChange.Kind {
  /// The mark before a path.
  var mark: String {
    switch self {
    case .added: "+"
    case .removed: "-"
    case .moved: ">"
    case .changed: "M"
    case .replaced: "R"
    }
  }

  var tone: Style.Tone {
    switch self {
    case .added: .good
    case .removed: .error
    case .moved, .changed: .note
    case .replaced: .warning
    }
  }
}

extension ImageChange.Field {
  /// The field before and after, a line for each part of it that differs; sizes as people write
  /// them.
  func lines(arrow: String) -> [String] {
    guard case .object(let before)? = from, case .object(let after)? = to else {
      return ["\(key): \(valueInWords(from)) \(arrow) \(valueInWords(to))"]
    }
    let added = after.map(\.key).filter { key in !before.contains { $0.key == key } }
    return (before.map(\.key) + added).flatMap { name -> [String] in
      let old = before.first { $0.key == name }?.value
      let new = after.first { $0.key == name }?.value
      let part = ImageChange.Field(key: "\(key).\(name)", from: old, to: new)
      return old == new ? [] : part.lines(arrow: arrow)
    }
  }

  /// A value of the field; sizes as people write them.
  func valueInWords(_ value: FactValue?) -> String {
    guard let value else { return "(none)" }
    if case .number(let bytes) = value, key.hasSuffix("-size") { return HumanWords.size(bytes) }
    return value.plainText
  }
}

extension Event.Kind {
  /// The word as people read it.
  var inWords: String {
    self == .asOf ? "as of then" : rawValue.replacing("-", with: " ")
  }

  var tone: Style.Tone {
    switch self {
    case .appeared, .returned, .findingClosed, .poolReturned, .settled, .machineAppeared: .good
    case .changed, .moved, .poolMoved, .asOf, .grew, .shrank, .resized, .started, .stopped,
      .machineChanged,
      .acknowledged, .kept:
      .note
    case .replaced, .rebased, .formatChanged, .machineVanished, .scanPartial, .scanMissed: .warning
    case .vanished, .findingOpened, .poolUnavailable: .error
    }
  }
}
