public import Model
internal import Rules

/// Open findings that have one cause, with all that hangs on it.
public struct CauseGroup: Sendable {
  /// What they have in common.
  public var cause: CauseSummary
  /// In the order of `check`; never empty. Those that somebody knows of are left out, unless all are known.
  public var findings: [Finding]
  /// The numbers of the images that it hits: those that are wrong, and those that stand on an error.
  public var images: Set<Int64>
  /// The machines that it may keep from starting.
  public var domains: Set<String>
  /// One of the chains that lead to what is wrong, top first; the others are like it.
  public var example: [Step] = []

  /// A part of a chain.
  public enum Step: Hashable, Sendable {
    case machine(String)
    case image(PathBytes, id: Int64)
  }

  /// Images that are wrong themselves.
  public var named: Int { Set(findings.compactMap { $0.domain == nil ? $0.imageID : nil }).count }

  /// Whether it is wrong with one image, or one machine, and hits nothing else.
  public var isSingle: Bool {
    findings.count == 1 && images.count <= 1 && domains.count <= 1
  }

  /// Findings of an answer by their cause, without what is known of those that stand on them.
  public static func groups(
    of findings: [Finding], at point: ScanPoint, isLatest: Bool
  ) -> [CauseGroup] {
    Causes(findings, at: point, isLatest: isLatest) { causes in
      causes.map { Set($0.compactMap { $0.domain == nil ? $0.imageID : nil }) }
    }.groups
  }
}

/// Findings by what caused them.
struct Causes {
  /// Worst first, then those that hit most.
  let groups: [CauseGroup]

  /// The images that the findings of each of several causes hit.
  typealias Hits = ([[Finding]]) throws -> [Set<Int64>]

  init(
    _ findings: [Finding], at point: ScanPoint, isLatest: Bool, _ hits: Hits
  ) rethrows {
    var members: [Int64: [Finding]] = [:]
    for (index, finding) in findings.enumerated() where finding.closed == nil {
      // Without a number each is a cause of its own; below zero no cause is.
      let number = finding.causeNumber ?? finding.number ?? -Int64(index) - 1
      members[number, default: []].append(finding)
    }
    let causes = members.map { (number: $0.key, all: $0.value, told: Self.told($0.value)) }
    let images = try Self.images(hitBy: causes.map(\.told), hits)
    let found = zip(causes, images).map { cause, images in
      var group = Self.group(cause.number, cause.told, at: point, isLatest, images)
      group.cause.acknowledged = cause.all.count { $0.acknowledged != nil }
      group.cause.findings = cause.all.count
      return group
    }
    groups = found.indices.map { CauseRank(found[$0].cause, at: $0) }.sorted()
      .map { found[$0.position] }
  }

  /// What is told of a cause: findings that nobody knows of yet. Where somebody knows of all of them, it is all.
  private static func told(_ findings: [Finding]) -> [Finding] {
    let unknown = findings.filter { $0.acknowledged == nil }
    return unknown.isEmpty ? findings : unknown
  }

  /// Asked for all at once, but for loops.
  private static func images(
    hitBy causes: [[Finding]], _ hits: Hits
  ) rethrows -> [Set<Int64>] {
    let isLoop = causes.map { $0.allSatisfy { $0.kind == .backingLoop } }
    var others = try hits(causes.indices.filter { !isLoop[$0] }.map { causes[$0] })[...]
    var loops = LoopHits()
    return try causes.indices.map { index in
      try isLoop[index] ? loops.images(hitBy: causes[index], hits) : others.popFirst() ?? []
    }
  }

  private static func group(
    _ number: Int64, _ findings: [Finding], at point: ScanPoint, _ isLatest: Bool,
    _ images: Set<Int64>
  ) -> CauseGroup {
    // A finding of an image says more of the cause than that of a machine above it.
    let first = findings.first { $0.domain == nil } ?? findings[0]
    let causes = Set(findings.compactMap(\.cause))
    var domains: Set<String> = []
    for finding in findings {
      domains.formUnion(finding.domains)
      if let domain = finding.domain { domains.insert(domain) }
    }
    let isMended = findings.contains { $0.kind.has(.isMended) || $0.kind.has(.isFlattened) }
    let cause = CauseSummary(
      number: number, kind: first.kind, target: target(first, findings), images: images.count,
      domains: domains.count,
      since: findings.map(\.since).min { $0.scan < $1.scan } ?? point,
      isNew: findings.allSatisfy { $0.since.scan == point.scan },
      acknowledged: findings.count { $0.acknowledged != nil }, findings: findings.count,
      why: causes.count == 1 ? causes.first : nil,
      repair: isMended && isLatest && number > 0
        ? ["backstory", "repair", "--cause", "\(number)"] : nil)
    return CauseGroup(cause: cause, findings: findings, images: images, domains: domains)
  }

  /// Where all of them lead, however each spells it; else the one image that is wrong. Findings that only a kind brings
  /// together have none.
  private static func target(
    _ first: Finding, _ findings: [Finding]
  ) -> PathBytes? {
    if first.kind.has(.sharesTarget) || first.kind.has(.targetIsGone) {
      let landings = Set(findings.map { $0.landing ?? $0.reference?.target })
      if landings.count == 1 { return landings.first ?? nil }
    }
    return findings.allSatisfy { $0.filename == first.filename } ? first.filename : nil
  }
}

/// Where a cause stands among others, worst first: what is compared and nothing else, because a sort moves it.
private struct CauseRank: Comparable {
  let position: Int
  private let severity: Severity
  private let hits: Int
  private let since: Int64
  private let number: Int64

  init(_ cause: CauseSummary, at position: Int) {
    self.position = position
    severity = cause.kind.severity
    hits = cause.images + cause.domains
    since = cause.since.scan
    number = cause.number
  }

  static func < (left: CauseRank, right: CauseRank) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    if left.hits != right.hits { return left.hits > right.hits }
    if left.since != right.since { return left.since > right.since }
    return left.number < right.number
  }
}

/// What loops hit, by their images: each image of a loop stands on all others, so that all of them hit the same.
private struct LoopHits {
  private var known: [Int64: Set<Int64>] = [:]

  mutating func images(hitBy findings: [Finding], _ hits: Causes.Hits) rethrows -> Set<Int64> {
    if let image = findings.first?.imageID, let found = known[image] { return found }
    let found = try hits([findings]).first ?? []
    for each in found { known[each] = found }
    return found
  }
}
