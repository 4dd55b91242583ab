/// Scans that a centre does not have: they are not forgotten for a while.
public struct UnsentScans: Hashable, Sendable {
  /// The centre, as the configuration names it.
  public let destination: String
  /// How long they are kept.
  public let limit: Age

  /// Scans that wait for a centre.
  public init(destination: String, limit: Age) {
    self.destination = destination
    self.limit = limit
  }

  /// The numbers of the scans that are kept, where the centre has all up to one: those after it that are no older than
  /// the limit, and that one itself, without which nobody could say what ended since.
  public func kept(of scans: [ScanPoint], after acknowledged: Int64?, now: Moment) -> Set<Int64> {
    let (oldest, overflow) = now.milliseconds.subtractingReportingOverflow(limit.milliseconds)
    let waiting = scans.filter { $0.scan > acknowledged ?? 0 }.sorted { $0.scan < $1.scan }
    let kept = waiting.filter { overflow || $0.time.milliseconds >= oldest }
    guard let acknowledged, kept.first == waiting.first else { return Set(kept.map(\.scan)) }
    return Set(kept.map(\.scan)).union([acknowledged])
  }
}
