public import Database
internal import GRDB
internal import Model
internal import Rules

extension InventoryView {
  /// How the inventory stands, in numbers.
  public func standing() throws(StoreFault) -> InventorySummary {
    try reading { try $0.standing() }
  }
}

extension ReadTransaction {
  /// How the inventory stands, in numbers.
  func standing() throws -> InventorySummary {
    let scans = try scans()
    guard let scan = scans.last else { throw StoreFault.unknownScan("latest") }
    let complete = scans.last { $0.state == .complete }
    let orphans = try orphans(includingUnknown: false)
    let longest = try Array(
      rows(StatementText.text(PackageResources.ask_longest_chain_sql))
        .map { $0[0] as Int64 })
    var standing = InventorySummary(
      scan: scan, lastComplete: complete.map { ScanPoint(scan: $0.number, time: $0.finished) },
      pools: try pools(), images: try imagesByFormat(),
      findings: try findingsByKind(areKnown: false),
      reclaimableSize: orphans.reduce(0) { sum, orphan in
        let (total, overflow) = sum.addingReportingOverflow(orphan.reclaimableSize)
        return overflow ? .max : total
      },
      longestChain: longest.first ?? 0)
    standing.acknowledged = try findingsByKind(areKnown: true)
    standing.machinesWithErrors = try machinesWithErrors()
    return standing
  }

  /// How many machines stand on an image with an error, or have one themselves.
  private func machinesWithErrors() throws -> Int64 {
    try value(
      """
      WITH RECURSIVE upward (holder) AS (
        SELECT holder FROM finding_at
        WHERE severity = 'error' AND id NOT IN (
          SELECT finding FROM acknowledgement_at WHERE ends IS NULL OR ends > :now)
        UNION
        SELECT link.holder FROM upward CROSS JOIN link_at AS link ON link.target_image = upward.holder
        WHERE link.holder > 0 OR EXISTS (
          SELECT 1 FROM reference_at AS reference, json_each(reference.detail, '$.documents')
          WHERE reference.holder = link.holder AND reference.ordinal = link.ordinal
            AND value IN ('definition', 'live')))
      SELECT count(*) FROM upward WHERE holder < 0
      """, ["now": now]) ?? 0
  }

  /// The pool of each image that stands somewhere: of the first of its places.
  private static let poolOfImage = """
    WITH home (image, pool) AS (
      SELECT place.image, min(coalesce(pool.name, ''))
      FROM place_at AS place
      LEFT JOIN directory_state_at AS directory_state ON directory_state.directory = place.directory
      LEFT JOIN pool_at AS pool ON pool.id = directory_state.pool
      GROUP BY place.image)
    """

  private func imagesByFormat() throws -> [InventorySummary.Images] {
    try Array(
      rows(
        """
        \(Self.poolOfImage)
        SELECT home.pool, image_state.format, count(*), total(file_state.actual_size)
        FROM home
        JOIN image_state_at AS image_state ON image_state.image = home.image
        JOIN file_state_at AS file_state ON file_state.image = home.image
        WHERE image_state.kind = 'image' GROUP BY 1, 2 ORDER BY 1, 2
        """
      ).map {
        let bytes: Double = $0[3]
        return InventorySummary.Images(
          pool: $0[0], format: $0[1], count: $0[2], actualSize: Int64(exactly: bytes) ?? .max)
      })
  }

  /// Open findings that somebody knows of, or those that nobody does.
  private func findingsByKind(areKnown: Bool) throws -> [InventorySummary.Findings] {
    let counted = try Array(
      rows(
        """
        \(Self.poolOfImage)
        SELECT coalesce(home.pool, ''), finding.kind, count(*)
        FROM finding_at AS finding LEFT JOIN home ON home.image = finding.holder
        WHERE (finding.id IN (
          SELECT finding FROM acknowledgement_at WHERE ends IS NULL OR ends > :now)) = :known
          -- Of a scan that did not see everything an orphan is unknown.
          AND (finding.kind <> 'orphan' OR (
            SELECT sees_orphans FROM scan WHERE id = (SELECT scan FROM asof)))
        GROUP BY 1, 2 ORDER BY 1, 2
        """, ["now": now, "known": areKnown]
      ).map { ($0[0] as String, $0[1] as String, $0[2] as Int64) })
    return counted.compactMap { pool, kind, count in
      Rule[FindingKind(rawValue: kind)].map {
        InventorySummary.Findings(pool: pool, kind: $0.kind, count: count)
      }
    }
  }
}
