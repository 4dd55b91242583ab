/// What letting go of a pool, or calling it otherwise, does.
public struct PoolChangeResult: Encodable, Hashable, Sendable {
  /// The pool's name, after the change.
  public var name: String
  /// Its directory.
  public var path: PathBytes
  /// The name that it had; `nil` where it keeps it.
  public var previousName: String?
  /// Images that are let go of; `nil` where the pool is kept.
  public var images: Int64?
  /// Open findings that close with them.
  public var findings: Int64?
  /// Whether nothing was done yet.
  public var isDryRun = false

  /// A change of a pool.
  package init(
    name: String, path: PathBytes, previousName: String? = nil, images: Int64? = nil,
    findings: Int64? = nil, isDryRun: Bool = false
  ) {
    self.name = name
    self.path = path
    self.previousName = previousName
    self.images = images
    self.findings = findings
    self.isDryRun = isDryRun
  }

  /// Encodes `{"name", "path", "previous-name", "images", "findings", "dry-run"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(name, forKey: "name")
    try object.encode(path, forKey: "path")
    try object.encodeIfPresent(previousName, forKey: "previous-name")
    try object.encodeIfPresent(images, forKey: "images")
    try object.encodeIfPresent(findings, forKey: "findings")
    if images != nil { try object.encode(isDryRun, forKey: "dry-run") }
  }
}
