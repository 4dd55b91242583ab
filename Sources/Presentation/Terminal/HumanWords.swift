internal import Model

/// Numbers, sizes and times as people write them.
enum HumanWords {
  /// Bytes in binary units with up to three digits: `512 B`, `1.5 GiB`, `196 KiB`.
  static func size(_ bytes: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1023.5, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let scale = value >= 99.95 ? 1 : value >= 9.995 ? 10 : 100
    // Below 1024 and scaled by at most 100.
    let rounded = Int(value * Double(scale) + 0.5)
    return decimal(rounded, scale: scale) + " " + units[unit]
  }

  /// `count` parts of `scale` (1, 10 or 100) as a decimal fraction without closing zeros.
  private static func decimal(_ count: Int, scale: Int) -> String {
    guard scale > 1, count % scale != 0 else { return String(count / scale) }
    guard count % 10 != 0 else { return decimal(count / 10, scale: scale / 10) }
    let fraction = String(count % scale + scale).dropFirst()
    return "\(count / scale).\(fraction)"
  }

  /// A number with a comma between thousands.
  static func number(_ value: Int64) -> String {
    var digits = Array(value.magnitude.description)
    var at = digits.count - 3
    while at > 0 {
      digits.insert(",", at: at)
      at -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// `1 image`, `2 images`.
  static func count(_ value: Int64, _ one: String, _ many: String? = nil) -> String {
    number(value) + " " + (value == 1 ? one : many ?? one + "s")
  }

  /// A point in time to the minute, UTC: `2026-11-24 01:24Z`.
  static func time(_ moment: Moment) -> String {
    let text = moment.text.utf8
    let (day, minute) = (text.prefix(10), text.dropFirst(11).prefix(5))
    return "\(String(decoding: day, as: UTF8.self)) \(String(decoding: minute, as: UTF8.self))Z"
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// A day, UTC: `28 Sep`.
  static func day(_ moment: Moment) -> String {
    let parts = moment.text.prefix(10).split(separator: "-")
    guard parts.count == 3, let month = Int(parts[1]), months.indices.contains(month - 1),
      let day = Int(parts[2])
    else { return time(moment) }
    return "\(day) \(months[month - 1])"
  }

  /// A day with its year: `28 Sep 2026`.
  static func date(_ moment: Moment) -> String { day(moment) + " " + moment.text.prefix(4) }

  /// A length of time in its largest unit: `40 ms`, `2.1 s`, `5 minutes`, `3 hours`, `12 days`.
  static func duration(milliseconds: Int64) -> String {
    let seconds = milliseconds / 1000
    switch milliseconds {
    case ..<1000: return "\(max(0, milliseconds)) ms"
    case ..<120_000: return "\(seconds).\(milliseconds / 100 % 10) s"
    case ..<7_200_000: return count(seconds / 60, "minute")
    case ..<172_800_000: return count(seconds / 3600, "hour")
    default: return count(seconds / 86_400, "day")
    }
  }

  /// A length of time in days, as scans are a day apart: `3 days`; shorter ones in hours or minutes, and `just now` below
  /// a minute.
  static func age(milliseconds: Int64) -> String {
    let (day, halfDay): (Int64, Int64) = (86_400_000, 43_200_000)
    if milliseconds < 60_000 { return "just now" }
    // A scan may begin some hours later than the one of the night before, and end earlier.
    guard milliseconds >= day - 4 * 3_600_000 else { return duration(milliseconds: milliseconds) }
    return count(max(1, milliseconds / day + (milliseconds % day >= halfDay ? 1 : 0)), "day")
  }

  /// The length of a span of scans; below a minute it is not counted.
  static func span(milliseconds: Int64) -> String {
    milliseconds < 60_000 ? "less than a minute" : duration(milliseconds: milliseconds)
  }

  /// Since when something holds, seen from `now`: `for 3 days, since scan 12 (…)`.
  static func since(_ point: ScanPoint, now: ScanPoint?) -> String {
    let scan = "since scan \(point.scan) (\(time(point.time)))"
    guard let now else { return scan }
    guard point.scan < now.scan else { return "new in scan \(point.scan) (\(time(point.time)))" }
    let (difference, overflow) = now.time.milliseconds.subtractingReportingOverflow(
      point.time.milliseconds)
    guard !overflow, difference > 0 else { return scan }
    return difference < 60_000
      ? "\(scan), just now" : "for \(age(milliseconds: difference)), " + scan
  }

  /// A scan and its time: `scan 12 (2026-11-24 01:24Z)`.
  static func point(_ point: ScanPoint) -> String { "scan \(point.scan) (\(time(point.time)))" }
}
