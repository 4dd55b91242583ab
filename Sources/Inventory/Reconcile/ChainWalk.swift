internal import GRDB

/// Walks down every chain of which a link changed, and stages those that are too long or go round.
///
/// Each image is visited once, whatever the lengths and cycles: a chain of 100,000 costs 100,000
/// steps, and nothing is recursive.
struct ChainWalk {
  /// Images from which on all links are read at once instead of one by one.
  private static let manyImages = 2000

  private let database: Database
  private let maxDepth: Int64
  private let nextDown: RawStatement

  init(_ database: Database, maxDepth: Int64) throws {
    self.database = database
    self.maxDepth = maxDepth
    nextDown = try RawStatement(
      database,
      sql: """
        SELECT target_image FROM link
        WHERE holder = ? AND until_scan IS NULL AND is_backing AND target_image IS NOT NULL
        ORDER BY ordinal LIMIT 1
        """)
  }

  func stageAll() throws {
    var lengths = ChainLengths()
    let images = try affectedImages()
    let all = images.count >= Self.manyImages ? try allTargets() : nil
    for image in images {
      if let all {
        lengths.measure(image) { all[$0] }
      } else {
        try lengths.measure(image, below: target)
      }
      guard let length = lengths[image] else { continue }
      let isLoop = lengths.isLoop(image)
      // Also those that are in order now: they may not have been.
      if isLoop || length > maxDepth { try stage(image, length, isLoop) }
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

  private func affectedImages() throws -> [Int64] {
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
    return try Int64.fetchAll(
      database, sql: "SELECT image FROM temp.chain_affected ORDER BY image")
  }

  /// The image under each image that has one.
  private func allTargets() throws -> [Int64: Int64] {
    let links = try RawStatement(
      database,
      sql: """
        SELECT holder, target_image FROM link
        WHERE until_scan IS NULL AND is_backing AND target_image IS NOT NULL
        ORDER BY holder, ordinal DESC
        """)
    var targets: [Int64: Int64] = [:]
    while try links.next(database) { targets[links.integer(at: 0)] = links.integer(at: 1) }
    return targets
  }

  private func target(of image: Int64) throws -> Int64? {
    nextDown.bind(image, at: 1)
    guard try nextDown.next(database) else { return nil }
    defer { nextDown.reset() }
    return nextDown.integer(at: 0)
  }

  private func stage(_ image: Int64, _ length: Int64, _ isLoop: Bool) throws {
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO temp.deep_chain (holder, length, is_loop) VALUES (?, ?, ?)"
    ).execute(arguments: [image, length, isLoop])
  }
}

/// Lengths of chains, each counted once: an image and everything under it.
struct ChainLengths {
  private var lengths: [Int64: Int64] = [:]
  private var loops: Set<Int64> = []

  /// The number of images in the chain of a measured image, itself included; of a member of a
  /// cycle, and of one that leads into it, the images until the cycle closes.
  subscript(image: Int64) -> Int64? { lengths[image] }

  /// Whether a measured image is itself a member of a cycle.
  func isLoop(_ image: Int64) -> Bool { loops.contains(image) }

  /// Measures the chain of an image; `below` gives the image under another.
  mutating func measure(_ top: Int64, below: (Int64) throws -> Int64?) rethrows {
    guard lengths[top] == nil else { return }
    var path: [Int64] = []
    var positions: [Int64: Int] = [:]
    var current: Int64? = top
    var length: Int64 = 0
    while let image = current {
      if let known = lengths[image] {
        length = known
        break
      }
      if let start = positions[image] {
        closeLoop(path[start...])
        length = Int64(path.count - start)
        path.removeSubrange(start...)
        break
      }
      positions[image] = path.count
      path.append(image)
      current = try below(image)
    }
    for image in path.reversed() {
      length += 1
      lengths[image] = length
    }
  }

  private mutating func closeLoop(_ members: ArraySlice<Int64>) {
    for image in members {
      lengths[image] = Int64(members.count)
      loops.insert(image)
    }
  }
}
