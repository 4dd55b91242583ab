import DiskImage
import Inventory

extension Page {
  /// Open findings under headings of their severity, the worst first; then those that closed.
  func findings(_ findings: [FindingAnswer], now: ScanPoint?) throws {
    let open = findings.filter { $0.closed == nil }
    let closed = findings.filter { $0.closed != nil }
    for severity in Severity.allCases.sorted(by: >) {
      let group = open.filter { $0.severity == severity }
      try section(severity.title, severity.tone, group, now: now)
    }
    try section("Closed", .good, closed, now: now)
    try gap()
    try line("\(FindingAnswer.countInWords(open))" + Piece.asOf(now))
  }

  /// Findings under a heading; nothing where there are none.
  func section(
    _ title: String, _ tone: Style.Tone, _ findings: [FindingAnswer], now: ScanPoint?
  ) throws {
    guard !findings.isEmpty else { return }
    try heading(title, count: findings.count, tone)
    for (number, alike) in findings.grouped.enumerated() {
      guard let first = alike.first else { continue }
      if number > 0 { try gap() }
      try block(of: first, now: now, withFilename: true)
      for (number, other) in alike.dropFirst().enumerated() {
        try labelled(number == 0 ? "and so for" : "", other.place)
      }
    }
  }

  /// Findings with an empty line between them.
  func blocks(of findings: [FindingAnswer], now: ScanPoint?, withFilename: Bool) throws {
    for (number, finding) in findings.enumerated() {
      if number > 0 { try gap() }
      try block(of: finding, now: now, withFilename: withFilename)
    }
  }

  /// One finding: what, where, what to do, and the evidence.
  private func block(of finding: FindingAnswer, now: ScanPoint?, withFilename: Bool) throws {
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
    try labelled(finding.closed == nil ? "open" : "was open", finding.sinceInWords(now: now))
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

extension FindingAnswer {
  /// `2 errors, 1 warning`, or that there are none.
  fileprivate static func countInWords(_ findings: [FindingAnswer]) -> String {
    let counts = Severity.allCases.sorted(by: >).compactMap { severity -> String? in
      let count = findings.filter { $0.severity == severity }.count
      return count == 0 ? nil : HumanWords.count(Int64(count), severity.rawValue, severity.many)
    }
    return counts.isEmpty ? "No findings" : counts.joined(separator: ", ")
  }

  /// The image or the domain that the finding is about.
  var place: String {
    let image = filename.map { TerminalText.escaped($0) + (imageID.map { " (#\($0))" } ?? "") }
    let domain = domain.map { "domain '\($0)'" }
    return [image, domain].compactMap { $0 }.joined(separator: ", ")
  }

  func sinceInWords(now: ScanPoint?) -> String {
    var words = HumanWords.since(since, now: now)
    if let lastGood { words += "; last good in \(HumanWords.point(lastGood))" }
    if let closed { words += "; closed in \(HumanWords.point(closed))" }
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
    case .info: "Worth knowing"
    }
  }

  /// The word for several, after a number.
  var many: String {
    switch self {
    case .error: "errors"
    case .warning: "warnings"
    case .info: "info"
    }
  }
}

extension [FindingAnswer] {
  /// Findings that have everything but the image in common, together; the order is that of the first
  /// of each.
  fileprivate var grouped: [[FindingAnswer]] {
    var groups: [[FindingAnswer]] = []
    var places: [FindingAnswer.Likeness: Int] = [:]
    for finding in self {
      if let likeness = finding.likeness, let place = places[likeness] {
        groups[place].append(finding)
      } else {
        if let likeness = finding.likeness { places[likeness] = groups.count }
        groups.append([finding])
      }
    }
    return groups
  }
}

extension FindingAnswer {
  /// What findings about one target have in common.
  fileprivate struct Likeness: Hashable {
    let kind: FindingKind
    let target: PathBytes
    let format: String?
    let cause: FindingCause?
    let since: ScanPoint
    let lastGood: ScanPoint?
    let closed: ScanPoint?
    /// What to do follows from who refers to the target as well.
    let particulars: [String: String]
  }

  /// `nil` for what is not about the target of a reference.
  fileprivate var likeness: Likeness? {
    reference?.target.map {
      Likeness(
        kind: kind, target: $0, format: reference?.format, cause: cause, since: since,
        lastGood: lastGood, closed: closed, particulars: particulars)
    }
  }
}
