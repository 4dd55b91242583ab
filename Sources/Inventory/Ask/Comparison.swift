internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

/// Two scans compared, image by image, in either order.
///
/// Only images that a scan between the two noted as changed are looked at, so the time is
/// proportional to what changed.
struct Comparison {
  let before: Question
  let after: Question

  init(before: Question, after: Question) {
    self.before = before
    self.after = after
  }

  func answer() throws -> DiffAnswer {
    var details = DetailCache(after.database)
    let candidates = try candidates()
    var changes: [ChangeAnswer] = []
    for start in stride(from: 0, to: candidates.count, by: Self.batch) {
      let batch = candidates[start..<min(start + Self.batch, candidates.count)]
      let old = try batch.map { try before.image($0, &details, includingOther: false) }
      let new = try batch.map { try after.image($0, &details, includingOther: false) }
      for (id, (old, new)) in zip(batch, zip(old, new)) {
        if let change = try change(of: id, old, new) { changes.append(change) }
      }
    }
    changes.sort { ($0.filename, $0.imageID) < ($1.filename, $1.imageID) }
    return DiffAnswer(
      from: before.point(before.at), to: after.point(after.at), changes: changes,
      opened: try after.findings(notOpenAt: before.at),
      closed: try before.findings(notOpenAt: after.at))
  }

  /// Images that are asked for as of one scan and then as of the other. To ask of them by turns would
  /// set the views' scan anew for each, and all of them at once may be millions.
  private static let batch = 256

  private var later: Question { before.at < after.at ? after : before }
  private var earlier: Question { before.at < after.at ? before : after }

  private func candidates() throws -> [Int64] {
    try later.rows(
      """
      SELECT DISTINCT image FROM scan_change
      WHERE scan > :start AND scan <= (SELECT scan FROM asof) ORDER BY image
      """, ["start": earlier.at]
    ).map { $0[0] as Int64 }.reduceToArray()
  }

  private func change(
    of id: Int64, _ old: ImageAnswer?, _ new: ImageAnswer?
  ) throws -> ChangeAnswer? {
    switch (old, new) {
    case (nil, nil): return nil
    case (nil, let new?):
      let isReplacing = try hadTenant(new.filename)
      return ChangeAnswer(
        kind: isReplacing ? .replaced : .added, filename: new.filename, imageID: id)
    case (let old?, nil):
      // Whoever took the place says so.
      if try isReplaced(old) { return nil }
      return ChangeAnswer(kind: .removed, filename: old.filename, imageID: id)
    case (let old?, let new?):
      let fields = ImageFields.differences(from: old, to: new)
      if old.filename != new.filename {
        return ChangeAnswer(
          kind: .moved, filename: new.filename, imageID: id, previousFilename: old.filename,
          fields: fields)
      }
      guard !fields.isEmpty else { return nil }
      return ChangeAnswer(kind: .changed, filename: new.filename, imageID: id, fields: fields)
    }
  }

  /// Whether an image stood before at the path of one that is new.
  private func hadTenant(_ path: PathBytes) throws -> Bool {
    guard let other = try before.image(at: path) else { return false }
    return try before.isListed(other)
  }

  /// Whether an image that is gone has given its path to one that is new.
  private func isReplaced(_ old: ImageAnswer) throws -> Bool {
    guard let other = try after.image(at: old.filename), other != old.imageID else { return false }
    return try !before.isListed(other) && after.isListed(other)
  }
}

extension Question {
  /// Whether the list shows an image at this scan: it stands somewhere, and is not some other file.
  fileprivate func isListed(_ id: Int64) throws -> Bool {
    try value(
      """
      SELECT EXISTS (SELECT 1 FROM image_state_at WHERE image = :image AND kind = 'image')
        AND EXISTS (SELECT 1 FROM place_at WHERE image = :image)
      """, ["image": id]) ?? false
  }
}

/// The fields of an image object in which two nights can differ: what was seen of the image itself.
///
/// The state of its link is not one of them. It follows from other images, and findings tell of it.
enum ImageFields {
  static func differences(
    from old: ImageAnswer, to new: ImageAnswer
  ) -> [ChangeAnswer.Field] {
    zip(values(of: old), values(of: new)).compactMap { before, after in
      before.value == after.value
        ? nil : ChangeAnswer.Field(key: before.key, from: before.value, to: after.value)
    }
  }

  /// All fields in the order of the image object; the same keys for every image.
  private static func values(of image: ImageAnswer) -> [(key: String, value: FactValue?)] {
    [
      ("pool", image.pool.map(FactValue.text)),
      ("format", .text(image.format)),
      ("virtual-size", image.virtualSize.map(FactValue.number)),
      ("actual-size", image.actualSize.map(FactValue.number)),
      ("file-size", image.fileSize.map(FactValue.number)),
      ("cluster-size", image.clusterSize.map(FactValue.number)),
      ("encrypted", .boolean(image.isEncrypted)),
      ("dirty-flag", .boolean(image.isDirty)),
      ("in-use", image.isInUse.map(FactValue.boolean)),
      ("snapshots", .list(image.snapshots.map { .text($0.name) })),
      ("backing-filename", image.backingFilename.map { .text($0.displayText) }),
      ("full-backing-filename", image.fullBackingFilename.map { .text($0.displayText) }),
      ("backing-filename-format", image.backingFilenameFormat.map(FactValue.text)),
      ("format-specific", image.formatSpecific),
      ("content", image.content.map(FactValue.text)),
      ("header-fault", image.fault.map(FactValue.text)),
      ("other-names", .list(image.otherNames.map { .text($0.displayText) })),
      ("modified", image.modified.map { .text($0.text) }),
    ]
  }
}
