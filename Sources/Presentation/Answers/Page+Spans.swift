internal import Model
public import Query

extension Report {
  /// The answer of `check --between`, worst first.
  public static func spans(_ spans: [FindingSpan]) -> Report {
    Report(list: spans) { try $0.spans($1) }
  }
}

extension Page {
  /// Findings with how often and how long they were open, then each kind with its mean.
  func spans(_ spans: [FindingSpan]) throws {
    guard !spans.isEmpty else { return try line("No findings.") }
    let table = Table(
      on: self, .whole("KIND"), .number("TIMES"), .number("SCANS"), .number("LONGEST"),
      .whole("STATE"), .whole("IMAGE"))
    for span in spans {
      let finding = span.finding
      let state =
        finding.closed.map { "closed in scan \($0.scan)" }
        ?? "open since scan \(finding.since.scan)"
      let place =
        finding.filename.map { TerminalText.escaped($0) }
        ?? finding.domain.map { "machine '\($0)'" }
      try table.row(
        Piece(finding.kind.rawValue, finding.severity.tone), Piece("\(span.times)"),
        Piece("\(span.openScans)"), Piece("\(span.longestScans)"), Piece(state),
        Piece(place ?? ""))
    }
    try table.finish()
    try gap()
    let sums = Table(
      on: self, "KIND", .number("FINDINGS"), .number("MEAN SCANS"), .number("LONGEST"))
    for (kind, own) in Dictionary(grouping: spans, by: \.finding.kind)
      .sorted(by: { $0.key.rawValue < $1.key.rawValue })
    {
      let nights = own.reduce(Int64(0)) { $0 + $1.openScans }
      let times = max(1, own.reduce(Int64(0)) { $0 + $1.times })
      try sums.row(
        Piece(kind.rawValue), Piece("\(own.count)"), Piece(Self.mean(nights, of: times)),
        Piece("\(own.map(\.longestScans).max() ?? 0)"))
    }
    try sums.finish()
  }

  /// A mean with one decimal.
  private static func mean(_ sum: Int64, of count: Int64) -> String {
    let tenths = (sum * 10 + count / 2) / count
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension FindingSpan: CSVRow {
  static let columns: [CSVColumn<FindingSpan>] =
    Finding.columns.map { column in CSVColumn(column.key) { column.cell($0.finding) } } + [
      CSVColumn("times") { .number($0.times) },
      CSVColumn("longest-scans") { .number($0.longestScans) },
      CSVColumn("open-scans") { .number($0.openScans) },
    ]
}
