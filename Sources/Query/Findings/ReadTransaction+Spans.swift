public import Database
internal import GRDB
public import Model
internal import Rules

extension ReadTransaction {
  /// Findings over the nights from one to this one, in the order of `check`.
  func spans(
    from start: Int64, kinds: Set<FindingKind>, pool: String?, _ choice: SpanChoice
  ) throws -> [FindingSpan] {
    let nights = times.numbers.filter { $0 >= start && $0 <= at }
    let found = try findings(
      kinds: kinds, pool: pool, closedAfter: start, includingUntold: true)
    let untold = try untoldScans()
    var order: [SpanKey] = []
    var groups: [SpanKey: [Finding]] = [:]
    for finding in found {
      let key = SpanKey(finding)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(finding)
    }
    return order.compactMap { key in
      // A night that does not tell of it says neither that it was open nor that it was not.
      let doubted = untold[key.kind] ?? []
      return span(
        of: (groups[key] ?? []).sorted { $0.since.scan < $1.since.scan },
        doubted.isEmpty ? nights : nights.filter { !doubted.contains($0) })
    }.filter { $0.isOne(of: choice, nights: nights.count) }
  }

  /// One finding, each time that it was open, oldest first; `nil` where no night that can be asked for saw it.
  private func span(of findings: [Finding], _ nights: [Int64]) -> FindingSpan? {
    var rows: [(first: Int, end: Int, since: ScanPoint)] = []
    for finding in findings {
      let first = nights.partition { $0 >= finding.since.scan }
      let end =
        finding.closed.map { closed in nights.partition { $0 >= closed.scan } } ?? nights.count
      guard first < end else { continue }
      if let last = rows.last, first <= last.end {
        rows[rows.count - 1].end = max(last.end, end)
      } else {
        rows.append((first, end, finding.since))
      }
    }
    guard var last = findings.last, let row = rows.last else { return nil }
    last.since = row.since
    return FindingSpan(
      finding: last, times: Int64(rows.count),
      longestScans: Int64(rows.map { $0.end - $0.first }.max() ?? 0),
      openScans: Int64(rows.reduce(0) { $0 + $1.end - $1.first }))
  }
}

/// What makes one finding of several rows: what is wrong with what.
private struct SpanKey: Hashable {
  let kind: FindingKind
  let domain: String?
  let image: Int64?
  let ordinal: Int64?
  let stored: PathBytes?

  init(_ finding: Finding) {
    kind = finding.kind
    domain = finding.domain
    image = finding.imageID
    // The references of a machine are renumbered when it changes: what each says tells them apart.
    ordinal = finding.domain == nil ? finding.ordinal : nil
    stored = finding.domain == nil ? nil : finding.reference?.stored
  }
}

extension FindingSpan {
  fileprivate func isOne(of choice: SpanChoice, nights: Int) -> Bool {
    switch choice {
    case .ever: true
    case .always: openScans == Int64(nights)
    case .resolved: finding.closed != nil
    }
  }
}

extension [Int64] {
  /// How many of these numbers, which are in order, do not meet a condition that all after them meet.
  fileprivate func partition(_ isLate: (Int64) -> Bool) -> Int {
    firstIndex(where: isLate) ?? count
  }
}

extension InventoryView {
  /// Findings over the nights between two points in time, both included, in either order.
  public func findings(
    between span: WhenSpan, _ choice: SpanChoice, kinds: Set<FindingKind>, pool: String?
  ) throws(StoreFault) -> [FindingSpan] {
    let one = try times.start(span.from) ?? times.numbers.first ?? point.scan
    let other = try times.start(span.to) ?? times.numbers.first ?? point.scan
    return try reading { transaction in
      try transaction.checkPool(pool)
      return try transaction.asked(at: max(one, other)).spans(
        from: min(one, other), kinds: kinds, pool: pool, choice)
    }
  }
}
