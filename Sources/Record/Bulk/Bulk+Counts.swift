internal import Database
internal import GRDB
internal import Model
internal import Sighting

/// What a first scan counts was counted while it was seen: everything in it was added.
extension Bulk {
  func tally(_ database: Database, scan: Int64) {}

  func imageCount(ofPool pool: Int64, _ database: Database, scan: Int64) -> Int64? {
    isExact ? imagesByPool[pool] ?? 0 : nil
  }

  func changes(
    images: Int64, _ database: Database, scan: Int64, comparing compare: NightJudge.Comparing
  ) throws -> ScanCounts {
    var counts = ScanCounts()
    counts.images = images
    counts.added =
      try isExact
      ? imagesByPool.values.reduce(0, +)
      : Int64.fetchOne(database, sql: "SELECT count(*) FROM image_state WHERE kind = 'image'") ?? 0
    counts.unreadable = unreadableCount
    counts.unchanged = max(0, images - counts.added)
    return counts
  }

  func counts(
    _ holdings: Holdings, insteadOf before: [Holdings.Key: Holdings.Count]
  ) throws -> [Holdings.Key: Holdings.Count]? {
    try holdings.completed(counted, with: countedApart)
  }

  func longestChain(_ holdings: Holdings) throws -> Holdings.Chain? {
    try chains.hasSeveral ? holdings.whole() : chains.longest(atMost: 1000)
  }
}
