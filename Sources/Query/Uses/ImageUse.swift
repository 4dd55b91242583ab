public import DiskImage
public import Model

/// Somebody's use of an image, from when to when, and when it ran.
public struct ImageUse: Encodable, Hashable, Sendable {
  /// Nights in a row; both ends saw it.
  public struct Span: Hashable, Sendable {
    /// The first.
    public var first: ScanPoint
    /// The last.
    public var last: ScanPoint

    /// From one night to another.
    public init(first: ScanPoint, last: ScanPoint) {
      self.first = first
      self.last = last
    }
  }

  /// The machine that uses it, where it is one.
  public var domain: String?
  /// The overlay that stands on it; of what a machine uses, where that stands or stood.
  public var filename: PathBytes?
  /// The number of that image.
  public var imageID: Int64?
  /// What for.
  public var role: ReferenceRole
  /// The disk's name in the guest.
  public var target: String?
  /// The first scan that saw it so.
  public var since: ScanPoint
  /// The first that saw it so no more; `nil` while it lasts.
  public var until: ScanPoint?
  /// When the machine ran, or the overlay was in use, oldest first.
  public var running: [Span] = []

  /// A use.
  public init(role: ReferenceRole, since: ScanPoint) {
    self.role = role
    self.since = since
  }

  /// Encodes the contract's use object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encodeIfPresent(domain, forKey: "domain")
    try object.encodeIfPresent(filename, forKey: "filename")
    try object.encodeIfPresent(imageID, forKey: "image-id")
    try object.encode(role.rawValue, forKey: "role")
    try object.encodeIfPresent(target, forKey: "target")
    try object.encode(since, forKey: "since")
    try object.encodeIfPresent(until, forKey: "until")
    try object.encode(running.map { [$0.first, $0.last] }, forKey: "running")
  }
}
