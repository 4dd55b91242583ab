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
    let (seconds, thousandths) = milliseconds.dividedDown(by: 1000)
    let (days, ofDay) = seconds.dividedDown(by: 86_400)
    let date = Self.civilDate(daysSince1970: days)
    // Every answer has many of them: one text is made, and not a dozen.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    Self.append(date.year, width: 4, "-", to: &bytes)
    Self.append(date.month, width: 2, "-", to: &bytes)
    Self.append(date.day, width: 2, "T", to: &bytes)
    Self.append(ofDay / 3600, width: 2, ":", to: &bytes)
    Self.append(ofDay / 60 % 60, width: 2, ":", to: &bytes)
    Self.append(ofDay % 60, width: 2, ".", to: &bytes)
    Self.append(thousandths, width: 3, "Z", to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Days since 1970, UTC.
  var day: Int64 { milliseconds.dividedDown(by: 86_400_000).quotient }
  /// Weeks since the one of 1 January 1970, from Monday, UTC.
  var week: Int64 { (day + 3).dividedDown(by: 7).quotient }
  /// Months since the year 0, UTC.
  var month: Int64 {
    let date = Self.civilDate(daysSince1970: day)
    return date.year * 12 + date.month
  }

  /// Appends a number in decimal, with at least so many digits, and a mark.
  @inline(__always)
  private static func append(
    _ value: Int64, width: Int, _ mark: Unicode.Scalar, to bytes: inout [UInt8]
  ) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var unit: UInt64 = 1
    for _ in 1..<width { unit *= 10 }
    while value.magnitude / unit >= 10 { unit *= 10 }
    while unit > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value.magnitude / unit % 10))
      unit /= 10
    }
    bytes.append(UInt8(ascii: mark))
  }

  /// The proleptic Gregorian date of a day, counted in eras of 400 years that begin on 1 March.
  private static func civilDate(daysSince1970 days: Int64) -> (
    year: Int64, month: Int64, day: Int64
  ) {
    let shifted = days + 719_468
    let era = shifted.dividedDown(by: 146_097).quotient
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
  /// The quotient rounded towards negative infinity, and what is left; `divisor` is above 1.
  fileprivate func dividedDown(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
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
