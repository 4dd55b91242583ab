internal import Model
public import Query
internal import Rules

extension Notice {
  /// The notice with its subject and its text.
  public func inWords() throws -> Notice {
    var notice = self
    notice.subject = subjectInWords
    notice.text = try ByteSink.text { sink in
      let style = Style(width: 78, hasColor: false, hasUnicode: true)
      try Page(style: style, sink: sink).notice(notice)
      try sink.flush()
    }
    return notice
  }

  private var subjectInWords: String {
    let state = status.map(\.subject) ?? host
    switch event {
    case .failed: return "\(host): the scan failed"
    case .missed:
      return "\(host): no scan since \(scan.map { HumanWords.time($0.time) } ?? "ever")"
    case .unchanged: return state
    case .changed:
      let parts = [
        opened.isEmpty ? nil : "\(HumanWords.number(Int64(opened.count))) new",
        closed.isEmpty ? nil : "\(HumanWords.number(Int64(closed.count))) closed",
      ].compactMap { $0 }
      return parts.isEmpty ? state : state + " (" + parts.joined(separator: ", ") + ")"
    }
  }
}

extension Report {
  /// What `notify` tells.
  public static func notice(_ notice: Notice) -> Report {
    Report(one: notice) { page, notice in
      try page.line(Piece("Subject: " + notice.subject, .heading))
      try page.gap()
      for line in notice.text.split(separator: "\n", omittingEmptySubsequences: false) {
        try page.line(Piece(String(line)))
      }
    }
  }
}

extension Notice: CSVRow {
  static var columns: [CSVColumn<Notice>] {
    [
      CSVColumn("host") { .text($0.host) }, CSVColumn("event") { .text($0.event.rawValue) },
      CSVColumn("subject") { .text($0.subject) }, CSVColumn("failure") { .text($0.failure) },
      CSVColumn("opened") { .number($0.opened.count) },
      CSVColumn("closed") { .number($0.closed.count) },
    ]
  }
}

extension Page {
  /// The text of a mail: what is new first.
  fileprivate func notice(_ notice: Notice) throws {
    if let failure = notice.failure { try paragraph(failure) }
    if notice.event == .missed {
      try paragraph(
        "No scan ran when one was due: see 'systemctl status backstory-scan.timer backstory-scan.service'."
      )
    }
    try parts("Not seen", notice.vanished)
    try parts("Seen again", notice.returned)
    try entries("New", notice.opened, notice.scan)
    try closed(notice.closed)
    guard let status = notice.status else { return }
    try gap()
    try self.status(status)
  }

  private func parts(_ title: String, _ names: [String]) throws {
    guard !names.isEmpty else { return }
    try heading(title)
    for name in names { try paragraph(name, indent: 2) }
  }

  private func entries(_ title: String, _ findings: [Finding], _ now: ScanPoint?) throws {
    guard !findings.isEmpty, let now else { return }
    try heading(title)
    let groups = CauseGroup.groups(of: findings, at: now, isLatest: true)
    let entries = CauseEntry.entries(of: groups, by: .hits)
    for entry in entries.prefix(Self.told) {
      try brief(entry, now: now)
      if let place = entry.first.target ?? entry.findings.first?.filename {
        try paragraph(TerminalText.escaped(place), indent: 4)
      }
    }
    if entries.count > Self.told {
      try line("  and \(entries.count - Self.told) more: backstory check --brief")
    }
  }

  private func closed(_ findings: [Finding]) throws {
    guard !findings.isEmpty else { return }
    try heading("Closed")
    var told: [String: Int] = [:]
    var order: [String] = []
    for finding in findings {
      let place =
        (finding.landing ?? finding.reference?.target ?? finding.filename)
        .map { TerminalText.escaped($0) } ?? finding.place
      let sentence = "\(finding.kind.title): \(place)"
      if told[sentence] == nil { order.append(sentence) }
      told[sentence, default: 0] += 1
    }
    for sentence in order.prefix(Self.told) {
      let count = told[sentence] ?? 1
      try paragraph("\(style.good) \(sentence)" + (count > 1 ? " (\(count) findings)" : ""))
    }
    if order.count > Self.told {
      try line("  and \(order.count - Self.told) more: backstory log --event finding-closed")
    }
  }

  /// Entries of a section of a mail.
  private static let told = 20
}
