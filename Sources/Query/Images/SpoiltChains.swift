internal import Database
internal import GRDB

/// Which images stand on a base that holds something else than was made on it.
///
/// The first few are asked one by one, down their own chains. Then all are looked for at once, up from what changed,
/// because the images of a list share what they stand on: a chain of a thousand is not walked a thousand times.
struct SpoiltChains {
  /// Images of one scan that are asked one by one.
  private static let fewest = 16

  private var scan: Int64?
  private var asked = 0
  private var all: Set<Int64>?

  /// Whether an image does, as of the transaction's scan.
  mutating func contains(_ image: Int64, _ transaction: ReadTransaction) throws -> Bool {
    if scan != transaction.at { self = SpoiltChains(scan: transaction.at) }
    if let all { return all.contains(image) }
    asked += 1
    if asked == 1, try !transaction.knowsVictims() {
      all = []
      return false
    }
    guard asked > Self.fewest else { return try transaction.isSpoilt(image) }
    let all = try transaction.spoiltImages()
    self.all = all
    return all.contains(image)
  }
}

extension SpoiltChains {
  private init(scan: Int64) { self.scan = scan }
}

extension ReadTransaction {
  /// What stands right on a base that changed, where nobody settled it.
  private static let victims = """
    victim_at AS victim JOIN finding_at AS told
      ON told.holder = victim.base AND told.kind = 'base-modified'
    """

  fileprivate func knowsVictims() throws -> Bool {
    try value("SELECT EXISTS (SELECT 1 FROM \(Self.victims))") ?? false
  }

  fileprivate func isSpoilt(_ image: Int64) throws -> Bool {
    try value(
      """
      WITH RECURSIVE down (image) AS (
        SELECT :image
        UNION
        SELECT link.target_image FROM down JOIN link_at AS link ON link.holder = down.image
        WHERE link.is_backing AND link.target_image IS NOT NULL)
      SELECT EXISTS (SELECT 1 FROM down JOIN \(Self.victims) WHERE victim.holder = down.image)
      """, ["image": image]) ?? false
  }

  fileprivate func spoiltImages() throws -> Set<Int64> {
    let found = try rows(
      """
      WITH RECURSIVE up (image) AS (
        SELECT victim.holder FROM \(Self.victims)
        UNION
        SELECT link.holder FROM up JOIN link_at AS link ON link.target_image = up.image
        WHERE link.is_backing AND link.holder > 0)
      SELECT image FROM up
      """)
    var images: Set<Int64> = []
    while let row = try found.next() { images.insert(row[0]) }
    return images
  }
}
