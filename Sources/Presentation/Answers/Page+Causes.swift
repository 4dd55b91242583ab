internal import Model
internal import Query
internal import Rules

extension Page {
  /// Findings as a form wants them: a summary, then what is wrong.
  func findings(
    _ findings: [Finding], _ groups: [CauseGroup], now: ScanPoint?, _ form: FindingsForm
  ) throws {
    let told = groups.filter { !$0.cause.isAcknowledged }
    try summary(told, findings, now: now)
    switch form.group {
    case .image: try self.findings(findings, now: now, form)
    case .kind: try kinds(told)
    case .cause: try causes(CauseEntry.entries(of: told, by: form.order), now: now, form)
    }
    if form.group != .image {
      let known = findings.filter { $0.closed == nil && $0.acknowledged != nil }
      if !known.isEmpty {
        if !form.isBrief { try gap() }
        let count = HumanWords.count(Int64(known.count), "finding") + " acknowledged"
        try sides([Piece(style.good + " ", .good), Piece(count)], "backstory ack --list")
      }
      try section("Closed", .good, findings.filter { $0.closed != nil }, now: now, form)
    }
  }

  /// `49 images in error from 2 causes, 16 with a warning, 3 acknowledged (scan 27).`
  private func summary(
    _ groups: [CauseGroup], _ findings: [Finding], now: ScanPoint?
  ) throws {
    var counted: Set<Int64> = []
    var parts: [String] = []
    for severity in Severity.allCases.sorted(by: >) {
      let some = groups.filter { $0.cause.kind.severity == severity }
      guard !some.isEmpty else { continue }
      let images = some.hitImages
      let machines = some.reduce(into: Set<String>()) { $0.formUnion($1.domains) }
      let fresh = images.subtracting(counted)
      counted.formUnion(images)
      guard severity == .error || !fresh.isEmpty else { continue }
      parts.append(severity.summary(images: fresh.count, machines: machines.count, some))
    }
    let known = findings.count { $0.closed == nil && $0.acknowledged != nil }
    if known > 0 { parts.append("\(HumanWords.number(Int64(known))) acknowledged") }
    let count = parts.isEmpty ? "No findings" : parts.joined(separator: "; ")
    try paragraph(count + Piece.asOf(now), .heading)
  }

  // MARK: By cause

  func causes(_ entries: [CauseEntry], now: ScanPoint?, _ form: FindingsForm) throws {
    if form.isBrief {
      try gap()
      let shown = entries.prefix(form.limit ?? .max)
      for entry in shown { try brief(entry, now: now) }
      return try more(entries.count - shown.count)
    }
    for severity in Severity.allCases.sorted(by: >) {
      let some = entries.filter { $0.severity == severity }
      let isListed = { (entry: CauseEntry) in
        !form.isAsked && (severity == .info || entry.kind == .orphan)
      }
      let room = form.room(isError: severity == .error)
      let long = some.filter { !isListed($0) }.prefix(room)
      for entry in long { try whole(entry, now: now, form) }
      let rest = some.filter { !isListed($0) }.dropFirst(room)
      if !rest.isEmpty { try gap() }
      for entry in rest.prefix(Self.briefLimit) { try brief(entry, now: now) }
      try more(rest.count - Self.briefLimit)
      let lines = some.filter(isListed)
      if !lines.isEmpty { try gap() }
      for entry in lines {
        try sides(
          [Piece(style.mark(of: severity) + " ", severity.tone), entry.sentence], entry.listing)
      }
    }
  }

  /// Entries that are told in a line each after those that are told at length.
  private static let briefLimit = 20

  private func more(_ count: Int) throws {
    guard count > 0 else { return }
    try line("  and \(HumanWords.number(Int64(count))) more: backstory check --brief")
  }

  /// A line: how many, what, which cause.
  func brief(_ entry: CauseEntry, now: ScanPoint?) throws {
    try sides(
      [Piece(style.mark(of: entry.severity) + " ", entry.severity.tone), entry.sentence],
      entry.numberInWords(now: now))
  }

  /// A cause with all that is known of it, in sixteen lines at most unless everything is wanted.
  private func whole(_ entry: CauseEntry, now: ScanPoint?, _ form: FindingsForm) throws {
    try gap()
    try sides(
      [
        Piece(style.mark(of: entry.severity) + " ", entry.severity.tone),
        Piece(entry.sentence.text, .heading),
      ], entry.kindInWords(now: now))
    if entry.groups.count == 1, let target = entry.first.target, target.shortName != target {
      try line("    " + TerminalText.escaped(target))
    }
    try reason(entry, now: now)
    try hits(entry, form)
    try chain(entry.groups[0])
    try advice(entry)
  }

