internal import Model

/// A finding over a span of nights: how often it was open, and how long.
public struct FindingSpan: Encodable, Hashable, Sendable {
  /// As it was when it was last open in the span.
  public var finding: Finding
  /// How often it opened, or was open when the span began.
  public var times: Int64
  /// The longest row of nights in which it was open.
  public var longestScans: Int64
  /// All nights of the span in which it was open.
  public var openScans: Int64

  /// A finding over a span.
  public init(finding: Finding, times: Int64, longestScans: Int64, openScans: Int64) {
    self.finding = finding
    self.times = times
    self.longestScans = longestScans
    self.openScans = openScans
  }

  /// Encodes the finding object with what is told of the span.
  public func encode(to encoder: any Encoder) throws {
    try finding.encode(to: encoder)
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(times, forKey: "times")
    try object.encode(longestScans, forKey: "longest-scans")
    try object.encode(openScans, forKey: "open-scans")
  }
}

/// Which findings of a span of nights are asked for.
public enum SpanChoice: String, CaseIterable, Sendable {
  /// Those that were open in any of its nights.
  case ever
  /// Those that were open in all of its nights.
  case always
  /// Those that were open in one of its nights and not in the last.
  case resolved
}
