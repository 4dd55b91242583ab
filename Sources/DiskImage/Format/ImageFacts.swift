/// What the bytes of one image say: facts, no judgement.
public struct ImageFacts: Hashable, Sendable {
  /// The format that the header shows; `.raw` where nothing is recognised.
  public var format: ImageFormat
  /// What a raw image holds, or what only libvirt calls a format: `mbr`, `gpt`, `iso9660`,
  /// `vpc-fixed`, `ext4`, …; `nil` where nothing is known.
  public var content: String?
  /// Bytes; the size of the disk that a guest sees. `nil` where the header does not say.
  public var virtualSize: UInt64?
  /// Bytes; `nil` where the format has no clusters, or `qemu-img info` names none.
  public var clusterSize: UInt64?
  /// Whether the content is encrypted, as `qemu-img info` has it under `encrypted`.
  public var isEncrypted = false
  /// The header's own "not closed cleanly" bit.
  public var isDirty = false
  /// The header's own "known to be corrupt" bit.
  public var isCorrupt = false
  /// Internal snapshots, in the order of the image's table.
  public var snapshots: [ImageSnapshot] = []
  /// Everything that the image points to, in the order of the header.
  public var references: [StoredReference] = []
  /// What links parent and child where a path does not: see `ImageIdentifier`.
  public var identifiers: [ImageIdentifier] = []
  /// Every name that is recorded of the parent, the best first, where there are several: a copy on another
  /// host leaves some of them behind. The backing reference has the first.
  public var parentNames: [[UInt8]] = []
  /// Names of incompatible feature bits that this version does not know, in the order of the bits.
  public var unknownFeatures: [String] = []
  /// Why the guest's data may be elsewhere although no reference says where; `nil` where the header does not
  /// leave that open. Completes "the image cannot stand alone: …".
  public var incompleteness: String?
  /// The data that `qemu-img info` prints under `format-specific`, where it prints any.
  public var formatSpecific: FactValue?
  /// Why the header is invalid, if it is. Facts beside a fault are what could be read.
  public var fault: HeaderFault?

  /// Facts of an image of a format; everything else is as if the header said nothing.
  public init(format: ImageFormat) { self.format = format }
}

extension ImageFacts {
  /// Notes the names of a parent, the best first; the backing reference is to that.
  mutating func note(parents names: [[UInt8]]) {
    guard let best = names.first else { return }
    references.append(StoredReference(role: .backing, stored: best))
    if names.count > 1 { parentNames = names }
  }
}

/// An internal snapshot, as `qemu-img info` lists it.
public struct ImageSnapshot: Hashable, Sendable {
  /// The snapshot's identifier, usually a number in decimal.
  public var id: String
  /// The name that the user gave.
  public var name: String
  /// Bytes of saved machine state.
  public var machineStateSize: UInt64
  /// Seconds and nanoseconds since 1970, UTC.
  public var date: (seconds: UInt32, nanoseconds: UInt32) {
    get { (dateSeconds, dateNanoseconds) }
    set { (dateSeconds, dateNanoseconds) = newValue }
  }
  /// Nanoseconds that the guest had been running.
  public var guestClock: UInt64
  /// Instruction count of a recorded run, where there is one.
  public var instructionCount: UInt64?

  private var dateSeconds: UInt32
  private var dateNanoseconds: UInt32

  /// A snapshot with everything that a table entry says.
  public init(
    id: String, name: String, machineStateSize: UInt64,
    date: (seconds: UInt32, nanoseconds: UInt32), guestClock: UInt64,
    instructionCount: UInt64? = nil
  ) {
    self.id = id
    self.name = name
    self.machineStateSize = machineStateSize
    self.guestClock = guestClock
    self.instructionCount = instructionCount
    dateSeconds = date.seconds
    dateNanoseconds = date.nanoseconds
  }
}

/// An identity that an image carries, or that it expects of its parent.
public struct ImageIdentifier: Hashable, Sendable {
  /// Whose identity it is.
  public enum Subject: String, Sendable {
    /// The image itself: VDI and VHD image UUID, VHDX data-write GUID, VMDK CID.
    case own
    /// The parent, as the child recorded it.
    case parent
    /// The image itself, for children that know it by UUID alone: VirtualBox's UUID in a VMDK.
    case ownUUID = "own-uuid"
    /// The parent's, as the child recorded it.
    case parentUUID = "parent-uuid"
    /// The state of the image itself: the modification UUID of a VDI.
    case ownModification = "own-modification"
    /// The state of the parent when the child was made, as the child recorded it.
    case parentModification = "parent-modification"
  }

  /// Whose identity it is.
  public var subject: Subject
  /// UUIDs in lower case with dashes, CIDs as eight lower-case hexadecimal digits.
  public var value: String

  /// An identity of an image or its parent.
  public init(_ subject: Subject, _ value: String) {
    self.subject = subject
    self.value = value
  }
}
