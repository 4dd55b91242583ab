public import Model

/// What the configuration says of all findings, or images, that it describes.
public struct WordRule: Sendable {
  /// Kinds of findings; empty: all.
  public var kinds: Set<FindingKind>
  /// The pool.
  public var pool: String?
  /// Whether a path is meant.
  public var isMeant: @Sendable (PathBytes) -> Bool
  /// The configuration's path.
  public var who: String
  /// Why.
  public var reason: String?
  /// It holds no longer than until then.
  public var ends: Moment?

  /// A rule about what these describe.
  public init(
    kinds: Set<FindingKind> = [], pool: String?, who: String, reason: String?, ends: Moment?,
    isMeant: @escaping @Sendable (PathBytes) -> Bool
  ) {
    self.kinds = kinds
    self.pool = pool
    self.who = who
    self.reason = reason
    self.ends = ends
    self.isMeant = isMeant
  }
}
