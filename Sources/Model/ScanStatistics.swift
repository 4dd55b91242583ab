/// What a scan is busy with.
public enum ScanPhase: String, Sendable, Hashable {
  /// Directories are listed and files looked at.
  case walk
  /// What was seen is compared with what was known.
  case reconcile
  /// Links and findings are judged.
  case judge
  /// The night is written, and the bases that became known are read for the next one.
  case write
}

/// What a scan cost; `scan --stats`.
public struct ScanStatistics: Encodable, Hashable, Sendable {
  /// Files looked at.
  public var files: Int64 = 0
  /// Seconds from the start of the walk to the end of the scan.
  public var seconds: Double = 0
  /// Bytes read from images.
  public var bytesRead: Int64 = 0
  /// Calls of the system for directories and files, those for the database not counted.
  public var systemCalls: Int64 = 0
  /// Seconds that threads spent on listing and comparing, added up over the threads.
  public var walkSeconds: Double = 0
  /// Seconds that threads spent on looking at files, added up over the threads.
  public var readSeconds: Double = 0
  /// Seconds in each phase, by the clock; the walk is one of them.
  public var phases: [ScanPhase: Double] = [:]

  /// A scan that cost nothing.
  public init() {}

  /// Files looked at in a second of the walk.
  public var filesPerSecond: Int64 {
    Int64(min(Double(files) / max(phases[.walk] ?? 0, 0.000_001), 1e15))
  }

  /// Seconds that a phase took.
  public func seconds(in phase: ScanPhase) -> Double { phases[phase] ?? 0 }

  /// Encodes the contract's statistics object; seconds with six digits.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(files, forKey: "files")
    try object.encode(filesPerSecond, forKey: "files-per-second")
    try object.encode(bytesRead, forKey: "bytes-read")
    try object.encode(systemCalls, forKey: "system-calls")
    try object.encode(Self.rounded(seconds), forKey: "seconds")
    var phases = object.nestedContainer(keyedBy: AnswerKey.self, forKey: "phases")
    for phase in [ScanPhase.walk, .reconcile, .judge, .write] {
      try phases.encode(
        Self.rounded(seconds(in: phase)), forKey: AnswerKey(stringValue: phase.rawValue))
    }
    var threads = object.nestedContainer(keyedBy: AnswerKey.self, forKey: "threads")
    try threads.encode(Self.rounded(walkSeconds), forKey: "walk")
    try threads.encode(Self.rounded(readSeconds), forKey: "read")
  }

  private static func rounded(_ seconds: Double) -> Double {
    (seconds * 1e6).rounded() / 1e6
  }
}
