public import Model

/// What changed between two scans.
public struct Difference: Encodable, Hashable, Sendable {
  /// The scan that is compared from.
  public var from: ScanPoint
  /// The scan that is compared to.
  public var to: ScanPoint
  /// What happened to images, in the order of the paths.
  public var changes: [ImageChange]
  /// Findings open in `to` and not in `from`.
  public var opened: [Finding]
  /// Findings open in `from` and not in `to`.
  public var closed: [Finding]

  /// A comparison of two scans.
  public init(
    from: ScanPoint, to: ScanPoint, changes: [ImageChange], opened: [Finding],
    closed: [Finding]
  ) {
    self.from = from
    self.to = to
    self.changes = changes
    self.opened = opened
    self.closed = closed
  }

  private struct Findings: Encodable {
    let opened: [Finding]
    let closed: [Finding]
  }

  /// Encodes the contract's diff object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(from, forKey: "from")
    try object.encode(to, forKey: "to")
    try object.encode(changes, forKey: "changes")
    try object.encode(Findings(opened: opened, closed: closed), forKey: "findings")
  }
}

extension Difference {
  /// The same without some fields, and without the images of which nothing else changed.
  public func ignoring(_ keys: Set<String>) -> Difference {
    var answer = self
    answer.changes = changes.compactMap { change in
      var change = change
      change.fields.removeAll { keys.contains($0.key) }
      return change.kind == .changed && change.fields.isEmpty ? nil : change
    }
    return answer
  }

  /// The same of one pool.
  public func of(pool name: String, among pools: [PoolSummary]) -> Difference {
    func isInside(_ path: PathBytes) -> Bool {
      pools.filter { path.bytes.starts(with: $0.outcome.path.appending([]).bytes) }
        .max { $0.outcome.path.bytes.count < $1.outcome.path.bytes.count }?.outcome.name == name
    }
    var answer = self
    answer.changes = changes.filter {
      isInside($0.filename) || $0.previousFilename.map(isInside) == true
        || $0.names.contains(where: isInside)
    }
    answer.opened = opened.filter { $0.isOf(pool: name) }
    answer.closed = closed.filter { $0.isOf(pool: name) }
    return answer
  }
}
