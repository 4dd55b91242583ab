internal import DiskImage
internal import Foundation
internal import Host
internal import Model

/// Whether an image is what an interrupted repair, or an interrupted undo, left: then its old front may be put
/// back, and nobody's change goes with it.
///
/// `qemu-img` writes the first cluster with one call. When it was killed, or nobody saw how it ended, the front is
/// the old one, the new one, or the beginning of the new one with the end of the old one.
struct HalfDone {
  /// The front as it is.
  let front: Data
  /// The front as it was.
  let before: Data

  /// Bytes that a device writes whole.
  private static let sector = 512
  /// Nanoseconds from the saving of a header to the last write of a `qemu-img` that changes one.
  private static let patience: Int64 = 600_000_000_000

  /// Whether the front consists of sectors of two others.
  func isMixed(of other: Data) -> Bool {
    guard front.count == before.count, other.count == before.count else { return false }
    return stride(from: 0, to: front.count, by: Self.sector).allSatisfy { start in
      let sector = start..<min(start + Self.sector, front.count)
      let now = front[in: sector]
      return now == before[in: sector] || now == other[in: sector]
    }
  }

  /// Why the state of an image is not explained by what was planned for it.
  /// - Parameter now: the image as it is, and what stands behind its front.
  func objection(
    to now: LiveImage, _ old: ImageFacts, _ rest: SavedHeader.Rest, _ header: SavedHeader,
    _ start: SavedHeader.Start
  ) -> String? {
    guard now.status.size == start.size, rest == start.rest else {
      return "more than its header has changed since"
    }
    let limit = header.saved.addingReportingOverflow(Self.patience).partialValue
    guard start.rest.isWhole || now.status.modified <= limit else {
      return "it was written to long after the repair, and is too large to compare completely"
    }
    guard isSameButForReferences(old.format) else {
      return "header fields have changed that no repair writes"
    }
    // What cannot be read is no change that somebody made.
    if now.facts.fault != nil { return nil }
    guard let role = ReferenceRole(rawValue: start.planned.role), says(now.facts, old, role, start),
      old.isSame(as: now.facts, but: role)
    else { return "its header has content that no repair planned" }
    return nil
  }

  /// Whether a reference says what it said, or what was planned, or the beginning of one with the end of
  /// the other.
  private func says(
    _ now: ImageFacts, _ old: ImageFacts, _ role: ReferenceRole, _ start: SavedHeader.Start
  ) -> Bool {
    let was = old.references.first { $0.role == role }
    guard let reference = now.references.first(where: { $0.role == role }),
      let planned = PathBytes(escaped: start.planned.stored)
    else { return false }
    let formats = [was?.recordedFormat, start.planned.format.map { Array($0.utf8) }, nil]
    guard formats.contains(reference.recordedFormat) else { return false }
    // Behind the end of a name stands nothing.
    let stored = Array(reference.stored.reversed().drop { $0 == 0 }.reversed())
    if stored == planned.bytes || stored == was?.stored { return true }
    let likeNew = zip(stored, planned.bytes).prefix { $0 == $1 }.count
    let tail = stored.dropFirst(likeNew)
    return tail.isEmpty || was?.stored.dropFirst(likeNew).starts(with: tail) == true
  }

  /// Whether the fields are the same that neither a new reference nor its name moves (QEMU
  /// docs/interop/qcow2.rst and qed_spec.rst, section Header).
  private func isSameButForReferences(_ format: ImageFormat) -> Bool {
    let fixed: [Range<Int>]
    switch format {
    // Magic and version; from cluster_bits to snapshots_offset.
    case .qcow2: fixed = [0..<8, 20..<72]
    // Magic to header_size; l1_table_offset and image_size.
    case .qed: fixed = [0..<16, 40..<56]
    default: return false
    }
    return fixed.allSatisfy { front[in: $0] == before[in: $0] }
  }

  /// Whether an image has bitmaps: who opens it for writing marks and moves them, and an older header would
  /// lead to where they were (QEMU docs/interop/qcow2.rst, `autoclear_features`, bit 0).
  static func hasBitmaps(_ front: Data) -> Bool {
    let version = front[in: 4..<8], features = front[in: 88..<96]
    return front[in: 0..<4].elementsEqual([0x51, 0x46, 0x49, 0xfb]) && version.last ?? 0 >= 3
      && (features.last ?? 0) & 1 != 0
  }
}

extension Data {
  /// The bytes of a range, as far as there are any.
  fileprivate subscript(in range: Range<Int>) -> Data {
    dropFirst(range.lowerBound).prefix(range.count)
  }
}

/// A file with another front.
struct OtherFront: ~Copyable, ByteSource {
  let front: [UInt8]
  let file: OpenFile

  var byteCount: UInt64 { file.byteCount }

  borrowing func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    var bytes = try file.bytes(at: offset, count: count)
    guard let start = Int(exactly: offset), start < front.count else { return bytes }
    let part = front[start...].prefix(bytes.count)
    bytes.replaceSubrange(0..<part.count, with: part)
    return bytes
  }
}

extension ImageFacts {
  /// Whether everything but the references of a role is the same, and their places in what qemu-img
  /// prints of them.
  func isSame(as other: ImageFacts, but role: ReferenceRole) -> Bool {
    format == other.format && virtualSize == other.virtualSize && clusterSize == other.clusterSize
      && isEncrypted == other.isEncrypted && isCorrupt == other.isCorrupt
      && snapshots == other.snapshots && identifiers == other.identifiers
      && unknownFeatures == other.unknownFeatures && other.fault == nil
      && references.filter { $0.role != role } == other.references.filter { $0.role != role }
  }
}
