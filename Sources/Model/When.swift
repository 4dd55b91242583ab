/// A point in time as a user names it: WHEN in the contract.
public enum When: Hashable, Sendable {
  /// The scan with this number.
  case number(Int64)
  /// The last scan but so many.
  case latest(back: Int64)
  /// The last scan that finished before this moment.
  case before(Moment)
}

extension When {
  /// Reads `12`, `latest`, `latest~2`, `2026-11-24`, `2026-11-24T01:24:13Z`, `yesterday`, `2d`, `3 days ago`.
  ///
  /// A date means its whole day, a time its whole minute, second or millisecond, as far as it is
  /// given. Without an offset it is UTC. What is told from today on is a date: `now` says which.
  public init?(_ text: String, now: Moment) {
    if let number = Int64(text), number > 0 {
      self = .number(number)
    } else if text == "latest" {
      self = .latest(back: 0)
    } else if text.hasPrefix("latest~"), let back = Int64(text.dropFirst(7)), back >= 0 {
      self = .latest(back: back)
    } else if let moment = CivilTime(text)?.end {
      self = .before(moment)
    } else if let days = DaysAgo(text), let moment = days.end(now: now) {
      self = .before(moment)
    } else {
      return nil
    }
  }
}

extension When {
  /// The point in time as a user would write it.
  public var text: String {
    switch self {
    case .number(let number): "\(number)"
    case .latest(let back): back == 0 ? "latest" : "latest~\(back)"
    case .before(let moment): "before \(moment.text)"
    }
  }
}

/// An ISO 8601 date or time as far as it is given.
struct CivilTime {
  /// The moment after the last one that the text covers.
  let end: Moment

  init?(_ text: String) {
    var rest = Substring(text)
    guard let year = Self.digits(4, from: &rest), Self.take("-", from: &rest),
      let month = Self.digits(2, from: &rest), (1...12).contains(month),
      Self.take("-", from: &rest), let day = Self.digits(2, from: &rest),
      day > 0, day <= Self.dayCount(year: year, month: month)
    else { return nil }
    let date = Self.days(year: year, month: month, day: day) * 86_400_000
    if rest.isEmpty {
      end = Moment(milliseconds: date + 86_400_000)
      return
    }
    guard Self.take("T", from: &rest) || Self.take(" ", from: &rest),
      let clock = Self.clock(from: &rest), let offset = Self.offset(from: &rest), rest.isEmpty
    else { return nil }
    end = Moment(milliseconds: date + clock - offset)
  }

  /// Milliseconds from midnight to the end of the time that is given.
  private static func clock(from rest: inout Substring) -> Int64? {
    guard let hour = digits(2, from: &rest), hour < 24, take(":", from: &rest),
      let minute = digits(2, from: &rest), minute < 60
    else { return nil }
    let start = (hour * 60 + minute) * 60_000
    guard take(":", from: &rest) else { return start + 60_000 }
    guard let second = digits(2, from: &rest), second < 61 else { return nil }
    guard take(".", from: &rest) else { return start + (second + 1) * 1000 }
    let fraction = rest.prefix { $0.isASCII && $0.isNumber }
    guard let value = Int64(fraction.prefix(3)), !fraction.isEmpty else { return nil }
    rest = rest[fraction.endIndex...]
    let scale: Int64 = fraction.count == 1 ? 100 : fraction.count == 2 ? 10 : 1
    return start + second * 1000 + (value + 1) * scale
  }

  private static func offset(from rest: inout Substring) -> Int64? {
    if rest.isEmpty || take("Z", from: &rest) { return 0 }
    let sign: Int64 = rest.first == "-" ? -1 : 1
    guard take("+", from: &rest) || take("-", from: &rest),
      let hours = digits(2, from: &rest)
    else { return nil }
    _ = take(":", from: &rest)
    guard let minutes = digits(2, from: &rest) else { return nil }
    return sign * (hours * 60 + minutes) * 60_000
  }

  private static func take(_ character: Character, from rest: inout Substring) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private static func digits(_ count: Int, from rest: inout Substring) -> Int64? {
    let found = rest.prefix(count)
    guard found.count == count, found.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
    rest.removeFirst(count)
    return Int64(found)
  }

  private static func dayCount(year: Int64, month: Int64) -> Int64 {
    let next = month == 12 ? (year: year + 1, month: 1 as Int64) : (year: year, month: month + 1)
    return days(year: next.year, month: next.month, day: 1) - days(year: year, month: month, day: 1)
  }

  /// Days from 1970 to a date of the proleptic Gregorian calendar.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
