internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

extension ReadTransaction {
  /// The places of images with what is known of these; who asks says which.
  static let imagePlaces = StatementText.text(PackageResources.ask_images_sql)
  private static let selectionOfImage = """
    SELECT found.*, directory.path, pool.name AS pool
    FROM (
      \(imagePlaces)
      WHERE place.image = :image AND (:other OR state.kind = 'image')) AS found
    JOIN directory ON directory.id = found.directory
    LEFT JOIN directory_state_at AS standing ON standing.directory = found.directory
    LEFT JOIN pool_at AS pool ON pool.id = standing.pool
    ORDER BY directory.path, found.name
    """

  /// One image; `nil` where it stands nowhere or its header was never read.
  func image(_ id: Int64) throws -> Image? {
    var details = DetailCache(database)
    return try image(id, &details)
  }

  /// The same, for who asks for many; without other files only what the list shows.
  func image(
    _ id: Int64, _ details: inout DetailCache, includingOther: Bool = true
  ) throws -> Image? {
    let found = try rows(Self.selectionOfImage, ["image": id, "other": includingOther])
    guard let row = try found.next() else { return nil }
    let directory = StandingDirectory(path: PathBytes(row["path"] as Data), pool: row["pool"])
    var answer = try self.answer(
      row, at: directory.path(of: row), in: directory, &details)
    while let row = try found.next() {
      answer.otherNames.append(PathBytes(directory: row["path"], name: row["name"]))
      if let pool = row["pool"] as String?, pool != answer.pool, !answer.otherPools.contains(pool) {
        answer.otherPools.append(pool)
      }
    }
    answer.otherPools.sort()
    return answer
  }

  /// Whether a name of an image stands in a pool.
  func isImage(_ id: Int64, ofPool name: String) throws -> Bool {
    try value(
      """
      SELECT EXISTS (
        SELECT 1 FROM place_at AS place
        JOIN directory_state_at AS standing ON standing.directory = place.directory
        JOIN pool_at AS pool ON pool.id = standing.pool
        WHERE place.image = :image AND pool.name = :pool)
      """, ["image": id, "pool": name]) ?? false
  }

  /// How many names the file of an image has, and whose it is; `nil` where that was not asked yet.
  func ownership(of id: Int64) throws -> (links: UInt32?, ownership: FileOwnership?) {
    let found = try rows(
      """
      SELECT file.links, ownership."user", ownership."group", ownership.mode
      FROM file_state_at AS file JOIN ownership ON ownership.id = file.ownership
      WHERE file.image = :image
      """, ["image": id])
    guard let row = try found.next() else { return (nil, nil) }
    return (
      row[0], FileOwnership(user: row[1], group: row[2], mode: row[3])
    )
  }

  /// Of how many blocks of an image one was read, to know again what it holds; `nil` where all were, where nothing
  /// is remembered of it, and for earlier scans, of which that is not kept.
  func contentSample(of id: Int64) throws -> Int64? {
    guard try isLatest() else { return nil }
    let level: Int64? = try value(
      """
      SELECT content.level FROM image JOIN content ON content.id = image.content
      WHERE image.id = :image AND content.method = :guest AND content.level > 0
      """, ["image": id, "guest": Content.Method.guest.rawValue])
    return level.flatMap { (1..<63).contains($0) ? 1 << $0 : nil }
  }

  /// The image of a row of `ask_images.sql`, at a path in a directory.
  func answer(
    _ row: Row, at filename: PathBytes, in directory: StandingDirectory,
    _ details: inout DetailCache
  ) throws -> Image {
    var image = Image(filename: filename, format: row[.format])
    image.imageID = row[.image]
    image.pool = directory.pool
    image.virtualSize = Self.bytes(row[.virtualSize])
    image.actualSize = Self.bytes(row[.actualSize])
    image.exclusiveSize = Self.bytes(row[.ownBytes])
    image.fileSize = Self.bytes(row[.fileSize])
    image.clusterSize = Self.bytes(row[.clusterSize])
    image.modified = Moment(milliseconds: (row[.modified] as Int64) / 1_000_000)
    image.isEncrypted = row[.isEncrypted]
    image.isDirty = row[.isDirty]
    image.isInUse = row[.isInUse]
    image.content = row[.content]
    image.isBaseModified = try details.spoilt.contains(row[.image], self)
    image.fault = row[.fault]
    image.firstSeen = point(row[.firstScan])
    image.lastChanged = point(row[.lastChanged])
    if let detail = try details[row[.detail]] {
      image.formatSpecific = detail.formatSpecific(of: image.format, at: filename)
      image.snapshots = detail.snapshots ?? []
    }
    Self.describeBacking(row, in: directory.path, &image)
    return image
  }

  private static func describeBacking(
    _ row: Row, in directory: PathBytes, _ image: inout Image
  ) {
    image.backingState = BackingState.none
    guard let data = row[.stored] as Data? else { return }
    let stored = Array(data)
    image.backingFilename = PathBytes(ReferenceTarget.redacting(stored))
    image.fullBackingFilename = PathBytes(
      ReferenceTarget.redacting(ReferenceTarget.fullName(of: stored, in: directory.bytes)))
    image.backingFilenameFormat =
      row[.recordedFormat] ?? ImageFormat(rawValue: image.format)?.impliedBackingFormat
    let state = (row[.linkState] as String?).flatMap(LinkState.init)
    image.backingState = BackingState(state, isLoop: row[.isLoop])
  }

  private static func bytes(_ value: Int64?) -> UInt64? { value.map { UInt64(clamping: $0) } }
}

extension BackingState {
  init?(_ state: LinkState?, isLoop: Bool) {
    if isLoop {
      self = .loop
      return
    }
    switch state {
    case .ok: self = .ok
    case .missing: self = .missing
    case .unreadable: self = .unreadable
    case .outsidePools: self = .outsidePools
    case .remote: self = .remote
    case .invalid: self = .invalid
    case .unknown: self = .unknown
    case nil: return nil
    }
  }
}
