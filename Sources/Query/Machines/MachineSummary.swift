public import DiskImage
public import Model
public import Sighting

/// A machine as a scan knew it, with all that it uses.
public struct MachineSummary: Encodable, Hashable, Sendable {
  /// One thing that it needs, or names.
  public struct Use: Encodable, Hashable, Sendable {
    /// What for.
    public var role: ReferenceRole
    /// Where it points; secrets already replaced.
    public var target: ReferenceTarget
    /// The format that is stated for it.
    public var format: String?
    /// How it is used.
    public var use: DomainUse
    /// What was found at the target.
    public var state: LinkState?
    /// The image that stands there.
    public var image: (filename: PathBytes, id: Int64)? {
      get { filename.flatMap { name in imageID.map { (name, $0) } } }
      set { (filename, imageID) = (newValue?.filename, newValue?.id) }
    }
    private var filename: PathBytes?
    private var imageID: Int64?

    init(
      role: ReferenceRole, target: ReferenceTarget, format: String?, use: DomainUse,
      state: LinkState?
    ) {
      self.role = role
      self.target = target
      self.format = format
      self.use = use
      self.state = state
    }

    /// The occasion: `now`, or why it is not used now.
    public var occasion: String {
      if use.documents.contains(.definition) || use.documents.contains(.live)
        || use.documents.contains(.process)
      {
        return use.part == "source" ? "now" : use.part
      }
      return use.documents.first?.rawValue ?? "now"
    }

    /// Encodes the reference as in `show`, with how it is used.
    public func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: AnswerKey.self)
      try object.encode(role.rawValue, forKey: "role")
      try object.encode(occasion, forKey: "occasion")
      try object.encodeIfPresent(use.target, forKey: "slot")
      try object.encodeIfPresent(use.device, forKey: "device")
      try object.encodeIfPresent(target.type?.rawValue, forKey: "type")
      if let path = target.path {
        try object.encode(PathBytes(path), forKey: "target")
      } else {
        try object.encodeIfPresent(target.uri ?? target.name, forKey: "target")
      }
      try object.encodeIfPresent(format, forKey: "format")
      try object.encode(use.isReadOnly, forKey: "read-only")
      if use.isShareable { try object.encode(true, forKey: "shareable") }
      if use.isTransient { try object.encode(true, forKey: "transient") }
      try object.encodeIfPresent(state?.rawValue, forKey: "state")
      if let image {
        try object.encode(image.filename, forKey: "filename")
        try object.encode(image.id, forKey: "image-id")
      }
    }
  }

  /// Its name.
  public var name: String
  /// The kind of whoever keeps it.
  public var kind: String
  /// What its keeper calls it, where that is neither UUID nor name.
  public var identity: String?
  /// Its UUID.
  public var uuid: String?
  /// The file from which it is known.
  public var source: PathBytes
  /// Whether it runs.
  public var isRunning: Bool
  /// In the order in which it names them.
  public var uses: [Use]

  /// Encodes the contract's machine object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(name, forKey: "domain")
    try object.encode(kind, forKey: "kind")
    try object.encodeIfPresent(identity, forKey: "id")
    try object.encodeIfPresent(uuid, forKey: "uuid")
    try object.encode(source, forKey: "source")
    try object.encode(isRunning, forKey: "running")
    try object.encode(uses, forKey: "uses")
  }
}
