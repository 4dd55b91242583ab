internal import DiskImage
public import Model

/// Which events of the inventory are asked for; all of what is given has to be so.
public struct EventFilter: Sendable {
  /// Events of a pool, and of what is in it.
  public var pool: String?
  /// Events of a machine, and of what it uses, over any number of links.
  public var machine: String?
  /// Events of what stands, or stood, below a directory.
  public var directory: PathBytes?
  /// Events after this point in time.
  public var since: When?
  /// Events up to this point in time.
  public var until: When?
  /// Events of which one of these is so; none for every event.
  public var criteria: [EventCriterion] = []
  /// Events of findings of one of these kinds; none for every event.
  public var kinds: Set<FindingKind> = []

  /// Every event.
  public init() {}

  /// What has to be looked at.
  var sources: Set<EventSource> {
    if !kinds.isEmpty { return [.findings] }
    return criteria.isEmpty ? Set(EventSource.allCases) : Set(criteria.map(\.source))
  }

  /// Whether an event is one of those that are wanted; what a machine uses is not asked here.
  func accepts(_ event: Event) -> Bool {
    if !kinds.isEmpty, !(event.finding.map { kinds.contains($0.kind) } ?? false) { return false }
    if !criteria.isEmpty, !criteria.contains(where: { $0.accepts(event) }) { return false }
    if let pool, !event.isOf(pool: pool) { return false }
    if let directory, !event.stands(below: directory) { return false }
    return true
  }
}

extension Event {
  fileprivate func isOf(pool name: String) -> Bool {
    if case .pool(let own, _) = subject { return own == name }
    return pool == name || otherPools.contains(name)
      || fields.contains { $0.key == "pool" && $0.from == .text(name) }
  }

  fileprivate func stands(below directory: PathBytes) -> Bool {
    [filename, previousFilename].contains { $0?.lies(below: directory) ?? false }
  }
}

extension PathBytes {
  /// Whether the path is one of something below a directory, at any depth.
  func lies(below directory: PathBytes) -> Bool {
    guard bytes.starts(with: directory.bytes) else { return false }
    return directory.bytes.last == UInt8(ascii: "/") || bytes.count == directory.bytes.count
      || bytes[directory.bytes.count] == UInt8(ascii: "/")
  }
}
