public import Model

/// An image that nothing refers to, or of which that cannot be said.
public struct Orphan: Encodable, Hashable, Sendable {
  /// How the evidence ends that an unused image stands on this one.
  public static let goesFirst = ", itself unused, depends on it and goes first"

  /// What can be said.
  public enum Verdict: String, Sendable, Hashable {
    /// Nothing needs it.
    case orphan
    /// No reference leads to it, and a broken one may mean it.
    case awaited
    /// A machine names it, and does not use it.
    case detached
    /// Nobody uses it, and a person, or a list of machines, keeps it.
    case kept
    /// Whether anything needs it is not known.
    case unknown
  }

  /// The image's path.
  public var filename: PathBytes
  /// The image's number.
  public var imageID: Int64
  /// What can be said.
  public var verdict: Verdict
  /// The first scan that saw nobody use it.
  public var since: ScanPoint
  /// Who used it last, where that is known: an image's path or a domain's name.
  public var lastUser: PathBytes?
  /// Allocated bytes that deleting it frees.
  public var reclaimableSize: UInt64
  /// Whether it may be less, for nobody says what other files share.
  public var isAtMost = false
  /// How that is known and what was not looked at, in sentences.
  public var evidence: [String]
  /// Who may need it, the first few; empty but where it is awaited.
  public var claims: [Claim]
  /// The numbers of the images that stand on it; none of them is used.
  public var holders: [Int64] = []
  /// Its file's other names in pools, in byte order.
  public var otherNames: [PathBytes] = []
  /// What it rests on that the scan did not see.
  public var stale: Staleness?

  /// An image without users.
  public init(
    filename: PathBytes, imageID: Int64, verdict: Verdict, since: ScanPoint, lastUser: PathBytes?,
    reclaimableSize: UInt64, evidence: [String], claims: [Claim] = []
  ) {
    self.filename = filename
    self.imageID = imageID
    self.verdict = verdict
    self.since = since
    self.lastUser = lastUser
    self.reclaimableSize = reclaimableSize
    self.evidence = evidence
    self.claims = claims
  }

  /// Encodes the contract's orphan object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(filename, forKey: "filename")
    try object.encode(imageID, forKey: "image-id")
    try object.encode(verdict.rawValue, forKey: "verdict")
    try object.encode(since, forKey: "since")
    try object.encodeIfPresent(lastUser, forKey: "last-user")
    try object.encode(reclaimableSize, forKey: "reclaimable-size")
    if isAtMost { try object.encode(true, forKey: "at-most") }
    try object.encode(evidence, forKey: "evidence")
    if !claims.isEmpty { try object.encode(claims, forKey: "claims") }
    try object.encodeIfPresent(stale, forKey: "stale")
  }
}
