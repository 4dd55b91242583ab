public import Model

/// What images are counted by.
public enum TrendGroup: String, CaseIterable, Sendable {
  case pool, format, machine, base
  case fileSystem = "file-system"
}

/// How a part of the inventory grew, night by night.
public struct Trend: Encodable, Hashable, Sendable {
  /// What there was after one scan.
  public struct Point: Hashable, Sendable {
    /// The scan.
    public var point: ScanPoint
    /// Images; one with several names counts once.
    public var images: Int64 = 0
    /// Allocated bytes.
    public var actualSize: UInt64 = 0
    /// Bytes that guests see: what the images may grow to.
    public var virtualSize: UInt64 = 0
    /// The room of the file system, where that is known.
    public var room: FileSystemRoom?
    /// Findings that were open.
    public var findings: Int64 = 0

    /// A point without anything.
    public init(point: ScanPoint) { self.point = point }
  }

  /// Its name: a pool's, a format's, a machine's, a base's path, a file system's identity.
  public var name: String
  /// From the first scan with an image of it on, oldest first.
  public var points: [Point]
  /// When its file system is full; `nil` where that was not asked for, or cannot be said.
  public var forecast: Forecast?

  /// The growth of a part.
  public init(name: String, points: [Point]) {
    self.name = name
    self.points = points
  }

  /// Encodes the contract's trend object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(name, forKey: "name")
    try object.encode(points, forKey: "points")
    try object.encodeIfPresent(forecast, forKey: "forecast")
  }
}

extension Trend.Point: Encodable {
  /// Encodes the contract's point.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(point.scan, forKey: "scan")
    try object.encode(point.time.text, forKey: "time")
    try object.encode(images, forKey: "images")
    try object.encode(actualSize, forKey: "actual-size")
    try object.encode(virtualSize, forKey: "virtual-size")
    try object.encodeIfPresent(room?.capacity, forKey: "capacity")
    try object.encodeIfPresent(room?.available, forKey: "available")
    try object.encode(findings, forKey: "findings")
  }
}

/// When a file system is full, if it goes on as it went.
public struct Forecast: Encodable, Hashable, Sendable {
  /// By the middle slope; `nil` where it does not fill.
  public var full: Moment?
  /// By the steepest slope that is likely.
  public var earliest: Moment?
  /// By the flattest; `nil` where by that it does not fill.
  public var latest: Moment?
  /// Bytes a day, by the middle slope.
  public var bytesPerDay: Int64

  /// Encodes the contract's forecast; what never comes is null.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(full?.text, forKey: "full")
    try object.encode(earliest?.text, forKey: "earliest")
    try object.encode(latest?.text, forKey: "latest")
    try object.encode(bytesPerDay, forKey: "bytes-per-day")
  }

  /// Nights below which nothing is foretold.
  public static let fewestNights = 7
  /// The newest nights that count: what was years ago says little, and pairs of nights are compared.
  private static let mostNights = 400
  /// The quantile of the normal distribution that leaves one of forty outside, on each side.
  private static let quantile = 1.959964

  /// From what was free after scans, oldest first; the slope is that of Theil and Sen, the median of the slopes between
  /// every two nights, and its band that of Sen (1968), by Kendall's variance.
  /// - Returns: `nil` for less than seven nights.
  public init?(_ free: [(time: Moment, bytes: UInt64)]) {
    let nights = Self.lastOfEachDay(free).suffix(Self.mostNights)
    guard nights.count >= Self.fewestNights, let last = nights.last else { return nil }
    var slopes: [Double] = []
    for (index, one) in nights.enumerated() {
      for next in nights.dropFirst(index + 1) where next.time > one.time {
        let days = Double(next.time.milliseconds - one.time.milliseconds) / 86_400_000
        slopes.append((Double(one.bytes) - Double(next.bytes)) / days)
      }
    }
    slopes.sort()
    guard !slopes.isEmpty else { return nil }
    let count = Double(nights.count)
    let spread = Self.quantile * (count * (count - 1) * (2 * count + 5) / 18).squareRoot()
    let middle = slopes.count / 2
    let median = slopes.count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2
    let low = Int(max(0, ((Double(slopes.count) - spread) / 2).rounded(.down)))
    let high = slopes.count - 1 - low
    bytesPerDay = Int64(exactly: median.rounded()) ?? (median > 0 ? .max : .min)
    full = Self.end(last, slope: median)
    earliest = Self.end(last, slope: slopes[high])
    latest = Self.end(last, slope: slopes[low])
  }

  private static func lastOfEachDay(
    _ free: [(time: Moment, bytes: UInt64)]
  ) -> [(time: Moment, bytes: UInt64)] {
    var nights: [(time: Moment, bytes: UInt64)] = []
    for one in free {
      if let last = nights.last,
        last.time.milliseconds / 86_400_000 == one.time.milliseconds / 86_400_000
      {
        nights.removeLast()
      }
      nights.append(one)
    }
    return nights
  }

  /// When nothing is left; `nil` where it is not used up in a thousand years.
  private static func end(_ last: (time: Moment, bytes: UInt64), slope: Double) -> Moment? {
    guard slope > 0 else { return nil }
    let days = Double(last.bytes) / slope
    guard days < 365_000 else { return nil }
    return Moment(milliseconds: last.time.milliseconds + Int64(days * 86_400_000))
  }
}
