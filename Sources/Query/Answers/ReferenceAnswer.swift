public import DiskImage
public import Model
internal import Sighting

/// A stored reference and what it means.
public struct ReferenceAnswer: Encodable, Hashable, Sendable {
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
      try object.encodeUnlessEmpty(target.hosts.map(HostAnswer.init), forKey: "hosts")
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
struct HostAnswer: Encodable {
  let host: ReferenceHost

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encodeIfPresent(host.name, forKey: "name")
    try object.encodeIfPresent(host.port, forKey: "port")
    try object.encodeIfPresent(host.transport, forKey: "transport")
    try object.encodeIfPresent(host.socket, forKey: "socket")
  }
}

/// Something that breaks when an image goes: an image, or a domain's disk.
public struct DependentAnswer: Encodable, Hashable, Sendable {
  /// Who depends.
  public enum Holder: Hashable, Sendable {
    /// An image, by its path and number.
    case image(PathBytes, id: Int64)
    /// A domain's disk, by the domain's name and the target device.
    case domain(String, target: String?)
    /// A person who keeps it, and why.
    case person(String, reason: String?)
  }

  /// Who depends.
  public var holder: Holder
  /// The number of links between: 1 for what refers to the image directly.
  public var depth: Int
  /// The role of the holder's own reference; a person has none.
  public var role: ReferenceRole?
  /// The image that the holder refers to directly.
  public var upon: PathBytes
  /// Bytes allocated by the holder, where it is an image.
  public var actualSize: UInt64?
  /// Why it may depend, where it is not certain; `nil` where its reference leads here.
  public var doubt: String?

  /// A dependent at a depth.
  public init(
    holder: Holder, depth: Int, role: ReferenceRole?, upon: PathBytes, actualSize: UInt64?,
    doubt: String? = nil
  ) {
    self.holder = holder
    self.depth = depth
    self.role = role
    self.upon = upon
    self.actualSize = actualSize
    self.doubt = doubt
  }

  /// By what the holder depends: the role of its reference, or a person's word.
  public var via: String { role?.rawValue ?? WordVerb.keep.rawValue }

  /// Encodes the contract's dependent object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    switch holder {
    case .image(let filename, let id):
      try object.encode(filename, forKey: "filename")
      try object.encode(id, forKey: "image-id")
    case .domain(let name, let target):
      try object.encode(name, forKey: "domain")
      try object.encodeIfPresent(target, forKey: "target")
    case .person(let name, let reason):
      try object.encode(name, forKey: "by")
      try object.encodeIfPresent(reason, forKey: "reason")
    }
    try object.encode(depth, forKey: "depth")
    try object.encode(via, forKey: "via")
    try object.encode(upon, forKey: "upon")
    try object.encodeIfPresent(actualSize, forKey: "actual-size")
    guard let doubt else { return }
    try object.encode(false, forKey: "certain")
    try object.encode(doubt, forKey: "why")
  }
}

extension ReferenceAnswer {
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
