import DiskImage
internal import Model
internal import Query
internal import Rules

extension Page {
  /// Open findings under headings of their severity, the worst first, each by itself; then those that closed.
  func findings(_ findings: [Finding], now: ScanPoint?, _ form: FindingsForm) throws {
    for severity in Severity.allCases.sorted(by: >) {
      let some = findings.filter { $0.severity == severity && $0.counts }
      try section(severity.title, severity.tone, some, now: now, form)
    }
    let known = findings.filter { $0.closed == nil && $0.acknowledged != nil }
    try section("Acknowledged", .faint, known, now: now, form)
    try section("Closed", .good, findings.filter { $0.closed != nil }, now: now, form)
  }

  /// Findings under a heading; nothing where there are none.
  func section(
    _ title: String, _ tone: Style.Tone, _ findings: [Finding], now: ScanPoint?,
    _ form: FindingsForm
  ) throws {
    guard !findings.isEmpty else { return }
    try heading(title, count: findings.count, tone)
    var age = AgeInWords(now: now)
    var left = form.limit ?? .max
    for (number, alike) in findings.inOrder(form.order).grouped(in: findings).enumerated() {
      guard left > 0 else { break }
      if number > 0 { try gap() }
      left -= 1
      try block(of: findings[alike.first], &age, withFilename: true)
      let shown = alike.others.prefix(min(left, form.group == .image ? .max : form.names))
      left -= shown.count
      for (number, other) in shown.enumerated() {
        let machines = findings[other].machines(sharedWith: findings[alike.first])
        try labelled(number == 0 ? "and so for" : "", findings[other].place + machines)
      }
      let rest = alike.others.count - shown.count
      if rest > 0, left > 0 { try labelled("", "and \(HumanWords.number(Int64(rest))) more") }
    }
    if let limit = form.limit, findings.count > limit {
      try line("and \(HumanWords.number(Int64(findings.count - limit))) more")
    }
  }

  /// Findings with an empty line between them.
  func blocks(of findings: [Finding], now: ScanPoint?, withFilename: Bool) throws {
    var age = AgeInWords(now: now)
    for (number, finding) in findings.enumerated() {
      if number > 0 { try gap() }
      try block(of: finding, &age, withFilename: withFilename)
    }
  }

  private func machines(of finding: Finding) throws {
    try labelled(
      "machines", TerminalText.escaped(Finding.inWords(machines: finding.domains)))
  }

  /// One finding: what, where, what to do, and the evidence.
  private func block(
    of finding: Finding, _ age: inout AgeInWords, withFilename: Bool
  ) throws {
    let place = withFilename ? "  " + finding.place : ""
    try line(Piece(finding.kind.rawValue, finding.severity.tone), Piece(place, .heading))
    try paragraph(finding.message, indent: 2)
    if let reference = finding.reference {
      try labelled(reference.role.rawValue, TerminalText.escaped(reference.stored))
      if let target = reference.target, target != reference.stored {
        try labelled("", "\(style.arrow) " + TerminalText.escaped(target))
      }
      if let format = reference.format { try labelled("", "recorded format \(format)") }
    }
    if let cause = finding.cause {
      try labelled("cause", "\(cause.kind.rawValue): \(cause.evidence)")
      for path in cause.nowAt { try labelled("now at", TerminalText.escaped(path)) }
    }
    for (number, path) in finding.victims.enumerated() {
      try labelled(number == 0 ? "spoils" : "", TerminalText.escaped(path))
    }
    if !finding.domains.isEmpty { try machines(of: finding) }
    if let word = finding.acknowledged { try labelled("known", word.inWords) }
    if let word = finding.settled { try labelled("settled", word.inWords) }
    try labelled(finding.closed == nil ? "open" : "was open", age.words(of: finding))
  }
}

extension Piece {
  /// ` as of scan 12 (…).`, or the full stop alone.
  static func asOf(_ point: ScanPoint?) -> String {
    point.map { " as of \(HumanWords.point($0))." } ?? "."
  }

  /// A literal with more text after it.
  static func + (left: Piece, right: String) -> Piece { Piece(left.text + right, left.tone) }
}

extension Finding {
  /// The image or the domain that the finding is about.
  var place: String {
    let image = filename.map { TerminalText.escaped($0) + (imageID.map { " (#\($0))" } ?? "") }
    let domain = domain.map { "domain '\($0)'" }
    return [image, domain].compactMap { $0 }.joined(separator: ", ")
  }

  /// Machines that are named on a terminal and in the report; of more the number is.
  private static let machineLimit = 20

