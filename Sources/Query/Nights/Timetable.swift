internal import Model

/// When there were scans, and, as far as their own past says it, when there should have been.
struct Timetable {
  /// A scan, as the timetable needs it.
  struct Entry {
    let scan: Int64
    let isComplete: Bool
    let started: Moment
    let finished: Moment
    let isForgotten: Bool
    /// Whether it looked into pools, and not only at single images.
    let isWalk: Bool
  }

  private let entries: [Entry]
  /// Milliseconds from one scan to the next, as it usually is.
  let period: Int64

  /// From scans in the order of their numbers.
  init(_ entries: [Entry]) {
    self.entries = entries
    period = Self.period(of: entries.filter(\.isWalk))
  }

  /// A timer that is as quick is none: somebody scanned by hand.
  private static let shortestPeriod: Int64 = 3_600_000
  private static let day: Int64 = 86_400_000
  /// Nights that are told of one gap: a clock that was wrong once fills no screen for ever.
  private static let mostMissed: Int64 = 4000

  /// The gap in the middle of all gaps; a day where scans tell no other.
  private static func period(of walks: [Entry]) -> Int64 {
    let gaps = zip(walks, walks.dropFirst()).map { gap($0, $1) }.filter { $0 > 0 }.sorted()
    guard gaps.count > 2 else { return day }
    let median = gaps[(gaps.count - 1) / 2]
    return median < shortestPeriod ? day : median
  }

  private static func gap(_ one: Entry, _ next: Entry) -> Int64 {
    let (gap, overflow) = next.started.milliseconds.subtractingReportingOverflow(
      one.started.milliseconds)
    return overflow ? 0 : gap
  }

  /// The length that half of all walks exceed, in milliseconds.
  var usualLength: Int64? {
    let lengths = entries.filter { $0.isWalk && !$0.isForgotten }.map(Self.length).sorted()
    return lengths.isEmpty ? nil : lengths[lengths.count / 2]
  }

  private static func length(_ entry: Entry) -> Int64 {
    let (length, overflow) = entry.finished.milliseconds.subtractingReportingOverflow(
      entry.started.milliseconds)
    return overflow ? 0 : max(0, length)
  }

  /// When no scan came, each with the scan that came next.
  var missed: [(due: Moment, next: Int64)] {
    let walks = entries.filter(\.isWalk)
    return zip(walks, walks.dropFirst()).flatMap { one, next in
      let gap = Self.gap(one, next)
      // Rounded: a timer waits at random, and a night may be long.
      let count = min((gap / (period / 2) + 1) / 2 - 1, Self.mostMissed)
      guard count > 0 else { return [(due: Moment, next: Int64)]() }
      let step = gap / (count + 1)
      return (1...count).map {
        (due: Moment(milliseconds: one.started.milliseconds + $0 * step), next: next.scan)
      }
    }
  }

  /// Scans that can be asked for, and what is missing between them, oldest first.
  var nights: [Night] {
    let missed = Dictionary(grouping: missed, by: \.next)
    return entries.flatMap { entry in
      let before = (missed[entry.scan] ?? []).map {
        Night(scan: nil, time: $0.due, state: .missed)
      }
      guard !entry.isForgotten else { return before }
      let night = Night(
        scan: entry.scan, time: entry.finished, state: entry.isComplete ? .complete : .partial,
        milliseconds: Self.length(entry))
      return before + [night]
    }
  }
}
