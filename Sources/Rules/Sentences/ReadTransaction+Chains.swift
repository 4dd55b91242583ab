package import Database
internal import GRDB
package import Model

extension ReadTransaction {
  /// An image and everything under it, top first; each image once.
  package func chain(of top: Int64) throws -> [Int64] {
    let way = try WayDown(self)
    var chain: [Int64] = []
    var seen: Set<Int64> = []
    var current: Int64? = top
    while let image = current, seen.insert(image).inserted {
      chain.append(image)
      current = try way.base(of: image, at: at)
    }
    return chain
  }

  /// Where an image stands, or stood last.
  package func lastPlace(of image: Int64) throws -> PathBytes? {
    if let place = try primaryPlace(of: image) { return place }
    return try rows(
      """
      SELECT directory.path, place.name FROM place
      JOIN directory ON directory.id = place.directory
      WHERE place.image = :image AND place.until_scan <= (SELECT scan FROM asof)
      ORDER BY place.until_scan DESC, directory.path, place.name LIMIT 1
      """, ["image": image]
    ).map { PathBytes(directory: $0[0], name: $0[1]) }.next()
  }
}

/// The way down chains, one look for each image: of several links that lead to an image the first counts.
package struct WayDown {
  /// The SQL for the image under the one that is bound first; `links` is a table of links, or a view.
  static func step(over links: String) -> String {
    """
    SELECT target_image FROM \(links)
    WHERE holder = ?1 AND is_backing AND target_image IS NOT NULL
    ORDER BY ordinal LIMIT 1
    """
  }

  private let transaction: ReadTransaction
  private let below: RawStatement

  package init(_ transaction: ReadTransaction) throws {
    self.transaction = transaction
    try transaction.take()
    below = try RawStatement(transaction.database, sql: Self.step(over: "link_at"))
  }

  /// The image under another as of a scan.
  package func base(of image: Int64, at scan: Int64) throws -> Int64? {
    try transaction.asked(at: scan).take()
    below.bind(image, at: 1)
    defer { below.reset() }
    return try below.next(transaction.database) ? below.integer(at: 0) : nil
  }
}
