internal import Model
internal import Query

extension Page {
  /// Images without users and what they would free, a line each; then how that is known, once.
  func orphans(_ orphans: [Orphan], unknown: [Orphan] = [], now: ScanPoint?) throws {
    guard !orphans.isEmpty else {
      guard !unknown.isEmpty else { return try line("No orphans" + Piece.asOf(now)) }
      try paragraph("No orphans are known" + Piece.asOf(now))
      return try self.unknown(unknown)
    }
    let isMixed = orphans.contains { $0.verdict != .orphan }
    let hasUser = orphans.contains { $0.lastUser != nil }
    let table = Table(
      on: self,
      (isMixed ? ["VERDICT"] : []) + [.number("FREES"), .whole("UNUSED"), .number("ID")]
        + (hasUser ? ["LAST USER"] : []) + ["FILENAME"])
    for orphan in orphans {
      let isSure = orphan.verdict == .orphan
      let most = orphan.isAtMost ? "at most " : ""
      try table.row(
        (isMixed ? [Piece(orphan.verdict.rawValue, isSure ? .warning : .faint)] : [])
          + [
            Piece(most + HumanWords.size(orphan.reclaimableSize)),
            Piece(orphan.ageInWords(now: now)), Piece("#\(orphan.imageID)"),
          ] + (hasUser ? [Piece(orphan.userInWords)] : [])
          + [Piece(TerminalText.escaped(orphan.filename))])
    }
    try table.finish()
    try gap()
    try evidence(of: orphans)
    try gap()
    try line("\(orphans.totalInWords)")
    try self.unknown(unknown)
  }

  /// Images of which nobody knows whether anything uses them, and why most of them.
  private func unknown(_ orphans: [Orphan]) throws {
    guard let reason = orphans.commonReason else { return }
    let one = orphans.count == 1
    let count = HumanWords.count(Int64(orphans.count), "image")
    try paragraph("Of \(count) more it is unknown whether anything uses \(one ? "it" : "them"):")
    try paragraph(reason, indent: 2)
    try line("  backstory orphans --all")
  }

  /// What holds of several is said once; what holds of one, behind its number.
  private func evidence(of orphans: [Orphan]) throws {
    var holders: [String: [Int64]] = [:]
    var order: [String] = []
    for orphan in orphans {
      for sentence in orphan.evidence {
        if holders[sentence] == nil { order.append(sentence) }
        holders[sentence, default: []].append(orphan.imageID)
      }
    }
    let common = order.filter { (holders[$0]?.count ?? 0) > 1 || orphans.count == 1 }
    for sentence in common {
      let count = holders[sentence]?.count ?? 0
      try labelled(
        count == orphans.count ? (count == 1 ? "evidence" : "all") : "\(count) of these", sentence)
    }
    guard orphans.count > 1 else { return }
    let carrying = orphans.count { !$0.holders.isEmpty }
    if carrying > 1 {
      try labelled(
        "\(carrying) of these",
        "an unused image depends on each of them and must go first: --script has the order")
    }
    let isSaid = { (sentence: String) in carrying > 1 && sentence.hasSuffix(Orphan.goesFirst)
    }
    for sentence in order where holders[sentence]?.count == 1 && !isSaid(sentence) {
      try labelled("#\(holders[sentence]?.first ?? 0)", sentence)
    }
  }
}

extension Orphan {
  /// Since when it is unused: `11 nights`.
  fileprivate func ageInWords(now: ScanPoint?) -> String {
    guard let now, since.scan < now.scan else { return "new" }
    let (length, overflow) = now.time.milliseconds.subtractingReportingOverflow(
      since.time.milliseconds)
    return overflow || length < 0 ? "?" : HumanWords.age(milliseconds: length)
  }

  fileprivate var userInWords: String {
    lastUser.map { TerminalText.escaped($0.shortName) } ?? "none known"
  }
}

extension [Orphan] {
  /// The last sentence of the evidence that most of them have; `nil` where there are none.
  fileprivate var commonReason: String? {
    let counts = Dictionary(compactMap(\.evidence.last).map { ($0, 1) }, uniquingKeysWith: +)
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  fileprivate var totalInWords: String {
    let sure = filter { $0.verdict == .orphan }
    let freed = sure.reduce(into: UInt64(0)) { sum, next in
      sum = sum.addingReportingOverflow(next.reclaimableSize).partialValue
    }
    let orphans = HumanWords.count(Int64(sure.count), "orphan")
    let size = sure.isEmpty ? "" : " (\(HumanWords.size(freed)))"
    let awaited = count { $0.verdict == .awaited }
    let waiting = awaited > 0 ? "; \(awaited) may be needed" : ""
    let detached = count { $0.verdict == .detached }
    let named = detached > 0 ? "; \(detached) detached from machines" : ""
    let kept = count { $0.verdict == .kept }
    let held = kept > 0 ? "; \(HumanWords.number(Int64(kept))) kept" : ""
    let rest = count { $0.verdict == .unknown }
    return orphans + size + waiting + named + held
      + (rest > 0 ? "; \(rest) more unknown" : "")
  }
}
