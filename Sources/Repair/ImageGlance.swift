internal import DiskImage
internal import Foundation
internal import Host
internal import Model
internal import Query

/// What is kept of an image that was read for a plan: what a step asks of it, and not its first bytes, of which
/// there may be 2 MiB.
struct ImageGlance {
  var format: ImageFormat
  /// Bytes.
  var virtualSize: UInt64?
  /// The length of the file in bytes.
  var fileSize: UInt64
  /// When the file was written to last, in nanoseconds since 1970.
  var modified: Int64
  /// Which file it is.
  var mark: FileMark?
  /// Whether another process holds one of QEMU's locks on it.
  var isInUse = false
  /// Whether it has bitmaps.
  var hasBitmaps = false
  /// What a script compares before it changes anything.
  var guarding: Guard
  /// The same, of one that must not have been written to since.
  var guardingAll: Guard
  /// What it refers to.
  var references: GlancedReferences
}

extension ImageGlance {
  /// What a plan asks of an image.
  init(_ image: LiveImage) {
    self.init(
      format: image.facts.format, virtualSize: image.facts.virtualSize,
      fileSize: image.status.size, modified: image.status.modified, mark: image.mark,
      isInUse: image.isInUse, hasBitmaps: HalfDone.hasBitmaps(Data(image.head)),
      guarding: image.guarding, guardingAll: image.guardingAll,
      references: GlancedReferences(image.facts.references))
  }
}

/// The references of an image by role and stored string, the first of each: an image may have tens of thousands, each
/// with a step of its own.
struct GlancedReferences {
  private let first: [Key: StoredReference]

  private struct Key: Hashable {
    let role: ReferenceRole
    let stored: [UInt8]
  }

  init(_ references: [StoredReference]) {
    first = Dictionary(
      references.map { (Key(role: $0.role, stored: $0.stored), $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The reference of a role with this stored string.
  subscript(_ role: ReferenceRole, stored stored: [UInt8]) -> StoredReference? {
    first[Key(role: role, stored: stored)]
  }
}
