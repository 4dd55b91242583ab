public import Model

/// What those are told who want to know what a night came to.
public struct Notice: Encodable, Sendable {
  /// Why they are told.
  public enum Event: String, Sendable, Hashable {
    /// Something opened or closed since they were told last.
    case changed
    /// Nothing did, and they want to hear of it all the same.
    case unchanged
    /// What looks every night failed.
    case failed
    /// No scan came when one was due.
    case missed
  }

  /// The machine whose images these are.
  public var host: String
  /// Why they are told.
  public var event: Event
  /// The last scan; `nil` where there is none.
  public var scan: ScanPoint?
  /// The last scan that they were told of.
  public var since: ScanPoint?
  /// How it stands.
  public var status: InventoryStatus?
  /// What opened since then, worst first; nothing that only informs, or is acknowledged.
  public var opened: [Finding] = []
  /// What closed since then.
  public var closed: [Finding] = []
  /// Pools and sources of machines that were seen then and are not now, in words.
  public var vanished: [String] = []
  /// Those that are seen again.
  public var returned: [String] = []
  /// What failed, in a sentence.
  public var failure: String?
  /// One line that says host and state.
  public var subject = ""
  /// All of it for a person.
  public var text = ""

  /// A notice of an event.
  public init(host: String, event: Event) {
    self.host = host
    self.event = event
  }

  /// Whether anything is another way than it was told last.
  public var saysChange: Bool {
    !opened.isEmpty || !closed.isEmpty || !vanished.isEmpty || !returned.isEmpty
  }

  /// Encodes an object with the keys that `status`, `check` and `diff` have.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(host, forKey: "host")
    try object.encode(event.rawValue, forKey: "event")
    try object.encode(subject, forKey: "subject")
    try object.encodeIfPresent(failure, forKey: "failure")
    try object.encodeIfPresent(scan, forKey: "scan")
    try object.encodeIfPresent(since, forKey: "since")
    try object.encode(opened, forKey: "opened")
    try object.encode(closed, forKey: "closed")
    try object.encodeIfPresent(status, forKey: "status")
    try object.encode(text, forKey: "text")
  }
}