  private func reason(_ entry: CauseEntry, now: ScanPoint?) throws {
    let findings = entry.findings
    var age = AgeInWords(now: now)
    if Set(findings.map(\.since.scan)).count > 1 {
      try labelled("open", age.since(findings))
    } else if let first = findings.first {
      try labelled("open", age.words(of: first))
    }
    if entry.groups.count == 1, let why = entry.first.why {
      try labelled("because", "\(why.kind.rawValue): \(why.evidence)")
      for path in why.nowAt.prefix(Self.placeLimit) {
        try labelled("now at", TerminalText.escaped(path))
      }
    }
    for word in Set(findings.compactMap(\.settled)) { try labelled("settled", word.inWords) }
  }

  /// Places that are named of an image that has many.
  private static let placeLimit = 4

  private func hits(_ entry: CauseEntry, _ form: FindingsForm) throws {
    let machines = entry.domains.sorted()
    if !machines.isEmpty {
      let named = machines.prefix(form.isWhole ? .max : 12).map { "'\($0)'" }
      let rest = machines.count - named.count
      try labelled(
        "machines",
        TerminalText.escaped(named.joined(separator: ", "))
          + (rest > 0 ? " and \(HumanWords.number(Int64(rest))) more" : ""))
    }
    let named = Set(entry.findings.compactMap { $0.domain == nil ? $0.imageID : nil })
    let standing = entry.images.subtracting(named).count
    if standing > 0, !named.isDisjoint(with: entry.images) {
      let own = HumanWords.count(Int64(named.count), "image")
      let verb = entry.kind.has(.targetIsGone) ? "name" : "have"
      let one = entry.kind.has(.targetIsGone) ? "names" : "has"
      try labelled(
        "images",
        "\(own) \(named.count == 1 ? one : verb) it, "
          + "\(HumanWords.number(Int64(standing))) \(standing == 1 ? "depends" : "depend") on those"
      )
    }
    try names(entry, form)
    let victims = entry.findings.flatMap(\.victims)
    for (number, path) in victims.prefix(form.names).enumerated() {
      try labelled(number == 0 ? "spoils" : "", TerminalText.escaped(path))
    }
    if victims.count > form.names {
      try labelled("", "and \(HumanWords.number(Int64(victims.count - form.names))) more")
    }
  }

  /// Whom it is about, where that is not said by what they lost.
  private func names(_ entry: CauseEntry, _ form: FindingsForm) throws {
    let findings = entry.findings
    let isSaid = findings.count == 1 && entry.first.target == findings[0].filename
    let hasChain = entry.groups.count == 1 && !entry.groups[0].example.isEmpty
    guard !isSaid, form.isWhole || !hasChain || findings.count == 1 else { return }
    let causes = entry.groups.count > 1
    for (number, finding) in findings.prefix(form.names).enumerated() {
      let cause =
        causes && (finding.causeNumber ?? 0) > 0
        ? "  cause \(finding.causeNumber ?? 0)" : ""
      try labelled(number == 0 ? "where" : "", finding.place + cause)
    }
    if findings.count > form.names {
      try labelled("", "and \(HumanWords.number(Int64(findings.count - form.names))) more")
    }
  }

  /// One of the chains, on a line where it fits; else top first, a line each.
  private func chain(_ group: CauseGroup) throws {
    guard !group.example.isEmpty, group.example.count > 1 || group.findings.count > 1 else {
      return
    }
    var parts = group.example.map(\.inWords)
    if group.cause.kind.has(.targetIsGone), let target = group.cause.target {
      parts.append(style.bad + " " + TerminalText.escaped(target.shortName))
    }
    let inLine = parts.joined(separator: " \(style.arrow) ")
    if inLine.displayWidth + 14 <= style.width ?? 80 { return try labelled("chain", inLine) }
    for (depth, part) in parts.enumerated() {
      let lead = depth == 0 ? "" : String(repeating: " ", count: 3 * (depth - 1)) + style.lastBranch
      try line(
        Piece("  " + (depth == 0 ? "chain" : "").padded(to: 12), .faint),
        Piece(style.fitted(lead + part, after: 14)))
    }
  }

