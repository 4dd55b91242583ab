internal import Host
public import Inventory
public import Model

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
  }

  /// The moves, in byte order of the paths.
  public private(set) var moves: [Move] = []
  /// What is left alone, and why.
  public private(set) var leftAlone: [(path: PathBytes, reason: String)] = []

  /// So many images, and so many of a hundred, may go from a pool at once. More means that something
  /// else is wrong: domains that were not given, a pool that was mounted elsewhere.
  private static let mostImages = 50
  private static let mostPercent = 80

  /// Plans the quarantine of orphans.
  /// - Parameter folder: where they go; `nil` for the pool's path with `.quarantine` behind it.
  public init(_ orphans: [OrphanAnswer], pools: [PoolAnswer], to folder: PathBytes?) {
    let sure = orphans.filter { $0.verdict == .orphan }
    for (pool, mine) in Dictionary(
      grouping: sure, by: { Self.pool(of: $0.filename, pools)?.outcome.path })
    {
      guard let pool, let images = pools.first(where: { $0.outcome.path == pool })?.outcome.images
      else {
        leftAlone += mine.map { ($0.filename, "no pool has it") }
        continue
      }
      guard mine.count <= Self.mostImages || mine.count * 100 <= Int(images) * Self.mostPercent
      else {
        let reason =
          "\(mine.count) of the \(images) images of its pool would go: look for another cause"
        leftAlone += mine.map { ($0.filename, reason) }
        continue
      }
      let goal = folder ?? PathBytes(pool.bytes + Array(".quarantine".utf8))
      for orphan in mine { add(orphan, in: pool, to: goal) }
    }
    moves.sort { $0.from < $1.from }
    leftAlone.sort { $0.path < $1.path }
  }

  private static func pool(of path: PathBytes, _ pools: [PoolAnswer]) -> PoolAnswer? {
    pools.filter { path.bytes.starts(with: $0.outcome.path.bytes + [UInt8(ascii: "/")]) }
      .max { $0.outcome.path.bytes.count < $1.outcome.path.bytes.count }
  }

  private mutating func add(_ orphan: OrphanAnswer, in pool: PathBytes, to goal: PathBytes) {
    do {
      let now = try ImageNow(reading: orphan.filename)
      guard !now.isInUse else {
        return leftAlone.append((orphan.filename, "another process holds it"))
      }
      moves.append(
        Move(
          from: orphan.filename,
          to: goal.appending(orphan.filename.bytes.dropFirst(pool.bytes.count + 1)),
          guarding: now.guarding, evidence: orphan.evidence, size: orphan.reclaimableSize))
    } catch {
      leftAlone.append((orphan.filename, "it cannot be read now: \(error.reason)"))
    }
  }
}
