internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

extension ReadTransaction {
  private static let selection = StatementText.text(PackageResources.ask_images_sql)
  private static let selectionOfImage =
    selection + """
       WHERE place.image = :image AND (:other OR state.kind = 'image')
      ORDER BY directory.path, place.name
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
    var answer = try self.answer(row, &details)
    while let row = try found.next() {
      answer.otherNames.append(PathBytes(directory: row["path"], name: row["name"]))
    }
    return answer
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

  /// All images in the order of directories and names, or those of a format.
  func forEachImage(
    format: String? = nil, pool: String?, includingOther: Bool,
    _ body: (Image) throws -> Void
  ) throws {
    if let format, try isWithout(format, includingOther: includingOther) { return }
    let several = try imagesOfSeveralPlaces()
    var list = ImageList(several: several, details: DetailCache(database))
    // Directory by directory, each in the order of its key: all in one statement SQLite would sort, in temporary files
    // where there are many.
    let directories = try Array(
      rows("SELECT id FROM directory ORDER BY path, id").map { $0[0] as Int64 })
    for directory in directories {
      let found = try rows(
        Self.selectionOfDirectory,
        ["directory": directory, "other": includingOther, "pool": pool, "format": format])
      while let row = try found.next() { try add(row, to: &list, body) }
    }
  }

  private static let selectionOfDirectory =
    selection + """
       WHERE place.directory = :directory AND (:other OR state.kind = 'image')
        AND (:pool IS NULL OR pool.name = :pool)
        AND (:format IS NULL OR state.format = :format)
      ORDER BY place.name
      """

  /// What is kept while images are listed.
  private struct ImageList {
    let several: Set<Int64>
    var details: DetailCache
    /// What was found at the first row of an image: one with many names is looked up once.
    var firstPlaces: [Int64: PathBytes] = [:]
  }

  /// Lists an image at the first of its places, and at no other.
  private func add(_ row: Row, to list: inout ImageList, _ body: (Image) throws -> Void) throws {
    let id: Int64 = row["image"]
    guard list.several.contains(id) else { return try body(answer(row, &list.details)) }
    let filename = PathBytes(directory: row["path"], name: row["name"])
    if let first = list.firstPlaces[id], first != filename { return }
    let places = try places(of: id)
    list.firstPlaces[id] = places.first
    if places.first != filename { return }
    var image = try answer(row, &list.details)
    image.otherNames = Array(places.dropFirst())
    try body(image)
  }

  /// Whether the scan kept count of its images, and none is of the format.
  private func isWithout(_ format: String, includingOther: Bool) throws -> Bool {
    guard !includingOther, try isCounted() else { return false }
    return try value(
      "SELECT NOT EXISTS (SELECT 1 FROM holding_at WHERE format = :format)", ["format": format])
      ?? false
  }

  private func imagesOfSeveralPlaces() throws -> Set<Int64> {
    try Set(
      rows("SELECT image FROM place_at GROUP BY image HAVING count(*) > 1").map { $0[0] as Int64 })
  }

  private func answer(_ row: Row, _ details: inout DetailCache) throws -> Image {
    let filename = PathBytes(directory: row["path"], name: row["name"])
    var image = Image(filename: filename, format: row["format"])
    image.imageID = row["image"]
    image.pool = row["pool"]
    image.virtualSize = Self.bytes(row["virtual_size"])
    image.actualSize = Self.bytes(row["actual_size"])
    image.exclusiveSize = (row["own_bytes"] as Int64?).map { UInt64(clamping: $0) }
    image.fileSize = Self.bytes(row["file_size"])
    image.clusterSize = Self.bytes(row["cluster_size"])
    image.modified = Moment(milliseconds: (row["modified"] as Int64) / 1_000_000)
    image.isEncrypted = row["is_encrypted"]
    image.isDirty = row["is_dirty"]
    image.isInUse = row["is_in_use"]
    image.content = row["content"]
    image.isBaseModified = row["is_base_modified"]
    image.fault = row["fault"]
    image.firstSeen = point(row["first_scan"])
    image.lastChanged = point(row["last_changed"])
    if let detail = try details[row["detail"]] {
      image.formatSpecific = detail.formatSpecific(of: image.format, at: filename)
      image.snapshots = detail.snapshots ?? []
    }
    Self.describeBacking(row, in: filename.directory, &image)
    return image
  }

  private static func describeBacking(
    _ row: Row, in directory: PathBytes, _ image: inout Image
  ) {
    image.backingState = BackingState.none
    guard let data = row["stored"] as Data? else { return }
    let stored = Array(data)
    image.backingFilename = PathBytes(ReferenceTarget.redacting(stored))
    image.fullBackingFilename = PathBytes(
      ReferenceTarget.redacting(ReferenceTarget.fullName(of: stored, in: directory.bytes)))
    image.backingFilenameFormat =
      row["recorded_format"] ?? ImageFormat(rawValue: image.format)?.impliedBackingFormat
    let state = (row["link_state"] as String?).flatMap(LinkState.init)
    image.backingState = BackingState(state, isLoop: row["is_loop"])
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
