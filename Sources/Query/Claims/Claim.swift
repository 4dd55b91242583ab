public import DiskImage
public import Model

/// Who may need an image that no reference leads to.
public struct Claim: Encodable, Hashable, Sendable {
  /// Whose reference it is.
  public enum User: Hashable, Sendable {
    /// An image, by its path and number.
    case image(PathBytes, id: Int64)
    /// A domain, by its name.
    case domain(String)
  }

  /// Whose reference it is.
  public var user: User
  /// What the reference is for.
  public var role: ReferenceRole
  /// Why it may mean the image, in a clause.
  public var why: String
  /// The first scan in which it did.
  public var since: ScanPoint

  /// A claim.
  public init(user: User, role: ReferenceRole, why: String, since: ScanPoint) {
    self.user = user
    self.role = role
    self.why = why
    self.since = since
  }

  /// The claim as a sentence of evidence.
  public var sentence: String {
    let who =
      switch user {
      case .image(let path, _): "'\(path.displayText)'"
      case .domain(let name): "domain '\(name)'"
      }
    return "\(who) may need it since scan \(since.scan): \(why)"
  }

  /// Encodes the contract's claim object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    switch user {
    case .image(let filename, _): try object.encode(filename, forKey: "filename")
    case .domain(let name): try object.encode(name, forKey: "domain")
    }
    try object.encode(role.rawValue, forKey: "role")
    try object.encode(why, forKey: "why")
    try object.encode(since, forKey: "since")
  }
}
