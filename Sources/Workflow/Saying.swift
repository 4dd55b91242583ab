public import Host
public import Model
public import Query
public import Sighting

/// Writes down what a person says, alone with the database.
public struct Saying {
  private let waits: Bool

  /// A word that waits for a scan of the database to end, or does not.
  public init(waits: Bool) { self.waits = waits }

  /// Writes it down.
  /// - Returns: what was said, or taken back.
  public func say(
    _ speech: Speech, in database: PathBytes, stop: StopSignal
  ) throws -> [WordEntry] {
    try writingAlone(to: database, as: speech.verb.rawValue, waits: waits, stop: stop) {
      try $0.say(speech)
    }
  }
}
