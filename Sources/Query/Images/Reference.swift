public import DiskImage
public import Model
internal import Sighting

/// A stored reference and what it means.
public struct Reference: Encodable, Hashable, Sendable {
  /// What the reference is for.
  public var role: ReferenceRole
  /// The stored string; secrets already replaced.
  public var stored: PathBytes
  /// What it means, from the holder's directory; secrets already replaced.
  public var target: ReferenceTarget
  /// The recorded format.
  public var format: String?
  /// The state of the link; `nil` from `inspect`.
  public var state: LinkState?
  /// Why libvirt starts no machine on the holder, as far as the reference is to blame; `nil` where it
  /// does, or nobody knows. A chain that the domain's XML spells out is not concerned.
  public var libvirtRefusal: String?

  /// A reference and its meaning.
  public init(role: ReferenceRole, stored: PathBytes, target: ReferenceTarget, format: String?) {
    self.role = role
    self.stored = stored
    self.target = target
    self.format = format
  }

  /// Encodes the contract's reference object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(role.rawValue, forKey: "role")
    try object.encode(stored, forKey: "stored")
    if let invalid = target.invalid {
      try object.encode(invalid, forKey: "invalid")
    } else {
      try object.encodeIfPresent(target.type?.rawValue, forKey: "type")
      if let path = target.path {
        try object.encode(PathBytes(path), forKey: "target")
      } else {
        try object.encodeIfPresent(target.uri, forKey: "target")
      }
      try object.encodeIfPresent(target.protocolName, forKey: "protocol")
      try object.encodeIfPresent(target.name, forKey: "name")
      try object.encodeUnlessEmpty(target.hosts.map(EncodedHost.init), forKey: "hosts")
      for (key, value) in target.options.sorted(by: { $0.key < $1.key }) {
        try object.encode(value, forKey: AnswerKey(stringValue: key))
      }
    }
    try object.encodeIfPresent(format, forKey: "format")
    try object.encodeIfPresent(target.formatInReference, forKey: "format-in-reference")
    try object.encodeIfPresent(state?.rawValue, forKey: "state")
    try object.encodeIfPresent(libvirtRefusal, forKey: "libvirt-refusal")
  }
}

/// One server of a network source.
struct EncodedHost: Encodable {
  let host: ReferenceHost

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encodeIfPresent(host.name, forKey: "name")
    try object.encodeIfPresent(host.port, forKey: "port")
    try object.encodeIfPresent(host.transport, forKey: "transport")
    try object.encodeIfPresent(host.socket, forKey: "socket")
  }
}

extension Reference {
  /// A reference by its stored bytes, seen from its holder, an image of a format in a directory.
  public init(
    role: ReferenceRole, storedBytes: [UInt8], heldBy holder: ImageFormat,
    in directory: PathBytes, format: String?
  ) {
    self.init(
      role: role, stored: PathBytes(ReferenceTarget.redacting(storedBytes)),
      target: ReferenceTarget(
        parsing: storedBytes, as: role, heldBy: holder, in: directory.bytes
      ).withoutSecrets,
      format: format)
  }
}
