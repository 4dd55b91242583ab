public import DiskImage
public import Model

/// The reference that a finding is about.
public struct FindingReference: Encodable, Hashable, Sendable {
  /// What the reference is for.
  public var role: ReferenceRole
  /// The stored string; secrets already replaced.
  public var stored: PathBytes
  /// Where it points: an absolute path or a URI.
  public var target: PathBytes?
  /// The recorded format.
  public var format: String?

  /// A reference as a finding shows it.
  public init(role: ReferenceRole, stored: PathBytes, target: PathBytes?, format: String?) {
    self.role = role
    self.stored = stored
    self.target = target
    self.format = format
  }

  /// Encodes `{"role", "stored", "target", "format"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(role.rawValue, forKey: "role")
    try object.encode(stored, forKey: "stored")
    try object.encodeIfPresent(target, forKey: "target")
    try object.encodeIfPresent(format, forKey: "format")
  }
}
