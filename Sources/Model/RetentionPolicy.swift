/// Which scans are kept, as restic and borg have it: the last ones, and the last of each of the last
/// days, weeks and months that have any.
public struct RetentionPolicy: Hashable, Sendable {
  /// The last so many scans.
  public var last = 0
  /// The last scan of each of the last so many days (UTC) that have one.
  public var daily = 0
  /// The last scan of each of the last so many weeks (from Monday, UTC) that have one.
  public var weekly = 0
  /// The last scan of each of the last so many months (UTC) that have one.
  public var monthly = 0

  /// A policy that keeps nothing yet.
  public init() {}

  /// Whether anything is kept at all.
  public var keepsAnything: Bool { last > 0 || daily > 0 || weekly > 0 || monthly > 0 }

  /// The numbers of the scans that are kept; the newest is always one of them.
  public func kept(of scans: [ScanPoint]) -> Set<Int64> {
    let newestFirst = scans.sorted { $0.scan > $1.scan }
    var kept = Set(newestFirst.prefix(max(1, last)).map(\.scan))
    kept.formUnion(Self.lastOfEach(newestFirst, count: daily) { $0.day })
    kept.formUnion(Self.lastOfEach(newestFirst, count: weekly) { $0.week })
    kept.formUnion(Self.lastOfEach(newestFirst, count: monthly) { $0.month })
    return kept
  }

  private static func lastOfEach(
    _ newestFirst: [ScanPoint], count: Int, _ period: (Moment) -> Int64
  ) -> Set<Int64> {
    var kept: Set<Int64> = []
    var periods: Set<Int64> = []
    for point in newestFirst {
      if periods.count == count { break }
      if periods.insert(period(point.time)).inserted { kept.insert(point.scan) }
    }
    return kept
  }
}
