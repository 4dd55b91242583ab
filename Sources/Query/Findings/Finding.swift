internal import DiskImage
public import Model
public import Rules

/// Something that an operator should know.
public struct Finding: Encodable, Hashable, Sendable {
  /// What is wrong.
  public var kind: FindingKind
  /// The finding's own number in the database, by which two scans compare their findings.
  var number: Int64?
  /// The number of what caused it, which other findings may share.
  public internal(set) var causeNumber: Int64?
  /// Where the reference leads, without symbolic links and `..` on the way: the same for every spelling.
  public var landing: PathBytes?
  /// The place of the reference among its holder's, in the database.
  var ordinal: Int64?
  /// Whether a person's word closed it, after a scan and not with it.
  var isLifted = false
  /// The image that it is wrong with; `nil` for what concerns a domain alone.
  public var filename: PathBytes?
  /// The image's number.
  public var imageID: Int64?
  /// The pool of the image.
  public var pool: String?
  /// Other pools in which a name of the image stands.
  var otherPools: [String] = []
  /// The domain that it is wrong with.
  public var domain: String?
  /// The machines that use the image, or what stands on it, in order: those that it may keep from starting.
  public var domains: [String] = []
  /// The reference that it is wrong with.
  public var reference: FindingReference?
  /// The first scan that saw it.
  public var since: ScanPoint
  /// The last scan before `since` that saw it right; `nil` when none did.
  public var lastGood: ScanPoint?
  /// Why it came about.
  public var cause: FindingCause?
  /// The images that it spoils: overlays that were made before, and whatever stands on them.
  public var victims: [PathBytes] = []
  /// One sentence that says what to do next.
  public var message: String
  /// What the message says beside the names of the image, the domain and the target, by keys: with
  /// findings of a kind that differ in nothing of it the same is to be done.
  public var particulars: [String: String] = [:]
  /// What it rests on that the scan did not see.
  public var stale: Staleness?
  /// The scan that closed it; only in `check --since` and `history`.
  public var closed: ScanPoint?
  /// Who knows of it, where somebody does: then it counts for nothing.
  public var acknowledged: SpokenWord?
  /// Who closed it, where a person did.
  public var settled: SpokenWord?

  /// A finding of a kind since a scan.
  public init(kind: FindingKind, since: ScanPoint, message: String) {
    self.kind = kind
    self.since = since
    self.message = message
  }

  /// How bad it is.
  public var severity: Severity { kind.severity }
  /// Whether it counts for exit codes, monitors, gauges and headlines: it is open, and nobody acknowledged it.
  public var counts: Bool { closed == nil && acknowledged == nil }

  /// Whether a name of its image stands in a pool.
  public func isOf(pool name: String) -> Bool { pool == name || otherPools.contains(name) }

  /// What is said of it once a scan closed it. What was to be done while it was open may do harm by now.
  func ending(in scan: ScanPoint) -> String {
    let end = settled == nil ? "Closed in scan" : "Settled in scan"
    return "\(end) \(scan.scan): nothing is left to do about it."
  }

  /// The same finding, open at one scan and not at another, without advice: it does not hold at both.
  func told(openAt one: ScanPoint, notAt other: ScanPoint) -> Finding {
    var finding = self
    finding.message =
      "Open in scan \(one.scan) and not in scan \(other.scan): nothing is left to do about it."
    return finding
  }

  /// Encodes the contract's finding object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(kind.rawValue, forKey: "kind")
    try object.encode(severity.rawValue, forKey: "severity")
    try object.encodeIfPresent(filename, forKey: "filename")
    try object.encodeIfPresent(imageID, forKey: "image-id")
    try object.encodeIfPresent(pool, forKey: "pool")
    try object.encodeIfPresent(domain, forKey: "domain")
    try object.encodeUnlessEmpty(domains, forKey: "domains")
    try object.encodeIfPresent(reference, forKey: "reference")
    try object.encode(since, forKey: "since")
    try object.encodeIfPresent(lastGood, forKey: "last-good")
    try object.encodeIfPresent(closed, forKey: "closed")
    try object.encodeIfPresent(cause, forKey: "cause")
    try object.encodeUnlessEmpty(victims.map(\.displayText), forKey: "victims")
    try object.encodeIfPresent(acknowledged, forKey: "acknowledged")
    try object.encodeIfPresent(settled, forKey: "settled")
    try object.encodeIfPresent(stale, forKey: "stale")
    try object.encode(message, forKey: "message")
  }
}
