/// A pool as a scan names it to the database.
public struct DeclaredPool: Sendable {
  /// The pool's name.
  public var name: String
  /// The root; of a pool that is not visited, what tells it from others.
  public var path: PathBytes
  /// Where it was until now, where its directory was renamed.
  public var formerPath: PathBytes?
  /// Who names it; `nil` where nobody does this time, and it is what it was.
  public var origin: PoolOrigin?
  /// Why no scan looks into it; `nil` where scans do.
  public var notVisitedReason: String?

  /// A pool.
  public init(
    name: String, path: PathBytes, origin: PoolOrigin? = nil, notVisitedReason: String? = nil
  ) {
    self.name = name
    self.path = path
    self.origin = origin
    self.notVisitedReason = notVisitedReason
  }
}
