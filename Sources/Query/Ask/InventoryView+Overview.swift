public import Database
public import Model
internal import Rules

extension InventoryView {
  /// Days that "a week" looks back.
  private static let week: Int64 = 7

  /// What this scan left behind, in one value.
  public func overview() throws(StoreFault) -> Overview {
    let scans = try scans()
    guard let scan = scans.last else { throw StoreFault.noScan(file) }
    var overview = try reading { question in
      let findings = try question.findings(kinds: [], pool: nil, closedAfter: nil)
        .filter { !$0.isInDoubt }
      var overview = Overview(
        host: try question.hostName(), scan: scan,
        groups: try question.groups(of: findings.filter(\.counts)),
        problems: try question.problems(), pools: try question.pools(),
        growth: try question.growth(),
        longestChains: try question.longestChains(limit: Overview.chainLimit),
        orphans: try question.orphans(includingUnknown: false))
      overview.acknowledged = findings.filter { !$0.counts }
      return overview
    }
    overview.isLatest = try reading { try $0.isLatest() }
    if let before = scans.dropLast().last {
      overview.sinceLastScan = try diff(from: .number(before.number), to: .number(point.scan))
      let start = point.time.milliseconds - Self.week * 86_400_000
      let old = scans.last { $0.finished.milliseconds <= start } ?? scans.first
      if let old, old.number < before.number {
        overview.sinceLastWeek = try diff(from: .number(old.number), to: .number(point.scan))
      }
    }
    return overview
  }

  /// What refers to what: everything, or an image with all under it and all that stands on it.
  public func graph(_ selector: ImageSelector?) throws(StoreFault) -> GraphAnswer {
    try reading { question in
      guard let selector else { return try question.graph() }
      return try question.graph(around: try question.number(of: selector))
    }
  }
}

extension Overview {
  /// Chains that are listed.
  static let chainLimit = 10
  /// Groups that get a picture; there may be thousands.
  static let pictureLimit = 24
  /// Nodes of one picture, about.
  static let nodeLimit = 12
}

extension Question {
  /// Findings by what they have in common, worst first, then the newest.
  func groups(of findings: [FindingAnswer]) throws -> [FindingGroup] {
    var members: [GroupKey: [FindingAnswer]] = [:]
    var cycles: [Int64: Int64] = [:]
    for finding in findings {
      members[try key(of: finding, &cycles), default: []].append(finding)
    }
    var groups = members.map { key, findings in
      FindingGroup(kind: key.kind, target: key.target, findings: findings)
    }.sorted(by: Self.isBefore)
    for index in groups.indices.filter({ groups[$0].kind.has(.sharesTarget) }).prefix(
      Overview.pictureLimit)
    {
      groups[index].picture = try picture(
        of: groups[index].findings, limit: Overview.nodeLimit)
    }
    return groups
  }

  private struct GroupKey: Hashable {
    let kind: FindingKind
    let target: PathBytes?
    /// For a cycle: the least number of its images.
    var cycle: Int64?
  }

  /// What a finding has in common with others; `cycles` keeps the least numbers of cycles by their images,
  /// so that each is gone round once.
  private func key(of finding: FindingAnswer, _ cycles: inout [Int64: Int64]) throws -> GroupKey {
    if finding.kind == .backingLoop, let image = finding.imageID {
      if cycles[image] == nil {
        let cycle = try chain(of: image)
        let least = cycle.min()
        for member in cycle { cycles[member] = least }
      }
      return GroupKey(kind: finding.kind, target: nil, cycle: cycles[image])
    }
    return GroupKey(
      kind: finding.kind, target: finding.kind.has(.sharesTarget) ? finding.reference?.target : nil)
  }

  private static func isBefore(_ left: FindingGroup, _ right: FindingGroup) -> Bool {
    if left.kind.severity != right.kind.severity { return left.kind.severity > right.kind.severity }
    if left.newest != right.newest { return left.newest > right.newest }
    if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
    if left.target != right.target { return (left.target ?? "") < (right.target ?? "") }
    return (left.findings.first?.filename ?? "") < (right.findings.first?.filename ?? "")
  }
}

extension FindingGroup {
  /// The scan that saw the newest of the findings first.
  var newest: Int64 { findings.map(\.since.scan).max() ?? 0 }
}
