public import DiskImage

/// One pointer from a domain to storage, flat: what a row of a table needs.
public struct DomainReference: Hashable, Sendable {
  /// What the domain uses the target for.
  public var role: ReferenceRole
  /// Which place of the XML says so.
  public var part: Part
  /// Where it points; `invalid` where that means nothing.
  public var target: ReferenceTarget
  /// The format that the XML declares for the target.
  public var declaredFormat: String?
  /// The disk's name in the guest (`vda`); `nil` for what is no disk.
  public var targetDevice: String?
  /// How the guest sees the disk; `nil` for what is no disk.
  public var kind: DiskKind?
  /// 0 for the image itself, 1 for the image under it in the XML, and so on down.
  public var level: Int
  /// Whether the domain leaves the target unwritten.
  public var isReadOnly: Bool
  /// Whether several domains may write to the target at once.
  public var isShareable: Bool
  /// `startupPolicy` where it is stated; with `optional` a domain starts without a missing target, with
  /// `requisite` it is only migrated or restored without.
  public var startupPolicy: String?
  /// Whether an empty `<backingStore/>` under this image says that the chain ends here.
  public var isChainEnd: Bool
  /// The part of the target that is used; `nil` for all of it.
  public var slice: StorageSlice?
  /// What else the XML says of the image, each as an element: see `DomainDisk.others`, `DiskLayer.others`.
  public var others: [String] = []

  /// The place of the XML that a reference comes from.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// The domain's own source.
    case source
    /// What a running block job copies or commits to.
    case mirror
    /// What a running backup writes.
    case backup
    /// The file that libvirt copies where the real one is missing.
    case template
    /// What a running block job works on that is no disk of the machine any more.
    case blockJob = "block-job"
    /// An argument that the definition hands to QEMU.
    case commandLine = "command-line"
    /// A path in an element of which nothing else is read.
    case mention
    /// The overlay that a snapshot made.
    case overlay
    /// The domain as it was when a snapshot was taken.
    case definition
  }

  /// A reference; a writable one of no special kind unless more is said.
  public init(
    role: ReferenceRole, part: Part = .source, target: ReferenceTarget,
    declaredFormat: String? = nil, targetDevice: String? = nil, kind: DiskKind? = nil,
    level: Int = 0, isReadOnly: Bool = false, isShareable: Bool = false,
    startupPolicy: String? = nil, isChainEnd: Bool = false, slice: StorageSlice? = nil
  ) {
    self.role = role
    self.part = part
    self.target = target
    self.declaredFormat = declaredFormat
    self.targetDevice = targetDevice
    self.kind = kind
    self.level = level
    self.isReadOnly = isReadOnly
    self.isShareable = isShareable
    self.startupPolicy = startupPolicy
    self.isChainEnd = isChainEnd
    self.slice = slice
  }
}
