public import Model
public import Rules

/// Open findings that have one cause.
public struct CauseSummary: Encodable, Hashable, Sendable {
  /// Its number, as long as one of its findings is open.
  public var number: Int64
  /// The worst of the findings' kinds.
  public var kind: FindingKind
  /// What all of them are about: where their links lead, or the one image that is wrong.
  public var target: PathBytes?
  /// Images that it hits; where somebody knows of some of its findings, those that the others hit.
  public var images: Int
  /// Machines that it may keep from starting.
  public var domains: Int
  /// The scan that saw the first of the findings that are open and that nobody knows of.
  public var since: ScanPoint
  /// Whether the scan that is asked about opened the cause.
  public var isNew: Bool
  /// Findings that a person knows of.
  public var acknowledged: Int
  /// All of its findings.
  public var findings: Int
  /// Why it came about, where all know.
  public var why: FindingCause?
  /// What prints how to mend it.
  public var repair: [String]?

  /// Whether a person knows of all of them: it counts for nothing then.
  public var isAcknowledged: Bool { acknowledged == findings }

  /// Encodes the contract's cause object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(number, forKey: "cause")
    try object.encode(kind.rawValue, forKey: "kind")
    try object.encode(kind.severity.rawValue, forKey: "severity")
    try object.encodeIfPresent(target, forKey: "target")
    try object.encode(images, forKey: "images")
    try object.encode(domains, forKey: "domains")
    try object.encode(since, forKey: "since")
    try object.encode(acknowledged, forKey: "acknowledged")
    try object.encodeIfPresent(repair, forKey: "repair")
  }
}
