/// A length of time as people write it: `30m`, `12h`, `7d`, `2w`.
public struct Age: Hashable, Sendable {
  /// The length, from 0.
  public let milliseconds: Int64
  /// As it was written.
  public let text: String

  /// Twelve hours: two scans that are so far apart are of two nights.
  public static let halfADay = Age(milliseconds: 43_200_000, text: "12h")

  private init(milliseconds: Int64, text: String) {
    self.milliseconds = milliseconds
    self.text = text
  }

  /// Reads a whole number and a unit.
  /// - Returns: `nil` for anything else.
  public init?(_ text: String) {
    let units: [Character: Int64] = [
      "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]
    guard let unit = text.last.flatMap({ units[$0] }),
      let count = Int64(text.dropLast()), count >= 0
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    milliseconds = product
    self.text = text
  }
}
