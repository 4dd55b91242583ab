/// A day as people name it: `2027-01-31`, UTC.
public struct Day: Hashable, Sendable {
  /// Its first millisecond.
  public let start: Moment
  /// The day as it was written.
  public let text: String

  /// Reads a date of ISO 8601.
  public init?(_ text: String) {
    guard text.utf8.count == 10, let end = CivilTime(text)?.end else { return nil }
    start = Moment(milliseconds: end.milliseconds - 86_400_000)
    self.text = text
  }
}
