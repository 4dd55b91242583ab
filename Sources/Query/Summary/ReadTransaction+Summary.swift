public import Database
internal import Foundation
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
    let found = try findingsByKind()
    var standing = InventorySummary(
      scan: scan, lastComplete: complete.map { ScanPoint(scan: $0.number, time: $0.finished) },
      pools: try pools(countingFindings: false), images: try imagesByFormat(), findings: found.open,
      reclaimableSize: try reclaimableSize(), longestChain: try longestChain())
    standing.acknowledged = found.known
    standing.machinesWithErrors = try machinesWithErrors()
    return standing
  }

  /// How many machines stand on an image with an error, or have one themselves.
  private func machinesWithErrors() throws -> Int64 {
    try value(
      """
      WITH RECURSIVE upward (holder) AS (
        SELECT holder FROM finding_at
        -- Where there are no machines nothing is gone through.
        WHERE EXISTS (SELECT 1 FROM domain) AND severity = 'error' AND id NOT IN (
          SELECT finding FROM acknowledgement_at WHERE ends IS NULL OR ends > :now)
        UNION
        -- What a machine writes to a base spoils what stands on it.
        SELECT base.target_image FROM finding_at AS finding
          CROSS JOIN link_at AS base ON base.holder = finding.holder AND base.ordinal = finding.ordinal
        WHERE finding.kind = 'base-in-use' AND base.target_image IS NOT NULL AND finding.id NOT IN (
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

  /// Images by pool and format; one in several pools is in the first of them by name.
  private func imagesByFormat() throws -> [InventorySummary.Images] {
    let isCounted = try isCounted()
    let found = try rows(
      isCounted
        ? """
        SELECT coalesce(pool.name, ''), holding.format, sum(holding.home_images),
          total(holding.home_size)
        FROM holding_at AS holding LEFT JOIN pool_at AS pool ON pool.id = holding.pool
        WHERE holding.home_images > 0 GROUP BY 1, 2 ORDER BY 1, 2
        """
        : """
        WITH home (image, pool) AS (
          SELECT place.image, min(coalesce(pool.name, ''))
          FROM place_at AS place
          LEFT JOIN directory_state_at AS directory_state
            ON directory_state.directory = place.directory
          LEFT JOIN pool_at AS pool ON pool.id = directory_state.pool
          GROUP BY place.image)
        SELECT home.pool, image_state.format, count(*), total(file_state.actual_size)
        FROM home
        JOIN image_state_at AS image_state ON image_state.image = home.image
        JOIN file_state_at AS file_state ON file_state.image = home.image
        WHERE image_state.kind = 'image' GROUP BY 1, 2 ORDER BY 1, 2
        """
    )
    return try Array(
      found.map {
        let bytes: Double = $0[3]
        return InventorySummary.Images(
          pool: $0[0], format: $0[1], count: $0[2], actualSize: Int64(exactly: bytes) ?? .max)
      })
  }

  /// Images in the longest chain.
  private func longestChain() throws -> Int64 {
    let kept: Int64? = try value(
      "SELECT longest_chain FROM scan WHERE id = (SELECT scan FROM asof)")
    guard let kept, try isCounted() else {
      return try value(StatementText.text(PackageResources.ask_longest_chain_sql)) ?? 0
    }
    return try max(kept, imageCount() > 0 ? 1 : 0)
  }

  /// Open findings by pool and kind, but those that somebody knows of, and those.
  private func findingsByKind() throws -> (
    open: [InventorySummary.Findings], known: [InventorySummary.Findings]
  ) {
    let counted = try rows(
      StatementText.text(PackageResources.ask_findings_by_kind_sql), ["now": now])
    var found: (open: [InventorySummary.Findings], known: [InventorySummary.Findings]) = ([], [])
    while let row = try counted.next() {
      guard let rule = Rule[FindingKind(rawValue: row["kind"])] else { continue }
      let names: String = row["pools"]
      let pools = try Set(JSONDecoder().decode([String].self, from: Data(names.utf8))).sorted()
      var findings = InventorySummary.Findings(
        pool: pools.first ?? "", kind: rule.kind, count: row["count"])
      findings.otherPools = Array(pools.dropFirst())
      if row["known"] { found.known.append(findings) } else { found.open.append(findings) }
    }
    return (found.open.sorted(by: Self.isBefore), found.known.sorted(by: Self.isBefore))
  }

  private static func isBefore(
    _ one: InventorySummary.Findings, _ other: InventorySummary.Findings
  ) -> Bool {
    (one.pool, one.kind.rawValue, one.otherPools.joined(separator: "\0"))
      < (other.pool, other.kind.rawValue, other.otherPools.joined(separator: "\0"))
  }
}

extension ReadTransaction {
  /// Whether the scan kept how many images there were; what earlier versions scanned is counted when it is asked.
  func isCounted() throws -> Bool {
    try value("SELECT is_counted FROM scan WHERE id = (SELECT scan FROM asof)") ?? false
  }

  /// The images that stand somewhere.
  func imageCount() throws -> Int64 {
    if try isCounted() { return try value("SELECT sum(home_images) FROM holding_at") ?? 0 }
    return try value(
      """
      SELECT count(*) FROM (
        SELECT DISTINCT place.image FROM place_at AS place
        JOIN image_state_at AS state ON state.image = place.image WHERE state.kind = 'image')
      """) ?? 0
  }
}
