/// A source of machines that was let go of.
public struct SourceChangeResult: Encodable, Hashable, Sendable {
  /// Its path.
  public var source: PathBytes
  /// Machines that are known from it.
  public var machines: Int64
  /// Open findings of theirs.
  public var findings: Int64
  /// Whether nothing was done yet.
  public var isDryRun: Bool

  /// A source that was let go of.
  package init(source: PathBytes, machines: Int64, findings: Int64, isDryRun: Bool) {
    self.source = source
    self.machines = machines
    self.findings = findings
    self.isDryRun = isDryRun
  }

  /// Encodes `{"source", "machines", "findings", "dry-run"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(source, forKey: "source")
    try object.encode(machines, forKey: "machines")
    try object.encode(findings, forKey: "findings")
    try object.encode(isDryRun, forKey: "dry-run")
  }
}
