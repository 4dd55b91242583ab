/// A pool as a scan names it to the database.
public struct DeclaredPool: Sendable {
  /// The pool's name.
  public var name: String
  /// The root; of a pool that is not visited, what tells it from others.
  public var path: PathBytes
  /// Whether libvirt defines it.
  public var isLibvirts: Bool
  /// Why no scan looks into it; `nil` where scans do.
  public var notVisitedReason: String?

  /// A pool.
  public init(
    name: String, path: PathBytes, isLibvirts: Bool = false, notVisitedReason: String? = nil
  ) {
    self.name = name
    self.path = path
    self.isLibvirts = isLibvirts
    self.notVisitedReason = notVisitedReason
  }
}
