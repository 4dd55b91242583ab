/// The answer of `prune`: what was forgotten, or would be.
public struct PruneResult: Encodable, Hashable, Sendable {
  /// Scans that are kept, oldest first.
  public var kept: [ScanPoint]
  /// Scans that are forgotten, oldest first.
  public var forgotten: [ScanPoint]
  /// Whether nothing was done yet.
  public var isDryRun: Bool
  /// Bytes of the database before.
  public var bytesBefore: Int64
  /// Bytes of the database after; as before in a dry run.
  public var bytesAfter: Int64
  /// What went wrong after the scans were forgotten, in sentences; not part of the encoded answer.
  public var warnings: [String] = []

  /// The answer of `prune`.
  public init(
    kept: [ScanPoint], forgotten: [ScanPoint], isDryRun: Bool, bytesBefore: Int64,
    bytesAfter: Int64
  ) {
    self.kept = kept
    self.forgotten = forgotten
    self.isDryRun = isDryRun
    self.bytesBefore = bytesBefore
    self.bytesAfter = bytesAfter
  }

  /// Encodes `{"dry-run", "kept", "forgotten", "bytes-before", "bytes-after"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(isDryRun, forKey: "dry-run")
    try object.encode(kept, forKey: "kept")
    try object.encode(forgotten, forKey: "forgotten")
    try object.encode(bytesBefore, forKey: "bytes-before")
    try object.encode(bytesAfter, forKey: "bytes-after")
  }
}
