public import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Rules

extension InventoryView {
  /// Open findings by their cause, worst first, then those that hit most; with a chain for some of them.
  public func causes(of findings: [Finding]) throws(StoreFault) -> [CauseGroup] {
    try reading { transaction in
      // An answer of an older scan says what it said then.
      var groups = try Causes(
        findings, at: point, isLatest: true, transaction.images(hitByEach:)
      ).groups
      var left = Self.mostExamples
      for index in groups.indices where groups[index].cause.kind.has(.sharesTarget) && left > 0 {
        groups[index].example = try transaction.example(of: groups[index].findings)
        left -= 1
      }
      return groups
    }
  }

  /// The numbers of the images whose links lead nowhere, and of what stands on those.
  public func brokenImages() throws(StoreFault) -> Set<Int64> {
    try reading { transaction in
      try transaction.images(
        hitBy: transaction.findings(kinds: Rule.kinds(.leadsNowhere), pool: nil, closedAfter: nil))
    }
  }

  /// Chains that are looked up for one answer.
  private static let mostExamples = 24
}

extension ReadTransaction {
  private static let standing = StatementText.text(PackageResources.ask_standing_sql)

  /// The images that findings of one cause hit.
  func images(hitBy findings: [Finding]) throws -> Set<Int64> {
    try images(hitByEach: [findings]).first ?? []
  }

  /// The images that the findings of each of several causes hit: those that are wrong, and what stands on an error. A
  /// base that changed is itself what somebody made of it: it hits those that were made on it before.
  func images(hitByEach causes: [[Finding]]) throws -> [Set<Int64>] {
    var hits: [Set<Int64>] = []
    var errors: [Int] = []
    for (position, findings) in causes.enumerated() {
      hits.append(try roots(of: findings))
      let isError = findings.contains {
        ($0.domain == nil || $0.kind == .baseInUse) && $0.imageID != nil && $0.severity == .error
      }
      if isError { errors.append(position) }
    }
    let all = errors.reduce(into: Set<Int64>()) { $0.formUnion(hits[$1]) }
    guard !all.isEmpty else { return hits }
    // Asked for once: of a chain with many causes SQLite would walk the upper part for each of them.
    var above: [Int64: [Int64]] = [:]
    let found = try rows(
      Self.standing, ["roots": "[" + all.map(String.init).joined(separator: ",") + "]"])
    while let row = try found.next() { above[row[0], default: []].append(row[1]) }
    if above.isEmpty { return hits }
    for position in errors {
      var waiting = Array(hits[position])
      while let image = waiting.popLast() {
        for holder in above[image] ?? [] where hits[position].insert(holder).inserted {
          waiting.append(holder)
        }
      }
    }
    return hits
  }

  private func roots(of findings: [Finding]) throws -> Set<Int64> {
    var roots: Set<Int64> = []
    for finding in findings where finding.domain == nil || finding.kind == .baseInUse {
      guard let image = finding.imageID else { continue }
      if finding.kind == .baseInUse {
        roots.formUnion(try overlays(on: image))
      } else if finding.kind == .baseModified {
        roots.formUnion(try victims(numberedOf: image))
      } else {
        roots.insert(image)
      }
    }
    return roots
  }

  /// One chain from a machine, where there is one, down to the image with the finding.
  func example(of findings: [Finding]) throws -> [CauseGroup.Step] {
    let images = findings.filter { $0.domain == nil }
    guard let lowest = (images.first { !$0.domains.isEmpty } ?? images.first)?.imageID else {
      return findings.first?.domain.map { [.machine($0)] } ?? []
    }
    // Breadth first, so that the chain is the shortest; what lies above is looked at up to a limit.
    var below: [Int64: Int64] = [:]
    var waiting = [lowest]
    var top = lowest
    var found: String?
    var next = 0
    while next < waiting.count, next < Self.mostLookedAt {
      let image = waiting[next]
      next += 1
      if let name = try machine(on: image) {
        (top, found) = (image, name)
        break
      }
      for overlay in try overlays(on: image) where overlay != lowest && below[overlay] == nil {
        below[overlay] = image
        waiting.append(overlay)
        if top == lowest { top = overlay }
      }
    }
    var steps: [CauseGroup.Step] = found.map { [.machine($0)] } ?? []
    var image: Int64? = top
    while let one = image {
      if let place = try primaryPlace(of: one) { steps.append(.image(place, id: one)) }
      image = below[one]
    }
    return steps
  }

  /// Images above a fault among which a machine is looked for.
  private static let mostLookedAt = 200

  private func victims(numberedOf base: Int64) throws -> [Int64] {
    try Array(
      rows("SELECT holder FROM victim_at WHERE base = :base", ["base": base])
        .map { $0[0] as Int64 })
  }

  private func overlays(on image: Int64) throws -> [Int64] {
    try Array(
      rows(
        "SELECT DISTINCT holder FROM link_at WHERE target_image = :image AND holder > 0",
        ["image": image]
      ).map { $0[0] as Int64 })
  }

  private func machine(on image: Int64) throws -> String? {
    try value(
      """
      SELECT domain.name FROM link_at AS link JOIN domain ON domain.id = link.holder
      WHERE link.target_image = :image AND link.holder < 0 ORDER BY domain.name LIMIT 1
      """, ["image": image])
  }
}
