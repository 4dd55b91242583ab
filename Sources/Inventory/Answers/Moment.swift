/// A point in time, as the database keeps it.
public struct Moment: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970, UTC.
  public let milliseconds: Int64

  /// A point in time.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Earlier is less.
  public static func < (left: Moment, right: Moment) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// ISO 8601 in UTC with milliseconds: `2026-11-24T01:24:13.250Z`.
  public var text: String {
    let seconds = milliseconds.flooringDivision(by: 1000)
    let days = seconds.flooringDivision(by: 86_400)
    let ofDay = seconds - days * 86_400
    let date = Self.civilDate(daysSince1970: days)
    let fraction = Self.digits(milliseconds - seconds * 1000, 3)
    let clock = [ofDay / 3600, ofDay / 60 % 60, ofDay % 60].map { Self.digits($0, 2) }
    let day = [Self.digits(date.year, 4), Self.digits(date.month, 2), Self.digits(date.day, 2)]
    return day.joined(separator: "-") + "T" + clock.joined(separator: ":") + ".\(fraction)Z"
  }

  /// Days since 1970, UTC.
  var day: Int64 { milliseconds.flooringDivision(by: 86_400_000) }
  /// Weeks since the one of 1 January 1970, from Monday, UTC.
  var week: Int64 { (day + 3).flooringDivision(by: 7) }
  /// Months since the year 0, UTC.
  var month: Int64 {
    let date = Self.civilDate(daysSince1970: day)
    return date.year * 12 + date.month
  }

  private static func digits(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// The proleptic Gregorian date of a day, counted in eras of 400 years that begin on 1 March.
  private static func civilDate(daysSince1970 days: Int64) -> (
    year: Int64, month: Int64, day: Int64
  ) {
    let shifted = days + 719_468
    let era = shifted.flooringDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity; `divisor` is positive.
  fileprivate func flooringDivision(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
  }
}

/// A scan and when it finished: how answers date what they say.
public struct ScanPoint: Encodable, Hashable, Sendable {
  /// The scan's number, from 1.
  public let scan: Int64
  /// When the scan finished.
  public let time: Moment

  /// A scan and its time.
  public init(scan: Int64, time: Moment) {
    self.scan = scan
    self.time = time
  }

  /// Encodes `{"scan", "time"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(scan, forKey: "scan")
    try object.encode(time.text, forKey: "time")
  }
}
