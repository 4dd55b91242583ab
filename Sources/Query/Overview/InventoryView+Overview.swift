public import Database
internal import GRDB
public import Model
internal import Rules

extension InventoryView {
  /// Days that "a week" looks back.
  private static let week: Int64 = 7

  /// What this scan left behind, in one value.
  public func overview() throws(StoreFault) -> Overview {
    let scans = try scans()
    guard let scan = scans.last else { throw StoreFault.noScan(file) }
    var overview = try reading { transaction in
      let findings = try transaction.findings(kinds: [], pool: nil, closedAfter: nil)
      var overview = Overview(
        host: try transaction.hostName(), scan: scan,
        groups: try transaction.groups(of: findings.filter(\.counts)),
        problems: try transaction.problems(),
        pools: try transaction.pools(countingFindings: true),
        growth: try transaction.growth(),
        longestChains: try transaction.longestChains(limit: Overview.chainLimit),
        orphans: try transaction.orphans(includingUnknown: false))
      overview.acknowledged = findings.filter { !$0.counts }
      return overview
    }
    overview.isLatest = try reading { try $0.isLatest() }
    overview.status = try status()
    try addNights(to: &overview)
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

  /// Nights that a page shows.
  private static let mostNights = 28

  /// Adds the last nights, what was wrong in them and how much was used.
  private func addNights(to overview: inout Overview) throws(StoreFault) {
    let nights = try nights().suffix(Self.mostNights)
    guard let start = nights.compactMap(\.scan).first else { return }
    let counts = try reading { try $0.nightlyCounts(from: start) }
    var sizes: [Int64: UInt64] = [:]
    for point in overview.growth.flatMap(\.points) where point.point.scan >= start {
      let sum = sizes[point.point.scan, default: 0].addingReportingOverflow(point.actualSize)
      sizes[point.point.scan] = sum.partialValue
    }
    overview.nights = nights.map { night in
      var shown = OverviewNight(night)
      guard let scan = night.scan else { return shown }
      (shown.errors, shown.warnings) = (counts[scan]?.errors, counts[scan]?.warnings)
      shown.actualSize = sizes[scan]
      return shown
    }
    overview.recent = try reading { transaction in
      try transaction.findings(kinds: [], pool: nil, closedAfter: start)
    }
  }

  /// What refers to what: everything, or an image with all under it and all that stands on it.
  public func graph(_ selector: ImageSelector?) throws(StoreFault) -> Graph {
    try reading { transaction in
      guard let selector else { return try transaction.graph() }
      return try transaction.graph(around: try transaction.number(of: selector))
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

extension ReadTransaction {
  private static let nightly = StatementText.text(PackageResources.ask_nightly_counts_sql)

  /// How many images and machines had something wrong, by scan.
  fileprivate func nightlyCounts(
    from start: Int64
  ) throws -> [Int64: (errors: Int64, warnings: Int64)] {
    let found = try rows(Self.nightly, ["start": start, "now": now])
    var counts: [Int64: (errors: Int64, warnings: Int64)] = [:]
    while let row = try found.next() { counts[row["id"]] = (row["errors"], row["warnings"]) }
    return counts
  }

  /// Findings by what they have in common, worst first, then those that hit most.
  func groups(of findings: [Finding]) throws -> [FindingGroup] {
    var members: [GroupKey: [Finding]] = [:]
    var cycles: [Int64: Int64] = [:]
    for finding in findings {
      members[try key(of: finding, &cycles), default: []].append(finding)
    }
    var groups = members.map { key, findings in
      FindingGroup(kind: key.kind, target: key.target, findings: findings)
    }
    for index in groups.indices { try addHits(to: &groups[index]) }
    groups.sort(by: Self.isBefore)
    for index in groups.indices.filter({ groups[$0].kind.has(.sharesTarget) }).prefix(
      Overview.pictureLimit)
    {
      // A chain that ends is told as one; a picture is for what does not.
      if groups[index].kind.has(.targetIsGone) {
        groups[index].example = try example(of: groups[index].findings)
      } else {
        groups[index].picture = try picture(
          of: groups[index].findings, limit: Overview.nodeLimit)
      }
    }
    return groups
  }

  private func addHits(to group: inout FindingGroup) throws {
    let numbers = Set(group.findings.map(\.causeNumber))
    if numbers.count == 1 { group.number = numbers.first ?? nil }
    group.images = try images(hitBy: group.findings)
    for finding in group.findings {
      group.domains.formUnion(finding.domains)
      if let domain = finding.domain { group.domains.insert(domain) }
    }
  }

  private struct GroupKey: Hashable {
    let kind: FindingKind
    let target: PathBytes?
    /// For a cycle: the least number of its images.
    var cycle: Int64?
  }

  /// What a finding has in common with others; `cycles` keeps the least numbers of cycles by their images,
  /// so that each is gone round once.
  private func key(of finding: Finding, _ cycles: inout [Int64: Int64]) throws -> GroupKey {
    if finding.kind == .backingLoop, let image = finding.imageID {
      if cycles[image] == nil {
        let cycle = try chain(of: image)
        let least = cycle.min()
        for member in cycle { cycles[member] = least }
      }
      return GroupKey(kind: finding.kind, target: nil, cycle: cycles[image])
    }
    if finding.kind == .baseModified {
      return GroupKey(kind: finding.kind, target: finding.filename)
    }
    return GroupKey(
      kind: finding.kind,
      target: finding.kind.has(.sharesTarget) || finding.kind.has(.targetIsGone)
        ? finding.landing ?? finding.reference?.target : nil)
  }

  private static func isBefore(_ left: FindingGroup, _ right: FindingGroup) -> Bool {
    if left.kind.severity != right.kind.severity { return left.kind.severity > right.kind.severity }
    let (hits, others) = (
      left.images.count + left.domains.count, right.images.count + right.domains.count
    )
    if hits != others { return hits > others }
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
