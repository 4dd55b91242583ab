public import DiskImage

/// One image as an answer shows it; the keys are those of `qemu-img info` where it has the thing.
public struct ImageAnswer: Encodable, Hashable, Sendable {
  /// The absolute path; of several (hard links) the first in byte order.
  public var filename: PathBytes
  /// The image's number; `nil` from `inspect`, which has no database.
  public var imageID: Int64?
  /// The name of the pool that the image lies in.
  public var pool: String?
  /// The detected format.
  public var format: String
  /// Bytes.
  public var virtualSize: UInt64?
  /// Allocated bytes.
  public var actualSize: UInt64?
  /// Length of the file in bytes.
  public var fileSize: UInt64?
  /// When the file was last written, as the file system says.
  public var modified: Moment?
  /// Bytes.
  public var clusterSize: UInt64?
  /// Encoded only when true, as in qemu-img.
  public var isEncrypted = false
  /// The header's dirty bit.
  public var isDirty = false
  /// Whether another process holds QEMU's lock; `nil` where it was not asked.
  public var isInUse: Bool?
  /// Internal snapshots in the order of the image's table.
  public var snapshots: [SnapshotAnswer] = []
  /// The backing reference as stored; secrets already replaced.
  public var backingFilename: PathBytes?
  /// The backing reference as QEMU resolves it.
  public var fullBackingFilename: PathBytes?
  /// The recorded backing format.
  public var backingFilenameFormat: String?
  /// `{"type", "data"}` as qemu-img prints it.
  public var formatSpecific: FactValue?
  /// State of the backing link; `nil` from `inspect`.
  public var backingState: BackingState?
  /// What a raw image holds.
  public var content: String?
  /// Why the header cannot be true, where it cannot.
  public var fault: String?
  /// The scan that first saw the image.
  public var firstSeen: ScanPoint?
  /// The last scan that found the header, the path or the file's size or times changed.
  public var lastChanged: ScanPoint?
  /// Other paths of the same file, in byte order.
  public var otherNames: [PathBytes] = []
  /// With `show` and `inspect`.
  public var references: [ReferenceAnswer]?
  /// With `show`: what refers to the image directly.
  public var dependents: [DependentAnswer]?
  /// With `show`.
  public var findings: [FindingAnswer]?

  /// An image at a path, of a format; everything else not applicable.
  public init(filename: PathBytes, format: String) {
    self.filename = filename
    self.format = format
  }

  /// Encodes the contract's image object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(filename, forKey: "filename")
    try object.encodeIfPresent(imageID, forKey: "image-id")
    try object.encodeIfPresent(pool, forKey: "pool")
    try object.encode(format, forKey: "format")
    try object.encodeIfPresent(virtualSize, forKey: "virtual-size")
    try object.encodeIfPresent(actualSize, forKey: "actual-size")
    try object.encodeIfPresent(fileSize, forKey: "file-size")
    try object.encodeIfPresent(clusterSize, forKey: "cluster-size")
    if isEncrypted { try object.encode(true, forKey: "encrypted") }
    if isDirty || ImageFormat(rawValue: format)?.hasDirtyFlag ?? true {
      try object.encode(isDirty, forKey: "dirty-flag")
    }
    try object.encodeIfPresent(isInUse, forKey: "in-use")
    try object.encodeUnlessEmpty(snapshots, forKey: "snapshots")
    try object.encodeIfPresent(backingFilename, forKey: "backing-filename")
    try object.encodeIfPresent(fullBackingFilename, forKey: "full-backing-filename")
    try object.encodeIfPresent(backingFilenameFormat, forKey: "backing-filename-format")
    try object.encodeIfPresent(formatSpecific, forKey: "format-specific")
    try object.encodeIfPresent(backingState?.rawValue, forKey: "backing-state")
    try object.encodeIfPresent(content, forKey: "content")
    try object.encodeIfPresent(modified?.text, forKey: "modified")
    try object.encodeIfPresent(fault, forKey: "header-fault")
    try object.encodeUnlessEmpty(otherNames.map(\.displayText), forKey: "other-names")
    try object.encodeIfPresent(firstSeen, forKey: "first-seen")
    try object.encodeIfPresent(lastChanged, forKey: "last-changed")
    try object.encodeIfPresent(references, forKey: "references")
    try object.encodeIfPresent(dependents, forKey: "dependents")
    try object.encodeIfPresent(findings, forKey: "findings")
  }
}

extension PathBytes {
  /// The exact text where there is one, else the escaped text.
  public var displayText: String { exactText ?? escapedText }
}

/// The state of an image's backing link.
public enum BackingState: String, Sendable, Hashable, CaseIterable {
  case none, ok, missing, unreadable, loop, remote
  case outsidePools = "outside-pools"
  case invalid
}

/// An internal snapshot with the keys of qemu-img's `SnapshotInfo`.
public struct SnapshotAnswer: Codable, Hashable, Sendable {
  /// The snapshot's identifier.
  public var id: String
  /// The user's name for it.
  public var name: String
  /// Bytes of saved machine state; a number with a sign, as in qemu-img.
  public var machineStateSize: Int64
  /// Seconds since 1970.
  public var dateSeconds: UInt32
  /// Nanoseconds beyond `dateSeconds`.
  public var dateNanoseconds: UInt32
  /// Seconds that the guest had run.
  public var guestClockSeconds: UInt64
  /// Nanoseconds beyond `guestClockSeconds`.
  public var guestClockNanoseconds: UInt64
  /// Instruction count, where recorded; a number with a sign, as in qemu-img.
  public var instructionCount: Int64?

  /// The snapshot as an answer.
  public init(_ snapshot: ImageSnapshot) {
    id = snapshot.id
    name = snapshot.name
    machineStateSize = Int64(bitPattern: snapshot.machineStateSize)
    dateSeconds = snapshot.date.seconds
    dateNanoseconds = snapshot.date.nanoseconds
    guestClockSeconds = snapshot.guestClock / 1_000_000_000
    guestClockNanoseconds = snapshot.guestClock % 1_000_000_000
    instructionCount = snapshot.instructionCount.map(Int64.init(bitPattern:))
  }

  enum CodingKeys: String, CodingKey {
    case id
    case name
    case machineStateSize = "vm-state-size"
    case dateSeconds = "date-sec"
    case dateNanoseconds = "date-nsec"
    case guestClockSeconds = "vm-clock-sec"
    case guestClockNanoseconds = "vm-clock-nsec"
    case instructionCount = "icount"
  }
}
