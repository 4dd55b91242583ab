import Database
import Model
import Query
import Record
import ScriptedNights
import Sighting
import Testing

/// Random hosts over random nights: whichever way rows are written they are the same, and whatever nights missed is
/// known when somebody has looked at everything.
@Suite struct HostNightsTests {
  @Test(arguments: Seeds.first(1))
  func `a first scan writes the same rows in bulk, number for number, and so do the nights after`(
    seed: UInt64
  ) throws {
    var (bulk, incremental) = (
      try RandomHost(seed: seed, mayLink: false, steps: 60),
      try RandomHost(seed: seed, mayLink: false, steps: 60)
    )
    bulk.host.isFirstInBulk = true
    incremental.host.isFirstInBulk = false
    for _ in 0..<2 {
      try bulk.host.scan()
      try incremental.host.scan()
      let (mine, theirs) = (try bulk.host.everything(), try incremental.host.everything())
      #expect(mine.count == theirs.count, "seed \(seed)")
      for (one, other) in zip(mine, theirs) { #expect(one == other, "seed \(seed)") }
      bulk.happen(6)
      incremental.happen(6)
    }
  }

  /// What is there, by paths: files with their sizes and bases, and where every link leads.
  private func there(_ host: ScriptedHost) throws -> [String] {
    let path = { (image: String) in
      """
      (SELECT min(CAST(directory.path || '/' || place.name AS TEXT))
       FROM place JOIN directory ON directory.id = place.directory
       WHERE place.image = \(image) AND place.until_scan IS NULL)
      """
    }
    return try host.stands().map { "\($0.key)" }.sorted()
      + host.lines(
        """
        SELECT \(path("state.image")), format, virtual_size, is_dirty, file_size, modified,
          is_in_use, links
        FROM image_state AS state JOIN file_state AS file ON file.image = state.image
        WHERE state.until_scan IS NULL AND file.until_scan IS NULL ORDER BY 1
        """)
      + host.lines(
        """
        SELECT \(path("link.holder")), ordinal, CAST(directory.path || '/' || link.name AS TEXT),
          state, \(path("link.target_image"))
        FROM link LEFT JOIN directory ON directory.id = link.directory
        WHERE until_scan IS NULL ORDER BY 1, 2
        """)
      + host.lines(
        """
        SELECT CAST(directory.path AS TEXT), CAST(real.path AS TEXT), pool.name
        FROM directory_state AS state JOIN directory ON directory.id = state.directory
        LEFT JOIN directory AS real ON real.id = state.canonical
        JOIN pool ON pool.id = state.pool WHERE state.until_scan IS NULL ORDER BY 1
        """)
      + host.lines(
        """
        SELECT CAST(directory.path || '/' || alias.name AS TEXT), CAST(link_text AS TEXT)
        FROM alias JOIN directory ON directory.id = alias.directory
        WHERE until_scan IS NULL ORDER BY 1
        """)
      + host.lines(
        """
        SELECT pool, format, images, actual_size, home_images, home_size FROM holding
        WHERE until_scan IS NULL ORDER BY 1, 2
        """)
  }

  @Test(arguments: Seeds.first(2))
  func `who has looked at everything knows what a new database knows`(seed: UInt64) throws {
    var random = try RandomHost(seed: seed)
    for night in 1...6 {
      try random.host.scan(night == 1 ? .init() : random.look())
      #expect(try random.host.defects() == [], "seed \(seed), night \(night)")
      random.happen(5)
    }
    let last = try random.host.scan()
    #expect(last.scan.state == .complete)
    let new = try random.host.anew()
    let first = try new.scan()
    let (mine, theirs) = (try there(random.host), try there(new))
    for (one, other) in zip(mine, theirs) { #expect(one == other, "seed \(seed)") }
    #expect(mine.count == theirs.count, "seed \(seed)")
    #expect(last.pools == first.pools, "seed \(seed)")
  }

  @Test(arguments: Seeds.first(1))
  func `a night on which nothing happened writes nothing but that it was`(seed: UInt64) throws {
    var random = try RandomHost(seed: seed)
    try random.host.scan()
    random.happen(10)
    try random.host.scan(random.look())
    try random.host.scan()
    let before = try random.host.everything()
    let night = try random.host.scan()
    let counts = night.scan.counts
    #expect(
      [counts.added, counts.removed, counts.moved, counts.changed, counts.replaced]
        == [0, 0, 0, 0, 0])
    let new = Set(try random.host.everything()).subtracting(before)
    let tables = Set(new.compactMap { $0.split(separator: "|").first })
    #expect(tables == ["scan", "pool_scan"], "seed \(seed): \(new)")
  }
}
