public import DiskImage
public import Model
public import Sighting

/// One image as an answer shows it; the keys are those of `qemu-img info` where it has the thing.
public struct Image: Encodable, Hashable, Sendable {
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
  /// Allocated bytes that no other file shares, where that was asked: of images that nobody uses.
  public var exclusiveSize: UInt64?
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
  public var snapshots: [StoredSnapshot] = []
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
  /// Whether an image in its chain holds something else than what stands on it was made on.
  public var isBaseModified = false
  /// What a raw image holds.
  public var content: String?
  /// Why the header is invalid, if it is.
  public var fault: String?
  /// With `inspect --standalone`: why the image cannot be taken without anything else, where it cannot.
  public var notStandalone: String?
  /// The scan that first saw the image.
  public var firstSeen: ScanPoint?
  /// The last scan that found the header, the path or the file's size or times changed.
  public var lastChanged: ScanPoint?
  /// Other paths of the same file, in byte order.
  public var otherNames: [PathBytes] = []
  /// Other pools in which one of these stands.
  var otherPools: [String] = []
  /// With `show`: how many names the file has, in the pools or not; `nil` where it was not asked.
  public var linkCount: UInt32?
  /// With `show`: whose the file is; `nil` where it was not asked.
  public var ownership: FileOwnership?
  /// With `show`, of a base as it is now: one block of so many was read of what a guest sees, to know it again when it
  /// changes; `nil` where all was, or nothing.
  public var contentSample: Int64?
  /// With `show` and `inspect`.
  public var references: [Reference]?
  /// With `show`: what refers to the image directly.
  public var dependents: [Dependent]?
  /// With `show`.
  public var findings: [Finding]?
  /// What it rests on that the scan did not see: of the image nothing newer is known.
  public var stale: Staleness?

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
    try object.encodeIfPresent(exclusiveSize, forKey: "exclusive-size")
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
    if isBaseModified { try object.encode(true, forKey: "base-modified") }
    try object.encodeIfPresent(content, forKey: "content")
    try object.encodeIfPresent(modified?.text, forKey: "modified")
    try object.encodeIfPresent(fault, forKey: "header-fault")
    try object.encodeIfPresent(notStandalone, forKey: "not-standalone")
    try object.encodeUnlessEmpty(otherNames.map(\.displayText), forKey: "other-names")
    try object.encodeIfPresent(linkCount, forKey: "link-count")
    try object.encodeIfPresent(contentSample, forKey: "content-sample")
    try object.encodeIfPresent(ownership?.user, forKey: "owner")
    try object.encodeIfPresent(ownership?.group, forKey: "group")
    try object.encodeIfPresent(ownership?.modeText, forKey: "mode")
    try object.encodeIfPresent(firstSeen, forKey: "first-seen")
    try object.encodeIfPresent(lastChanged, forKey: "last-changed")
    try object.encodeIfPresent(stale, forKey: "stale")
    try object.encodeIfPresent(references, forKey: "references")
    try object.encodeIfPresent(dependents, forKey: "dependents")
    try object.encodeIfPresent(findings, forKey: "findings")
  }
}
