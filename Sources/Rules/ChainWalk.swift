internal import Database
internal import GRDB

/// Walks down every chain of which a link changed, or that may be longer or shorter than before, and stages
/// those that go round, and the tops of those that are too long: one long chain is one thing to do.
///
/// Each image is visited once, whatever the lengths and cycles: a chain of 100,000 costs 100,000
/// steps, and nothing is recursive.
struct ChainWalk {
  /// Images from which on all links are read at once instead of one by one.
  private static let manyImages = 2000

  private let database: Database
  private let scan: Int64
  private let maxDepth: Int64
  private let all: BackingLinks?
  private let pools: [Int64]
  private let nextDown: RawStatement

  /// A walk down chains: in a first scan down all of them, in another down those that changed and those of
  /// `pools`, which were judged by another depth or never.
  init(
    _ database: Database, scan: Int64, maxDepth: Int64, all: BackingLinks?, pools: [Int64]
  ) throws {
    self.scan = scan
    self.all = all
    self.pools = pools
    self.database = database
    self.maxDepth = maxDepth
    nextDown = try RawStatement(
      database, sql: WayDown.step(over: "(SELECT * FROM link WHERE until_scan IS NULL)"))
  }

  func stageAll() throws {
    try collectAffected()
    let images = try all?.images ?? affectedImages()
    var lengths = ChainLengths(count: images.count, highest: images.last ?? 0)
    if let all = try all ?? (images.count < Self.manyImages ? nil : BackingLinks(database)) {
      for image in images { lengths.measure(image, below: all.base) }
    } else {
      for image in images { try lengths.measure(image, below: target) }
    }
    for image in images {
      guard let length = lengths[image] else { continue }
      let isLoop = lengths.isLoop(image)
      // Also those that are in order now: they may not have been.
      let isDeep = length > maxDepth && !lengths.isEndless(image)
      if try isLoop || (isDeep && !isStoodOn(image)) {
        try stage(image, length, isLoop)
      }
    }
    // Whatever was open on an affected image is judged again.
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO temp.touched (holder)
        SELECT finding.holder FROM finding JOIN temp.chain_affected
          ON chain_affected.image = finding.holder
        WHERE finding.until_scan IS NULL AND finding.kind IN ('backing-loop', 'chain-too-deep')
        """)
  }

  private func collectAffected() throws {
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.chain_affected;
        CREATE TEMP TABLE chain_affected (image INTEGER PRIMARY KEY);
        WITH RECURSIVE upward (image) AS (
          SELECT holder FROM temp.changed_link WHERE holder > 0
          UNION
          SELECT link.holder FROM upward JOIN link ON link.target_image = upward.image
          WHERE link.until_scan IS NULL AND link.is_backing AND link.holder > 0)
        INSERT INTO temp.chain_affected SELECT image FROM upward;
        """)
    // What has lost an overlay may be a top now, and what got one is none any more.
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO temp.chain_affected
        SELECT link.target_image FROM temp.changed_link CROSS JOIN link USING (holder, ordinal)
        WHERE link.is_backing AND link.holder > 0 AND link.target_image IS NOT NULL
          AND (link.until_scan IS NULL OR link.until_scan = ?)
        """, arguments: [scan])
    for pool in pools where all == nil { try collectAll(ofPool: pool) }
    // What another version or another depth has left open is measured again, whatever it is open on.
    guard all == nil, !pools.isEmpty else { return }
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO temp.chain_affected
        SELECT holder FROM finding
        WHERE until_scan IS NULL AND kind IN ('backing-loop', 'chain-too-deep')
        """)
  }

  private func collectAll(ofPool pool: Int64) throws {
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO temp.chain_affected
        SELECT place.image FROM directory_state
        CROSS JOIN place ON place.directory = directory_state.directory AND place.until_scan IS NULL
        WHERE directory_state.pool = ? AND directory_state.until_scan IS NULL AND EXISTS (
          SELECT 1 FROM link
          WHERE link.holder = place.image AND link.is_backing AND link.until_scan IS NULL)
        """, arguments: [pool])
  }

  /// The images whose chains may be others than before, by number; once each.
  private func affectedImages() throws -> [Int64] {
    let rows = try RawStatement(
      database, sql: "SELECT image FROM temp.chain_affected ORDER BY image")
    var images: [Int64] = []
    while try rows.next(database) { images.append(rows.integer(at: 0)) }
    return images
  }

  private func target(of image: Int64) throws -> Int64? {
    nextDown.bind(image, at: 1)
    guard try nextDown.next(database) else { return nil }
    defer { nextDown.reset() }
    return nextDown.integer(at: 0)
  }

  /// Whether another image stands on an image.
  private func isStoodOn(_ image: Int64) throws -> Bool {
    try Bool.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM link
            WHERE target_image = ? AND is_backing AND holder > 0 AND until_scan IS NULL)
          """), arguments: [image]) ?? false
  }

  private func stage(_ image: Int64, _ length: Int64, _ isLoop: Bool) throws {
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO temp.deep_chain (holder, length, is_loop) VALUES (?, ?, ?)"
    ).execute(arguments: [image, length, isLoop])
  }
}

/// Lengths of chains, each counted once: an image and everything under it.
struct ChainLengths {
  /// Lengths; of an image that is being measured, the negative of its place on the way down, from 1.
  private var lengths: ImageNumbers
  private var loops: Set<Int64> = []
  /// Images whose chains lead into a cycle, its members included.
  private var endless: Set<Int64> = []
  /// The way down, of which only the memory is kept.
  private var path: [Int64] = []

  /// Lengths of about `count` chains, with tops of numbers up to `highest`.
  init(count: Int = 0, highest: Int64 = 0) {
    lengths = ImageNumbers(count: count, highest: highest)
  }

  /// The number of images in the chain of a measured image, itself included; of a member of a
  /// cycle, and of one that leads into it, the images until the cycle closes.
  subscript(image: Int64) -> Int64? {
    let length = lengths[image]
    return length == 0 ? nil : length
  }

  /// Whether a measured image is itself a member of a cycle.
  func isLoop(_ image: Int64) -> Bool { loops.contains(image) }

  /// Whether the chain of a measured image goes round somewhere, and so has no length that could be too much.
  func isEndless(_ image: Int64) -> Bool { endless.contains(image) }

  /// Measures the chain of an image; `below` gives the image under another.
  mutating func measure(_ top: Int64, below: (Int64) throws -> Int64?) rethrows {
    guard lengths[top] == 0 else { return }
    path.removeAll(keepingCapacity: true)
    var current: Int64? = top
    var length: Int64 = 0
    var isEndless = false
    while let image = current {
      let known = lengths[image]
      if known > 0 {
        length = known
        isEndless = endless.contains(image)
        break
      }
      if known < 0 {
        let start = Int(-known - 1)
        closeLoop(path[start...])
        length = Int64(path.count - start)
        path.removeSubrange(start...)
        isEndless = true
        break
      }
      path.append(image)
      lengths[image] = -Int64(path.count)
      current = try below(image)
    }
    for image in path.reversed() {
      length += 1
      lengths[image] = length
      if isEndless { endless.insert(image) }
    }
  }

  private mutating func closeLoop(_ members: ArraySlice<Int64>) {
    for image in members {
      lengths[image] = Int64(members.count)
      loops.insert(image)
      endless.insert(image)
    }
  }
}
