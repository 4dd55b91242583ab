internal import Host
public import Model
public import Query

/// A plan that moves unused images out of their pools, and deletes nothing.
public struct Quarantine: Sendable {
  /// One image that moves.
  public struct Move: Sendable, Hashable {
    /// Where it stands.
    public var from: PathBytes
    /// Where it will stand: as deep under the quarantine as it was in its pool.
    public var to: PathBytes
    /// The image as it is now.
    public var guarding: Guard
    /// How it is known that nobody uses it.
    public var evidence: [String]
    /// Bytes that it frees in the pool.
    public var size: UInt64
    /// Whether it is another name of the file that moved just before; all of them move, or nothing is freed.
    public var isOtherName = false
    /// Where the images will stand that stand on it; they move before it.
    public var above: [PathBytes]
  }

  /// The moves: what stands on one another together, from the top, and else in byte order of the paths.
  public private(set) var moves: [Move] = []
  /// What is left alone, and why.
  public private(set) var leftAlone: [(path: PathBytes, reason: String)] = []

  /// So many images, and so many of a hundred, may go from a pool at once. More means that something
  /// else is wrong: domains that were not given, a pool that was mounted elsewhere.
  private static let mostImages = 50
  private static let mostPercent = 80

  /// Plans the quarantine of orphans.
  /// - Parameter folder: where they go; `nil` for the pool's path with `.quarantine` behind it.
  public init(_ orphans: [Orphan], pools: [PoolSummary], to folder: PathBytes?) {
    self.init(orphans, pools: pools, to: folder) { path throws(HostFault) in
      ImageGlance(try LiveImage(reading: path))
    }
  }

  /// Plans from what is known, and from what is seen of each image at this moment.
  init(
    _ orphans: [Orphan], pools: [PoolSummary], to folder: PathBytes?,
    seen: (PathBytes) throws(HostFault) -> ImageGlance
  ) {
    let sure = orphans.filter { $0.verdict == .orphan }
    var homes: [Int64: PathBytes] = [:]
    for (pool, mine) in Dictionary(
      grouping: sure, by: { Self.pool(of: $0.filename, pools)?.outcome.path })
    {
      guard let pool, let images = pools.first(where: { $0.outcome.path == pool })?.outcome.images
      else {
        leftAlone += mine.map { ($0.filename, "it is in no pool") }
        continue
      }
      guard mine.count <= Self.mostImages || mine.count * 100 <= Int(images) * Self.mostPercent
      else {
        let reason =
          "\(mine.count) of the \(images) images of its pool would be moved: look for another cause"
        leftAlone += mine.map { ($0.filename, reason) }
        continue
      }
      for orphan in mine { homes[orphan.imageID] = pool }
    }
    var goals: [Int64: PathBytes] = [:]
    for orphan in Self.topFirst(sure) {
      guard let pool = homes[orphan.imageID] else { continue }
      // What stands on it would lose it.
      let above = orphan.holders.compactMap { goals[$0] }
      guard above.count == orphan.holders.count else {
        leftAlone.append((orphan.filename, "an image that depends on it is left alone"))
        continue
      }
      let goal = folder ?? Self.quarantine(of: pool)
      goals[orphan.imageID] = add(orphan, in: pool, to: goal, above, seen)
      guard goals[orphan.imageID] != nil, let file = moves.last?.guarding.stamp else { continue }
      for name in orphan.otherNames {
        guard let home = Self.pool(of: name, pools)?.outcome.path else { continue }
        add(
          name, of: orphan, stamp: file, in: home, to: folder ?? Self.quarantine(of: home), above,
          seen)
      }
    }
    leftAlone.sort { $0.path < $1.path }
  }

  /// Each image after all that stand on it, groups together, in byte order of their first paths. Images that
  /// stand on each other in a circle come last; none of them moves before all that stand on it.
  private static func topFirst(_ orphans: [Orphan]) -> [Orphan] {
    let byNumber = Dictionary(orphans.map { ($0.imageID, $0) }) { first, _ in first }
    var below: [Int64: [Int64]] = [:]
    var waitsFor: [Int64: Int] = [:]
    for orphan in orphans {
      let holders = Set(orphan.holders)
      waitsFor[orphan.imageID] = holders.count
      for holder in holders { below[holder, default: []].append(orphan.imageID) }
    }
    var ordered: [Orphan] = []
    for top in orphans.sorted(by: { $0.filename < $1.filename }) where top.holders.isEmpty {
      var ready = [top.imageID]
      while let next = ready.popLast() {
        if let orphan = byNumber[next] { ordered.append(orphan) }
        for base in below[next] ?? [] {
          let left = (waitsFor[base] ?? 0) - 1
          waitsFor[base] = left
          if left == 0 { ready.append(base) }
        }
      }
    }
    let placed = Set(ordered.map(\.imageID))
    return ordered + orphans.filter { !placed.contains($0.imageID) }
  }

  private static func quarantine(of pool: PathBytes) -> PathBytes {
    PathBytes(pool.bytes + Array(".quarantine".utf8))
  }

  private static func pool(of path: PathBytes, _ pools: [PoolSummary]) -> PoolSummary? {
    pools.filter { path.bytes.starts(with: $0.outcome.path.bytes + [UInt8(ascii: "/")]) }
      .max { $0.outcome.path.bytes.count < $1.outcome.path.bytes.count }
  }

  /// Lets another name go where the image goes.
  private mutating func add(
    _ name: PathBytes, of orphan: Orphan, stamp: String, in pool: PathBytes, to goal: PathBytes,
    _ above: [PathBytes], _ seen: (PathBytes) throws(HostFault) -> ImageGlance
  ) {
    do throws(HostFault) {
      let now = try seen(name)
      guard now.guardingAll.stamp == stamp else {
        return leftAlone.append((name, "it is no longer a name of '\(orphan.filename)'"))
      }
      moves.append(
        Move(
          from: name, to: goal.appending(name.bytes.dropFirst(pool.bytes.count + 1)),
          guarding: now.guardingAll,
          evidence: ["it is another name of '\(orphan.filename.displayText)'"], size: 0,
          isOtherName: true, above: above))
    } catch { leftAlone.append((name, "it cannot be read now: \(error.reason)")) }
  }

  /// - Returns: where it will stand, if it moves.
  private mutating func add(
    _ orphan: Orphan, in pool: PathBytes, to goal: PathBytes, _ above: [PathBytes],
    _ seen: (PathBytes) throws(HostFault) -> ImageGlance
  ) -> PathBytes? {
    do throws(HostFault) {
      let now = try seen(orphan.filename)
      guard !now.isInUse else {
        leftAlone.append((orphan.filename, "another process has it open"))
        return nil
      }
      let to = goal.appending(orphan.filename.bytes.dropFirst(pool.bytes.count + 1))
      moves.append(
        Move(
          from: orphan.filename,
          to: to,
          guarding: now.guardingAll, evidence: orphan.evidence,
          size: orphan.reclaimableSize,
          above: above))
      return to
    } catch {
      leftAlone.append((orphan.filename, "it cannot be read now: \(error.reason)"))
      return nil
    }
  }
}
