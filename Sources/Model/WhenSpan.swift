/// Two points in time as a user names them: `A..B`.
public struct WhenSpan: Hashable, Sendable {
  /// The first.
  public let from: When
  /// The second.
  public let to: When

  /// From one to another.
  public init(from: When, to: When) {
    self.from = from
    self.to = to
  }

  /// Reads `A..B`; `A..` goes on to the last scan.
  public init?(_ text: String, now: Moment) {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let end = text[dots.upperBound...]
    guard let from = When(String(text[..<dots.lowerBound]), now: now),
      let to = end.isEmpty ? .latest(back: 0) : When(String(end), now: now)
    else { return nil }
    self.init(from: from, to: to)
  }
}
