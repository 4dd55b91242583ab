public import Model
public import Rules

/// Something that a night saw happen: to an image, a machine, a pool, or to the scan itself.
///
/// `history` tells what happened to an image in one event for each night. `log` tells by `parts` what its header
/// and its size did, each by a word of its own.
public struct Event: Encodable, Hashable, Sendable {
  /// The kinds of event of the contract.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case appeared, changed, moved, replaced, vanished, returned
    /// It stood there already; what came before is forgotten.
    case asOf = "as-of"
    case findingOpened = "finding-opened"
    case findingClosed = "finding-closed"
    /// Another base, or none any more.
    case rebased
    /// More, or less, of the disk is used.
    case grew, shrank
    /// The guest sees a disk of another size.
    case resized
    case formatChanged = "format-changed"
    case started, stopped
    case machineAppeared = "machine-appeared"
    case machineChanged = "machine-changed"
    case machineVanished = "machine-vanished"
    case poolUnavailable = "pool-unavailable"
    case poolReturned = "pool-returned"
    /// Its directory was renamed, and nothing in it moved.
    case poolMoved = "pool-moved"
    case scanPartial = "scan-partial"
    /// No scan came when one was due.
    case scanMissed = "scan-missed"
    case acknowledged, settled, kept
  }

  /// What an event is about.
  public enum Subject: Hashable, Sendable {
    /// An image, by its path at that time and its number.
    case image(PathBytes, id: Int64)
    /// A machine, by its name.
    case domain(String)
    /// A pool, by its name and directory.
    case pool(String, PathBytes)
    /// The scan itself.
    case scan
  }

  /// The scan that saw it; of a scan that was missed, when it was due.
  public var point: ScanPoint
  /// The last scan before that can be asked for, where those between are forgotten: it happened between the two.
  public var comparedWith: ScanPoint?
  /// What happened.
  public var kind: Kind
  /// To what.
  public var subject: Subject
  /// For `moved` and `pool-moved`: the path before.
  public var previousFilename: PathBytes?
  /// For what changed: what differs.
  public var fields: [ImageChange.Field]
  /// For the events of findings: the finding.
  public var finding: Finding?
  /// For what people said: who, and why.
  public var word: SpokenWord?
  /// Why, where a scan said so.
  public var reason: String?
  /// The pool of the image; the event of a pool has it as its subject.
  var pool: String?
  /// Other pools in which the image has a name, or had one before.
  var otherPools: [String] = []

  /// An event of anything.
  public init(point: ScanPoint, kind: Kind, subject: Subject, fields: [ImageChange.Field] = []) {
    self.point = point
    self.kind = kind
    self.subject = subject
    self.fields = fields
  }

  /// An event in the life of an image.
  public init(
    point: ScanPoint, kind: Kind, imageID: Int64, filename: PathBytes,
    previousFilename: PathBytes? = nil, fields: [ImageChange.Field] = [],
    finding: Finding? = nil
  ) {
    self.init(point: point, kind: kind, subject: .image(filename, id: imageID), fields: fields)
    self.previousFilename = previousFilename
    self.finding = finding
  }

  /// The image's number.
  public var imageID: Int64? {
    if case .image(_, let id) = subject { id } else { nil }
  }

  /// The path at that time of the image, or of the pool.
  public var filename: PathBytes? {
    switch subject {
    case .image(let path, _), .pool(_, let path): path
    case .domain, .scan: nil
    }
  }

  /// The machine's name.
  public var domain: String? {
    if case .domain(let name) = subject { name } else { nil }
  }

  /// The pool's name, where the event is one of a pool.
  public var poolName: String? {
    if case .pool(let name, _) = subject { name } else { nil }
  }

  /// Encodes the contract's event object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try encode(into: &object)
  }

  /// Puts the keys of the event object into an object that has more.
  func encode(into object: inout KeyedEncodingContainer<AnswerKey>) throws {
    try object.encode(point.scan, forKey: "scan")
    try object.encode(point.time.text, forKey: "time")
    try object.encodeIfPresent(comparedWith, forKey: "compared-with")
    try object.encode(kind.rawValue, forKey: "event")
    try object.encodeIfPresent(filename, forKey: "filename")
    try object.encodeIfPresent(imageID, forKey: "image-id")
    try object.encodeIfPresent(domain, forKey: "domain")
    try object.encodeIfPresent(poolName, forKey: "pool")
    try object.encodeIfPresent(previousFilename, forKey: "previous-filename")
    try object.encodeUnlessEmpty(fields)
    try object.encodeIfPresent(word?.by, forKey: "by")
    try object.encodeIfPresent(reason ?? word?.reason, forKey: "reason")
    try object.encodeIfPresent(word?.until?.text, forKey: "until")
    try object.encodeIfPresent(finding, forKey: "finding")
  }
}
