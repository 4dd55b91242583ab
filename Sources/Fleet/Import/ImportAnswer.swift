internal import Model

/// What became of a bundle that was taken.
public struct ImportAnswer: Encodable, Hashable, Sendable {
  /// Whether it was taken now.
  public enum State: String, Sendable {
    /// Its rows were added.
    case merged
    /// They were there already.
    case already
  }

  /// The host, as the fleet calls it.
  public var source: String
  /// The host's database, in hexadecimal digits.
  public var database: String
  /// Its generation.
  public var generation: Int64
  /// The scan on which the bundle stands; 0: on none.
  public var fromScan: Int64
  /// The last scan in it.
  public var toScan: Int64
  /// The token of that scan, in hexadecimal digits.
  public var token: String
  /// Whether it was taken now.
  public var state: State
  /// Rows that were added or changed.
  public var rows: Int64 = 0
  /// Rows that ended.
  public var closed: Int64 = 0
  /// How long it took.
  public var seconds: Double = 0

  /// Encodes the contract's object of an import.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(source, forKey: "source")
    try object.encode(database, forKey: "database")
    try object.encode(generation, forKey: "generation")
    try object.encode(fromScan, forKey: "from-scan")
    try object.encode(toScan, forKey: "to-scan")
    try object.encode(token, forKey: "token")
    try object.encode(state.rawValue, forKey: "state")
    try object.encode(rows, forKey: "rows")
    try object.encode(closed, forKey: "closed")
    try object.encode(seconds, forKey: "seconds")
  }
}
