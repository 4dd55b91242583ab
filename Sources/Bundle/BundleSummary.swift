public import Model

/// What is in a bundle that was written.
public struct BundleSummary: Hashable, Sendable {
  /// The host's name.
  public let hostName: String
  /// The scan on which it stands; 0: it is full.
  public let fromScan: Int64
  /// The last scan in it.
  public let toScan: Int64
  /// That scan's token.
  public let toToken: ScanToken
  /// How many rows it has.
  public let rows: Int64
}
