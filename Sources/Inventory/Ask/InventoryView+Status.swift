public import Database
internal import Model

extension InventoryView {
  /// How it stands after this scan.
  public func status() throws(StoreFault) -> StatusAnswer {
    let scans = try scans()
    guard let scan = scans.last else { throw StoreFault.noScan(file) }
    let findings = try findings(kinds: [], pool: nil, since: nil).filter { !$0.isInDoubt }
    let opened = findings.count { $0.since.scan == point.scan }
    return try reading { question in
      let isLatest = try question.isLatest()
      return StatusAnswer(
        host: try question.hostName(), scan: point, state: scan.state,
        images: try question.imageCount(), pools: try question.pools(),
        counts: Dictionary(grouping: findings.filter { $0.acknowledged == nil }, by: \.severity)
          .mapValues(\.count),
        causes: Causes(findings, at: point, isLatest: isLatest).answers,
        opened: Int64(opened),
        closed: try question.closedCount(), stale: try question.staleParts().all(ofPool: nil))
    }
  }

  /// The findings of a cause that is open.
  /// - Throws: `unknownCause` where none is.
  public func findings(ofCause number: Int64) throws(StoreFault) -> [FindingAnswer] {
    let found = try findings(kinds: [], pool: nil, since: nil).filter { $0.causeNumber == number }
    if found.isEmpty { throw StoreFault.unknownCause(number, scan: point.scan) }
    return found
  }
}

extension Question {
  fileprivate func imageCount() throws -> Int64 {
    try value(
      """
      SELECT count(*) FROM (
        SELECT DISTINCT place.image FROM place_at AS place
        JOIN image_state_at AS state ON state.image = place.image WHERE state.kind = 'image')
      """) ?? 0
  }

  fileprivate func closedCount() throws -> Int64 {
    try value("SELECT findings_closed FROM scan WHERE id = (SELECT scan FROM asof)") ?? 0
  }
}

/// Findings by what caused them.
struct Causes {
  /// Worst first, then those that hit most.
  let answers: [CauseAnswer]

  init(_ findings: [FindingAnswer], at point: ScanPoint, isLatest: Bool) {
    var members: [Int64: [FindingAnswer]] = [:]
    for finding in findings {
      guard let number = finding.causeNumber ?? finding.number else { continue }
      members[number, default: []].append(finding)
    }
    answers = members.map { Self.answer($0, $1, at: point, isLatest) }.sorted(by: Self.isBefore)
  }

  private static func answer(
    _ number: Int64, _ findings: [FindingAnswer], at point: ScanPoint, _ isLatest: Bool
  ) -> CauseAnswer {
    // A finding of an image says more of the cause than that of a machine above it.
    let first = findings.first { $0.domain == nil } ?? findings[0]
    let targets = Set(findings.map { $0.reference?.target })
    let causes = Set(findings.compactMap(\.cause))
    var images: Set<PathBytes> = []
    var domains: Set<String> = []
    for finding in findings {
      // The image that a machine's finding names is the one that is not there.
      if finding.domain == nil, let filename = finding.filename { images.insert(filename) }
      images.formUnion(finding.victims)
      domains.formUnion(finding.domains)
      if let domain = finding.domain { domains.insert(domain) }
    }
    let isMended = findings.contains { $0.kind.has(.isMended) || $0.kind.has(.isFlattened) }
    return CauseAnswer(
      number: number, kind: first.kind,
      target: first.kind.has(.sharesTarget) && targets.count == 1
        ? first.reference?.target : findings.count == 1 ? first.filename : nil,
      images: images.count, domains: domains.count,
      since: findings.map(\.since).min { $0.scan < $1.scan } ?? point,
      isNew: findings.allSatisfy { $0.since.scan == point.scan },
      acknowledged: findings.count { $0.acknowledged != nil }, findings: findings.count,
      why: causes.count == 1 ? causes.first : nil,
      repair: isMended && isLatest ? ["backstory", "repair", "--cause", "\(number)"] : nil)
  }

  private static func isBefore(_ left: CauseAnswer, _ right: CauseAnswer) -> Bool {
    if left.kind.severity != right.kind.severity { return left.kind.severity > right.kind.severity }
    let (hits, others) = (left.images + left.domains, right.images + right.domains)
    if hits != others { return hits > others }
    return left.number < right.number
  }
}