  private func advice(_ entry: CauseEntry) throws {
    if entry.groups.count == 1, let repair = entry.repair, entry.kind.has(.targetIsGone) {
      return try labelled("do", repair)
    }
    var told: Set<[String: String]> = []
    // What is to be done of images of one kind may differ.
    for finding in entry.findings where told.count < Self.adviceLimit {
      guard told.insert(finding.particulars).inserted else { continue }
      try labelled(told.count == 1 ? "what" : "", finding.message)
    }
    if entry.findings.count > 1 {
      let more = entry.repair ?? (entry.findings.count > 8 ? entry.listing : nil)
      if let more { try labelled("do", more) }
    }
  }

  /// Sentences of one entry.
  private static let adviceLimit = 3

  // MARK: By kind

  private func kinds(_ groups: [CauseGroup]) throws {
    guard !groups.isEmpty else { return }
    try gap()
    let table = Table(
      on: self, .whole("KIND"), .number("FINDINGS"), .number("CAUSES"), .number("IMAGES"),
      .number("MACHINES"), .whole("WHAT"))
    for rule in Rule.all.sorted(by: { $0.severity > $1.severity }) {
      let some = groups.filter { $0.cause.kind == rule.kind }
      guard !some.isEmpty else { continue }
      let images = some.hitImages
      let machines = some.reduce(into: Set<String>()) { $0.formUnion($1.domains) }
      try table.row(
        Piece(rule.kind.rawValue, rule.severity.tone),
        Piece(HumanWords.number(Int64(some.reduce(0) { $0 + $1.findings.count }))),
        Piece(HumanWords.number(Int64(some.count))),
        Piece(HumanWords.number(Int64(images.count))),
        Piece(HumanWords.number(Int64(machines.count))), Piece(rule.title))
    }
    try table.finish()
    try gap()
    try line("What a kind means: backstory explain KIND")
  }

  // MARK: Lines

  /// A line with something at its right edge; below it, where there is no room.
  func sides(_ left: [Piece], _ right: String) throws {
    let width = min(style.width ?? 80, 110)
    let used = left.reduce(0) { $0 + $1.text.displayWidth }
    let needed = TerminalText.escaped(right).displayWidth
    if used + 2 + needed <= width {
      return try line(
        left + [Piece(String(repeating: " ", count: width - used - needed)), Piece(right, .faint)])
    }
    guard style.width != nil, let first = left.first else {
      return try line(left + [Piece("  "), Piece(right, .faint)])
    }
    let rest = left.dropFirst()
    let words = rest.map(\.text).joined().wrapped(to: width - first.text.displayWidth)
    for (number, part) in words.enumerated() {
      let lead = number == 0 ? first : Piece(String(repeating: " ", count: first.text.displayWidth))
      let isLast = number == words.count - 1
      let length = first.text.displayWidth + part.displayWidth
      guard isLast, length + 2 + needed <= width else {
        try line(lead, Piece(part, rest.first?.tone))
        if isLast, !right.isEmpty {
          try line(Piece(String(repeating: " ", count: 4)), Piece(right, .faint))
        }
        continue
      }
      let space = String(repeating: " ", count: width - length - needed)
      try line(lead, Piece(part, rest.first?.tone), Piece(space), Piece(right, .faint))
    }
  }
}

extension CauseEntry {
  /// Whom it hits, and what is wrong.
  var sentence: Piece { Piece(hitsInWords + whatInWords) }
}

extension CauseGroup.Step {
  fileprivate var inWords: String {
    switch self {
    case .machine(let name): "machine '\(TerminalText.escaped(name))'"
    case .image(let path, _): TerminalText.escaped(path.shortName)
    }
  }
}

extension Severity {
  /// `49 images and 17 machines in error from 2 causes`, `16 images with a warning`.
  fileprivate func summary(images: Int, machines: Int, _ groups: [CauseGroup]) -> String {
    let counted = HumanWords.count(Int64(images), "image")
    switch self {
    case .error:
      let hit = [
        images > 0 ? counted : nil,
        machines > 0 ? HumanWords.count(Int64(machines), "machine") : nil,
      ].compactMap { $0 }
      let causes = HumanWords.count(Int64(groups.count), "cause")
      return (hit.isEmpty ? "Errors" : hit.joined(separator: " and ") + " in error")
        + " from \(causes)"
    case .warning: return "\(counted) with a warning"
    case .info: return "\(counted) with info findings"
    }
  }
}

extension Style {
  /// Stands before an error.
  var bad: String { hasUnicode ? "✕" : "x" }
  /// Stands before what is well.
  var good: String { hasUnicode ? "✓" : "+" }

  /// Stands before what is so grave.
  func mark(of severity: Severity) -> String {
    switch severity {
    case .error: bad
    case .warning: "!"
    case .info: hasUnicode ? "·" : "-"
    }
  }
}
