internal import Database
internal import GRDB

/// How many images there are by pool and format, and in the longest chain, as a scan keeps it: counted on from the
/// scan before by what changed.
///
/// Where that cannot be, the scan says that it did not count, and whoever asks counts.
struct Holdings {
  /// Images of a format in a pool; 0 is no pool.
  struct Key: Hashable {
    let pool: Int64
    let format: String
  }

  /// How many they are.
  struct Count: Equatable {
    var images: Int64 = 0
    var actualSize: Int64 = 0
    var homeImages: Int64 = 0
    var homeSize: Int64 = 0
  }

  /// A chain by the image at its top, and how many images it has.
  typealias Chain = (top: Int64, length: Int64)

  let database: Database
  let scan: Int64

  init(_ database: Database, scan: Int64) {
    self.database = database
    self.scan = scan
  }

  /// Writes what there is after a scan, as it was counted where its files went.
  func write(by sink: any ScanSink) throws {
    let before = try kept()
    if let counts = try sink.counts(self, insteadOf: before) {
      try keep(counts, insteadOf: before)
      try database.execute(sql: "UPDATE scan SET is_counted = 1 WHERE id = ?", arguments: [scan])
    }
    let longest = try sink.longestChain(self)
    try database.execute(
      sql: "UPDATE scan SET longest_chain = ?, longest_chain_top = ? WHERE id = ?",
      arguments: [longest?.length ?? 0, longest?.top, scan])
  }

  /// The counts of the scan before with what changed; `nil` where that comes to nothing that can be.
  func carriedOn(from before: [Key: Count]) throws -> [Key: Count]? {
    let isWhole = try !isCountedBefore() || isAnyPoolRenamed()
    try database.run(
      PackageResources.recount_images_sql, ["scan": scan, "whole": isWhole ? 1 : 0])
    return try changed(isWhole ? [:] : before, isWhole: isWhole)
  }

  /// Whether the scan before counted.
  private func isCountedBefore() throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT is_counted FROM scan WHERE id < ? ORDER BY id DESC LIMIT 1",
      arguments: [scan]) ?? false
  }

  /// Whether a pool has another name than before: of several pools of an image another may be the first then.
  private func isAnyPoolRenamed() throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM former_pool WHERE until_scan = ?)",
      arguments: [scan]) ?? false
  }

  /// What the last scan kept.
  private func kept() throws -> [Key: Count] {
    var counts: [Key: Count] = [:]
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT pool, format, images, actual_size, home_images, home_size FROM holding
        WHERE until_scan IS NULL
        """)
    while let row = try rows.next() {
      counts[Key(pool: row[0], format: row[1])] = Count(
        images: row[2], actualSize: row[3], homeImages: row[4], homeSize: row[5])
    }
    return counts
  }

  /// Counts of images that were never counted, with those that are still to be; `nil` as there.
  func completed(_ counts: [Key: Count], with images: [Int64]) throws -> [Key: Count]? {
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.recounted;
        CREATE TEMP TABLE recounted (image INTEGER PRIMARY KEY);
        INSERT OR IGNORE INTO temp.recounted SELECT image FROM temp.changed_state;
        """)
    let insert = try RawStatement(
      database, sql: "INSERT OR IGNORE INTO temp.recounted (image) VALUES (?)")
    for image in images {
      insert.bind(image, at: 1)
      try insert.run(database)
    }
    return try changed(counts, isWhole: true)
  }

  /// The counts with what `temp.recounted` changes of them; `nil` where that comes to nothing that can be.
  private func changed(_ counts: [Key: Count], isWhole: Bool) throws -> [Key: Count]? {
    try database.run(
      PackageResources.tally_holdings_sql, ["scan": scan, "whole": isWhole ? 1 : 0])
    var counts = counts
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT pool, format, sum(images), total(actual_size), sum(home_images), total(home_size)
        FROM temp.holding_change GROUP BY pool, format
        """)
    while let row = try rows.next() {
      let key = Key(pool: row[0], format: row[1])
      guard let size = Self.exactly(row[3]), let homeSize = Self.exactly(row[5]) else { return nil }
      let change = Count(
        images: row[2], actualSize: size, homeImages: row[4], homeSize: homeSize)
      guard let sum = counts[key, default: Count()].adding(change) else { return nil }
      counts[key] = sum == Count() ? nil : sum
    }
    return counts
  }

  /// Bytes that were added up as a fraction; `nil` where it is not sure that none is missing.
  private static func exactly(_ sum: Double) -> Int64? {
    abs(sum) < 0x1p53 ? Int64(exactly: sum) : nil
  }

  private func keep(_ counts: [Key: Count], insteadOf before: [Key: Count]) throws {
    let end = try database.cachedStatement(
      sql: "UPDATE holding SET until_scan = ? WHERE pool = ? AND format = ? AND until_scan IS NULL")
    for (key, count) in before where counts[key] != count {
      try end.execute(arguments: [scan, key.pool, key.format])
    }
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO holding (
          pool, format, from_scan, images, actual_size, home_images, home_size)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    for (key, count) in counts where before[key] != count {
      try insert.execute(arguments: [
        key.pool, key.format, scan, count.images, count.actualSize, count.homeImages,
        count.homeSize,
      ])
    }
  }
}

extension Holdings.Count {
  /// The sum; `nil` where it cannot be a count of images that there are.
  func adding(_ other: Self) -> Self? {
    func sum(_ path: KeyPath<Self, Int64>) -> Int64? {
      let (sum, overflow) = self[keyPath: path].addingReportingOverflow(other[keyPath: path])
      return overflow || sum < 0 ? nil : sum
    }
    guard let images = sum(\.images), let actualSize = sum(\.actualSize),
      let homeImages = sum(\.homeImages), let homeSize = sum(\.homeSize)
    else { return nil }
    return Self(
      images: images, actualSize: actualSize, homeImages: homeImages, homeSize: homeSize)
  }

  /// Takes up an image that stands here alone; false where there are more bytes than can be.
  mutating func add(size: Int64) -> Bool {
    guard
      let sum = adding(Self(images: 1, actualSize: size, homeImages: 1, homeSize: size))
    else { return false }
    self = sum
    return true
  }
}
