package import Database
internal import DiskImage
internal import Foundation
internal import GRDB
package import Model
internal import Sighting

/// Two scans compared, image by image, in either order.
///
/// Only images that a scan between the two noted as changed are looked at, so the time is
/// proportional to what changed.
package struct Comparison {
  let before: ReadTransaction
  let after: ReadTransaction
  /// Pools that were renamed between the two, or their directories: what is in them did not move.
  private let renamed: [RenamedPool]

  init(before: ReadTransaction, after: ReadTransaction) throws {
    self.before = before
    self.after = after
    renamed = try RenamedPool.all(from: before, to: after)
  }

  /// Whether any pool was renamed, or its directory.
  package var isAnyPoolRenamed: Bool { !renamed.isEmpty }

  /// A scan that is being written, and the one before it that can be asked for; `nil` where there is none.
  package init?(_ night: ReconciledScan) throws {
    let last = try Int64.fetchOne(
      night.database, sql: "SELECT max(id) FROM scan WHERE id < ? AND NOT is_forgotten",
      arguments: [night.scan])
    guard let last else { return nil }
    let after = ReadTransaction(night.database, at: night.scan, times: ScanTimes([]))
    try self.init(before: after.asked(at: last), after: after)
  }

  func answer() throws -> Difference {
    var changes: [ImageChange] = []
    try forEachChange(of: candidates()) { changes.append($0) }
    changes.sort { ($0.filename, $0.imageID) < ($1.filename, $1.imageID) }
    let (from, to) = (before.point(before.at), after.point(after.at))
    return Difference(
      from: from, to: to, changes: changes,
      opened: try after.told(after.findings(notOpenAt: before.at)),
      closed: try before.findings(notOpenAt: after.at)
        .map { $0.told(openAt: from, notAt: to) })
  }

  /// Calls `body` with what happened to each of some images to which anything did.
  func forEachChange(of images: [Int64], _ body: (ImageChange) throws -> Void) throws {
    var details = DetailCache(after.database)
    for start in stride(from: 0, to: images.count, by: Self.batch) {
      let batch = images[start..<min(start + Self.batch, images.count)]
      let old = try batch.map { try before.image($0, &details, includingOther: false) }
      let new = try batch.map { try after.image($0, &details, includingOther: false) }
      for (id, (old, new)) in zip(batch, zip(old, new)) {
        guard var change = try change(of: id, old, new) else { continue }
        change.names = [old, new].compactMap { $0 }.flatMap { [$0.filename] + $0.otherNames }
        try body(change)
      }
    }
  }

  /// What happened to those of some images to which anything did.
  package func kinds(of images: [Int64]) throws -> [ChangeKind] {
    var kinds: [ChangeKind] = []
    try forEachChange(of: images) { kinds.append($0.kind) }
    return kinds
  }

  /// Images that are asked for as of one scan and then as of the other. To ask of them by turns would
  /// set the views' scan again for each, and all of them at once may be millions.
  private static let batch = 256

  private var later: ReadTransaction { before.at < after.at ? after : before }
  private var earlier: ReadTransaction { before.at < after.at ? before : after }

  private func candidates() throws -> [Int64] {
    try Array(
      later.rows(
        """
        SELECT DISTINCT image FROM scan_change
        WHERE scan > :start AND scan <= (SELECT scan FROM asof) ORDER BY image
        """, ["start": earlier.at]
      ).map { $0[0] as Int64 })
  }

  private func change(
    of id: Int64, _ old: Image?, _ new: Image?
  ) throws -> ImageChange? {
    switch (old, new) {
    case (nil, nil): return nil
    case (nil, let new?):
      guard let other = try formerTenant(of: new.filename) else {
        return ImageChange(kind: .added, filename: new.filename, imageID: id)
      }
      if let mark = try before.mark(of: other), try mark == after.mark(of: id),
        let old = try before.image(other)
      {
        return change(of: id, from: old, to: new)
      }
      return ImageChange(kind: .replaced, filename: new.filename, imageID: id)
    case (let old?, nil):
      // Whoever took the place says so.
      if try isReplaced(old) { return nil }
      return ImageChange(kind: .removed, filename: old.filename, imageID: id)
    case (let old?, let new?): return change(of: id, from: old, to: new)
    }
  }

  /// What is different of an image, or of one file and the copy that was put in its place.
  private func change(of id: Int64, from old: Image, to new: Image) -> ImageChange? {
    var carried = old
    for pool in renamed { pool.carry(&carried) }
    let fields = ImageFields.differences(from: carried, to: new)
    if carried.filename != new.filename {
      return ImageChange(
        kind: .moved, filename: new.filename, imageID: id, previousFilename: old.filename,
        fields: fields)
    }
    guard !fields.isEmpty else { return nil }
    return ImageChange(
      kind: .changed, filename: new.filename, imageID: id, fields: fields)
  }

  /// Whose place an image that came took; `nil`: that of nobody who went. Whoever stood there and stands elsewhere now
  /// was not replaced: it moved. Of several names the first counts, as it does for who went.
  private func formerTenant(of path: PathBytes) throws -> Int64? {
    let then = renamed.first { path.isIn($0.to.path) }?.formerly(path) ?? path
    guard let other = try before.tenant(of: then), try before.primaryPlace(of: other) == then,
      try before.isListed(other), try !after.isListed(other)
    else { return nil }
    return other
  }

  /// Whether an image that went has given its path to one that came.
  private func isReplaced(_ old: Image) throws -> Bool {
    var carried = old
    for pool in renamed { pool.carry(&carried) }
    guard let other = try after.tenant(of: carried.filename), other != old.imageID,
      let new = try after.primaryPlace(of: other), new == carried.filename
    else { return false }
    return try !before.isListed(other) && after.isListed(other)
  }
}

/// What two files have in common that hold the same.
private struct CopyMark: Equatable {
  let digest: Int64?
  let size: Int64?
  let modified: Int64?
}

extension ReadTransaction {
  /// The image that stands at a path; one to which a symbolic link there leads stands elsewhere.
  fileprivate func tenant(of path: PathBytes) throws -> Int64? {
    try value(
      """
      SELECT place.image FROM directory JOIN place_at AS place ON place.directory = directory.id
      WHERE directory.host IN (SELECT id FROM host) AND directory.path = :directory
        AND place.name = :name
      """, ["directory": path.directory.databaseValue, "name": Data(path.name)])
  }

  /// By what a copy is known that was put in the place of its original: what the scan that saw it itself would go by.
  fileprivate func mark(of image: Int64) throws -> CopyMark? {
    let found = try rows(
      """
      SELECT state.header_digest, file.file_size, file.modified
      FROM image_state_at AS state JOIN file_state_at AS file USING (image)
      WHERE state.image = :image AND file.is_readable
      """, ["image": image])
    return try found.next().map {
      CopyMark(digest: $0[0], size: $0[1], modified: $0[2])
    }
  }

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
    from old: Image, to new: Image
  ) -> [ImageChange.Field] {
    zip(values(of: old), values(of: new)).compactMap { before, after in
      before.value == after.value
        ? nil : ImageChange.Field(key: before.key, from: before.value, to: after.value)
    }
  }

  /// The keys of all fields.
  static let keys = values(of: Image(filename: "/", format: "raw")).map(\.key)

  /// All fields in the order of the image object; the same keys for every image.
  static func values(of image: Image) -> [(key: String, value: FactValue?)] {
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
