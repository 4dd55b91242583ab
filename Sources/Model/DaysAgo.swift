/// A day that is told by how long ago it was.
struct DaysAgo {
  private let count: Int64

  /// Reads `today`, `yesterday`, `2d`, `1w`, `3 days ago`, `a week ago`.
  init?(_ text: String) {
    switch text {
    case "today": count = 0
    case "yesterday": count = 1
    default:
      guard let count = Self.counted(text) ?? Self.spelled(text) else { return nil }
      self.count = count
    }
  }

  /// The moment after the last one of that day, UTC; `nil` where no clock goes back so far.
  func end(now: Moment) -> Moment? {
    let (day, isTooFar) = now.day.subtractingReportingOverflow(count - 1)
    let (end, isOut) = day.multipliedReportingOverflow(by: 86_400_000)
    return isTooFar || isOut ? nil : Moment(milliseconds: end)
  }

  /// `2d`, `1w`.
  private static func counted(_ text: String) -> Int64? {
    guard let unit = text.last.flatMap({ days[String($0)] }) else { return nil }
    return product(Substring(text.dropLast()), unit)
  }

  /// `3 days ago`, also with dots or underscores between, as git takes them.
  private static func spelled(_ text: String) -> Int64? {
    let words = text.split { $0 == " " || $0 == "." || $0 == "_" }
    guard words.count == 3, words[2] == "ago" else { return nil }
    let singular = words[1].last == "s" ? words[1].dropLast() : words[1]
    guard singular.count > 1, let unit = days[String(singular)] else { return nil }
    return product(words[0] == "a" || words[0] == "one" ? "1" : words[0], unit)
  }

  private static let days: [String: Int64] = ["d": 1, "w": 7, "day": 1, "week": 7]

  private static func product(_ digits: Substring, _ unit: Int64) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }),
      let count = Int64(digits)
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }
}
