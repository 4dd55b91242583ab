internal import DiskImage
public import Model
public import Query
internal import Rules

/// What mends the broken links of an inventory: steps in the order in which they are to be taken.
public struct RepairPlan: Sendable {
  /// As of which scan.
  public let point: ScanPoint
  /// The steps: what lies under an image comes before it.
  public private(set) var steps: [RepairStep]

  /// Kinds of findings that a plan has an answer to.
  public static let kinds = Rule.kinds(.isMended)

  /// Adds advice behind the steps.
  public mutating func add(_ advice: [RepairStep]) { steps += advice }

  /// Plans from what is known, and from what the images are at this moment.
  ///
  /// - Parameter isStopped: whether nobody waits for the rest any more; then it has the steps so far.
  public init(
    _ evidence: RepairEvidence, spelling: Spelling = .asBefore, isStopped: () -> Bool = { false }
  ) {
    self.init(
      evidence, spelling: spelling, .reading(below: evidence.pools), isStopped: isStopped)
  }

  /// Plans from what is known, and from what a disk answers.
  init(
    _ evidence: RepairEvidence, spelling: Spelling = .asBefore, _ now: LiveImages,
    isStopped: () -> Bool = { false }
  ) {
    point = evidence.point
    var planner = LinkPlanner(evidence, spelling: spelling, now)
    var steps: [RepairStep] = []
    var changed: Set<PathBytes> = []
    for link in Self.bottomFirst(evidence) {
      if isStopped() { break }
      var step = planner.step(for: link)
      step.guards.removeAll { changed.contains($0.path) }
      if step.isReady, !step.isInUse { changed.insert(step.filename) }
      steps.append(step)
    }
    self.steps = steps
  }

  /// The links in an order in which every link comes after those of the images under it.
  private static func bottomFirst(_ evidence: RepairEvidence) -> [FaultyLink] {
    var order: [Int64] = []
    var seen: Set<Int64> = []
    let links = Dictionary(grouping: evidence.links, by: \.holder)
    for link in evidence.links {
      // Down the chain with a list of its own, then up again: no chain is too long for it.
      var path: [Int64] = []
      var next: Int64? = link.holder
      while let image = next, seen.insert(image).inserted {
        path.append(image)
        let former = links[image]?.first { $0.role == .backing }
        next = former?.image ?? former?.former?.image ?? evidence.images[image]?.base?.image
      }
      order += path.reversed()
    }
    // An image opens its data file for every change: that comes first.
    return order.flatMap { image in
      (links[image] ?? []).sorted { $0.rank < $1.rank }
    }
  }
}

extension FaultyLink {
  fileprivate var rank: Int { role == .dataFile ? 0 : 1 }
}
