internal import GRDB

/// All chains as they are now: what lies under each image that has a base.
struct BackingLinks {
  /// The images that have a base, by number; also those whose link leads to none.
  let images: [Int64]
  private let bases: ImageNumbers
  private let highest: Int64

  init(_ database: Database) throws {
    // In the order of the table, so that nothing is sorted: an image's first base counts.
    let links = try RawStatement(
      database,
      sql: """
        SELECT holder, coalesce(target_image, 0) FROM link
        WHERE until_scan IS NULL AND is_backing AND holder > 0 ORDER BY holder, ordinal
        """)
    highest = try Int64.fetchOne(database, sql: "SELECT max(id) FROM image") ?? 0
    var bases = ImageNumbers(count: Int(clamping: highest), highest: highest)
    var images: [Int64] = []
    while try links.next(database) {
      let holder = links.integer(at: 0)
      if images.last != holder { images.append(holder) }
      if bases[holder] == 0 { bases[holder] = links.integer(at: 1) }
    }
    self.images = images
    self.bases = bases
  }

  /// The image under another; `nil` where there is none, or its link leads to none.
  func base(of image: Int64) -> Int64? {
    let base = bases[image]
    return base == 0 ? nil : base
  }

  /// The images that others stand on, and how many do.
  func overlayCounts() -> [(image: Int64, overlays: Int64)] {
    var counts = ImageNumbers(count: Int(clamping: highest), highest: highest)
    var found: [Int64] = []
    for image in images {
      guard let base = base(of: image) else { continue }
      if counts[base] == 0 { found.append(base) }
      counts[base] += 1
    }
    return found.map { ($0, counts[$0]) }
  }
}
