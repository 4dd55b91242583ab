public import DiskImage
public import Model
public import Sighting

/// A reference that a move of files concerns: its holder moves, or its target does.
public struct MovingLink: Sendable {
  /// Where the image that holds the reference stands.
  public var holder: PathBytes
  /// The holder's other names.
  public var otherNames: [PathBytes]
  /// The holder's detected format.
  public var format: String
  /// What the reference is for.
  public var role: ReferenceRole
  /// The stored string, secrets included.
  public var stored: [UInt8]
  /// The format that the holder states for the target.
  public var statedFormat: String?
  /// What the string means where the holder stands now.
  public var meaning: ReferenceTarget
  /// Where the target stands.
  public var target: PathBytes
}

/// What a move concerns.
public struct MovingFiles: Sendable {
  /// Images that stand under the place that moves, in byte order.
  public var images: [PathBytes] = []
  /// References from or to them, in byte order of their holders.
  public var links: [MovingLink] = []
  /// Uses by domains.
  public var uses: [MovingUse] = []
}

/// A path that a domain's XML names.
public struct MovingUse: Hashable, Sendable {
  /// The domain's name.
  public var domain: String
  /// What its XML names.
  public var path: PathBytes
  /// Whether the XML is that of the system libvirt of this host.
  public var isDefinedHere: Bool
  /// The kinds of document that name it.
  public var documents: [DomainUse.Document]
  /// The snapshots whose metadata name it, in order.
  public var snapshots: [String]
  /// Who keeps the machine and where it says so, for one that is not libvirt's.
  public var keeper: Keeper?

  /// Whoever keeps a machine that is not libvirt's.
  public struct Keeper: Hashable, Sendable {
    /// The kind: `pve`, ….
    public var kind: String
    /// The file that names the path.
    public var file: PathBytes
  }
}
