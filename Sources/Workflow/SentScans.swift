public import Host
public import Model
internal import Record

/// Writes down what a centre has, alone with the database.
public struct SentScans {
  private let database: PathBytes
  private let waits: Bool
  private let stop: StopSignal

  /// The notes of a database.
  public init(of database: PathBytes, waits: Bool, stop: StopSignal) {
    self.database = database
    self.waits = waits
    self.stop = stop
  }

  /// Notes that a centre has all scans up to the one with a token.
  /// - Returns: the scan's number.
  @discardableResult
  public func note(_ token: ScanToken, to destination: String, now: Moment) throws -> Int64 {
    try writingAlone(to: database, as: "send", waits: waits, stop: stop) {
      try $0.note(sent: token, to: destination, now: now)
    }
  }

  /// Lets this copy of the database go its own way.
  public func beginGeneration() throws {
    try writingAlone(to: database, as: "export", waits: waits, stop: stop) {
      try $0.beginGeneration()
    }
  }
}