  /// `'mail', 'web' and 3 more`.
  static func inWords(machines: [String]) -> String {
    let named = machines.prefix(machineLimit).map { "'\($0)'" }
    let rest = machines.count - named.count
    return named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// `, machines 'mail'`, where these are not the machines of another finding.
  fileprivate func machines(sharedWith other: Finding) -> String {
    domains.isEmpty || domains == other.domains
      ? "" : ", machines " + TerminalText.escaped(Self.inWords(machines: domains))
  }
}

/// Since when findings are open, in words; those of a list came with few scans, often side by side.
struct AgeInWords {
  let now: ScanPoint?
  private var last: (since: ScanPoint, lastGood: ScanPoint?, closed: ScanPoint?, words: String)?

  init(now: ScanPoint?) { self.now = now }

  /// Since when, without more.
  func since(_ finding: Finding) -> String { HumanWords.since(finding.since, now: now) }

  /// Since when findings that are told as one: where they did not come together, since when the newest is, and the
  /// oldest.
  func since(_ findings: [Finding]) -> String {
    guard let newest = findings.max(by: { $0.since.scan < $1.since.scan }),
      let oldest = findings.min(by: { $0.since.scan < $1.since.scan })
    else { return "" }
    guard oldest.since.scan < newest.since.scan else { return since(newest) }
    let fresh = findings.count { $0.since.scan == newest.since.scan }
    guard newest.since.scan == now?.scan else {
      return "newest \(since(newest)); oldest since scan \(oldest.since.scan)"
    }
    return "\(HumanWords.number(Int64(fresh))) \(since(newest)); the oldest \(since(oldest))"
  }

  mutating func words(of finding: Finding) -> String {
    let points = (finding.since, finding.lastGood, finding.closed)
    if let last, (last.since, last.lastGood, last.closed) == points { return last.words }
    var words = HumanWords.since(finding.since, now: now)
    if let lastGood = finding.lastGood { words += "; last good in \(HumanWords.point(lastGood))" }
    if let closed = finding.closed { words += "; closed in \(HumanWords.point(closed))" }
    last = (points.0, points.1, points.2, words)
    return words
  }
}

extension Severity {
  var tone: Style.Tone {
    switch self {
    case .error: .error
    case .warning: .warning
    case .info: .note
    }
  }

  /// The heading above findings of the severity.
  var title: String {
    switch self {
    case .error: "Errors"
    case .warning: "Warnings"
    case .info: "Info"
    }
  }
}

extension [Finding] {
  /// The places of the findings in an order; as they come, they are sorted by severity and path.
  fileprivate func inOrder(_ order: FindingsForm.Order) -> [Int] {
    guard order == .age else { return [Int](indices) }
    return indices.sorted {
      (self[$1].since.scan, $0) < (self[$0].since.scan, $1)
    }
  }
}

extension [Int] {
  /// Where findings stand that have everything but the image in common; the order is that of the first
  /// of each.
  fileprivate func grouped(in findings: [Finding]) -> [(first: Int, others: [Int])] {
    var groups: [(first: Int, others: [Int])] = []
    var places: [Finding.Likeness: Int] = [:]
    places.reserveCapacity(count)
    for index in self {
      let likeness = findings[index].likeness
      if let likeness, let place = places[likeness] {
        groups[place].others.append(index)
      } else {
        if let likeness { places[likeness] = groups.count }
        groups.append((index, []))
      }
    }
    return groups
  }
}

extension Finding {
  /// What findings about one target have in common.
  fileprivate struct Likeness: Hashable {
    let kind: FindingKind
    let target: PathBytes
    let format: String?
    let cause: FindingCause?
    let since: ScanPoint
    let lastGood: ScanPoint?
    let closed: ScanPoint?
    let acknowledged: SpokenWord?
    let settled: SpokenWord?
    /// What to do follows from who refers to the target as well.
    let particulars: [String: String]

    /// Everything of which a list may have as many as findings; the rest are few words and times of these scans.
    func hash(into hasher: inout Hasher) {
      hasher.combine(target)
      hasher.combine(cause?.evidence)
      hasher.combine(particulars)
      hasher.combine(since.scan)
      hasher.combine(lastGood?.scan)
      hasher.combine(closed?.scan)
    }
  }

  /// `nil` for what is not about the target of a reference.
  fileprivate var likeness: Likeness? {
    (landing ?? reference?.target).map {
      Likeness(
        kind: kind, target: $0, format: reference?.format, cause: cause, since: since,
        lastGood: lastGood, closed: closed, acknowledged: acknowledged, settled: settled,
        particulars: particulars)
    }
  }
}
