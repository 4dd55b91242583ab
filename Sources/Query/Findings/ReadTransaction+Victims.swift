internal import Database
internal import GRDB
internal import Model

extension ReadTransaction {
  /// Findings by which one image is spoilt: those of the bases in its chain that hold something else than was
  /// made on them.
  func findings(spoiling id: Int64) throws -> [Finding] {
    try findings(
      """
      finding.is_open AND finding.kind = 'base-modified' AND finding.holder IN (
        WITH RECURSIVE down (image) AS (
          SELECT :image
          UNION
          SELECT link.target_image FROM down JOIN link_at AS link ON link.holder = down.image
          WHERE link.is_backing AND link.target_image IS NOT NULL)
        SELECT victim.base FROM victim_at AS victim JOIN down ON down.image = victim.holder)
      """, ["image": id])
  }

  /// Who is spoilt by what a base holds now: those that were made on something else, and whatever stands on
  /// them; in byte order.
  func victims(of base: Int64) throws -> [PathBytes] {
    try Array(
      rows(
        """
        WITH RECURSIVE up (image) AS (
          SELECT holder FROM victim_at WHERE base = :base
          UNION
          SELECT link.holder FROM up JOIN link_at AS link ON link.target_image = up.image
          WHERE link.is_backing AND link.holder > 0)
        SELECT image FROM up
        """, ["base": base]
      ).map { $0[0] as Int64 }
    ).compactMap { try primaryPlace(of: $0) }.sorted()
  }
}
