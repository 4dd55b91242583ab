public import DiskImage
public import Model
internal import Sighting

/// Something that breaks when an image goes: an image, or a domain's disk.
public struct Dependent: Encodable, Hashable, Sendable {
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
