internal import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Counts what a scan found, writes it beside the scan, and makes the scan's answer.
struct ScanTally {
  private let database: Database
  private let scan: Int64
  private let pools: [PathBytes: Int64]
  private let outcome: ScanOutcome
  private let first: FirstScan?

  init(
    _ database: Database, scan: Int64, pools: [PathBytes: Int64], outcome: ScanOutcome,
    first: FirstScan?
  ) {
    self.database = database
    self.scan = scan
    self.pools = pools
    self.outcome = outcome
    self.first = first
  }

  func write(
    comparing compare: NightJudge.Comparing, finished: Moment
  ) throws -> ScanResult {
    try writeProblems()
    if first == nil { try database.run(PackageResources.tally_images_sql, ["scan": scan]) }
    let poolOutcomes = try writePools()
    try Holdings(database, scan: scan).write(first: first)
    let counts = try countChanges(
      images: poolOutcomes.reduce(0) { $0 + $1.images }, compare)
    let findings = try countFindings()
    try database.execute(
      sql: """
        UPDATE scan SET finished = ?, images = ?, added = ?, removed = ?, moved = ?, changed = ?, replaced = ?,
          unchanged = ?, unreadable = ?, findings_open = ?, findings_opened = ?,
          findings_closed = ?
        WHERE id = ?
        """,
      arguments: [
        finished.milliseconds, counts.images, counts.added, counts.removed, counts.moved,
        counts.changed, counts.replaced, counts.unchanged, counts.unreadable, findings.open,
        findings.opened, findings.closed, scan,
      ])
    var answer = ScanResult(
      scan: ScanSummary(
        number: scan, state: outcome.state, started: outcome.started, finished: finished,
        counts: counts),
      pools: poolOutcomes, openFindings: findings.open, openedFindings: findings.opened,
      closedFindings: findings.closed,
      problems: Self.each(outcome.problems.map(\.problem) + (outcome.domains?.problems ?? [])))
    answer.machines = outcome.domains?.sources.sorted { $0.source < $1.source }
    if outcome.domains != nil { answer.uncovered = try uncoveredDirectories() }
    if first == nil { answer.redirected = try redirectedDirectories() }
    return answer
  }

  /// Every problem once, by path: a file may be looked at for more than one reason.
  private static func each(_ problems: [ScanProblem]) -> [ScanProblem] {
    Set(problems).sorted { ($0.filename, $0.message) < ($1.filename, $1.message) }
  }

  /// Where machines have disks into whose directories no scan looks: nobody notices what happens there.
  private func uncoveredDirectories() throws -> [UncoveredDirectory] {
    var found: [UncoveredDirectory] = []
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT DISTINCT directory.path, domain.name
        FROM temp.domain_link
        JOIN directory ON directory.id = domain_link.directory
        JOIN domain ON domain.id = domain_link.domain
        WHERE domain_link.state = 'outside-pools' AND domain_link.role IN ('disk', 'backing', 'data-file')
          AND domain_link.is_current AND domain_link.part NOT IN ('elsewhere', 'kept')
          AND substr(directory.path, 1, 5) NOT IN (CAST('/dev' AS BLOB), CAST('/dev/' AS BLOB))
        ORDER BY directory.path, domain.name
        """)
    while let row = try rows.next() {
      let path = PathBytes(row[0] as Data)
      if found.last?.path != path { found.append(UncoveredDirectory(path: path, domains: [])) }
      found[found.count - 1].domains.append(row[1])
    }
    return found
  }

  /// What was a directory and is a symbolic link now: no scan follows it.
  private func redirectedDirectories() throws -> [RedirectedDirectory] {
    try Row.fetchAll(
      database, sql: StatementText.text(PackageResources.redirected_directories_sql),
      arguments: ["scan": scan]
    ).map {
      RedirectedDirectory(
        path: PathBytes($0[0] as Data), link: PathBytes($0[1] as Data), images: $0[2])
    }
  }

  private func writePools() throws -> [PoolOutcome] {
    try outcome.pools.map { pool in
      let number = pools[pool.path] ?? 0
      let images = try imageCount(ofPool: number)
      try database.execute(
        sql: """
          INSERT INTO pool_scan (scan, pool, state, reason, images, scope)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          scan, number, pool.state.rawValue, pool.reason, images,
          pool.isWalked ? "tree" : "images",
        ])
      let name = try String.fetchOne(
        database, sql: "SELECT name FROM pool WHERE id = ?", arguments: [number])
      return PoolOutcome(
        name: name ?? pool.path.displayText, path: pool.path, state: pool.state, images: images,
        reason: pool.reason)
    }
  }

  /// The count of the pool's last scan and what came and went since, or a whole count where
  /// directories changed pools.
  private func imageCount(ofPool pool: Int64) throws -> Int64 {
    if let first {
      return first.isExact ? first.imagesByPool[pool] ?? 0 : try wholeCount(ofPool: pool)
    }
    let before = try Int64.fetchOne(
      database, sql: "SELECT images FROM pool_scan WHERE pool = ? ORDER BY scan DESC LIMIT 1",
      arguments: [pool])
    let isMoved = try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM directory_state AS old JOIN directory_state AS new USING (directory)
          WHERE old.until_scan = :scan AND new.from_scan = :scan
            AND old.pool IS NOT new.pool AND :pool IN (old.pool, new.pool))
        """, arguments: ["scan": scan, "pool": pool])
    // In a pool that was never scanned everything is new.
    if isMoved == false {
      let change = try Int64.fetchOne(
        database, sql: "SELECT sum(change) FROM temp.pool_change WHERE pool = ?",
        arguments: [pool])
      return (before ?? 0) + (change ?? 0)
    }
    return try wholeCount(ofPool: pool)
  }

  private func wholeCount(ofPool pool: Int64) throws -> Int64 {
    try Int64.fetchOne(
      database, sql: StatementText.text(PackageResources.count_pool_images_sql),
      arguments: ["pool": pool]) ?? 0
  }

  /// Everything in a first scan was added.
  private func counts(of first: FirstScan, images: Int64) throws -> ScanCounts {
    var counts = ScanCounts()
    counts.images = images
    counts.added =
      try first.isExact
      ? first.imageCount
      : Int64.fetchOne(database, sql: "SELECT count(*) FROM image_state WHERE kind = 'image'") ?? 0
    counts.unreadable = first.unreadableCount
    counts.unchanged = max(0, images - counts.added)
    return counts
  }

  private func countChanges(
    images: Int64, _ compare: NightJudge.Comparing
  ) throws -> ScanCounts {
    if let first { return try counts(of: first, images: images) }
    try database.run(PackageResources.scan_counts_sql, ["scan": scan])
    var counts = ScanCounts()
    counts.images = images
    counts.unreadable =
      try Int64.fetchOne(database, sql: "SELECT count(*) FROM temp.seen WHERE NOT is_readable") ?? 0
    let comparison = try compare(ReconciledScan(database, scan: scan))
    if comparison?.isAnyPoolRenamed == true {
      try database.execute(sql: "DELETE FROM temp.counted WHERE change <> 'changed'")
    }
    let certain = try Row.fetchAll(
      database, sql: "SELECT change, count(*) FROM temp.counted GROUP BY change")
    for row in certain {
      guard let kind = ChangeKind(rawValue: row[0]) else { continue }
      counts.add(kind, row[1])
    }
    let others = try Int64.fetchAll(
      database,
      sql: "SELECT image FROM temp.named WHERE image NOT IN (SELECT image FROM temp.counted)")
    for change in try comparison?.of(others) ?? [] { counts.add(change, 1) }
    counts.unchanged = max(
      0, images - counts.added - counts.moved - counts.changed - counts.replaced)
    return counts
  }

  private func countFindings() throws -> (open: Int64, opened: Int64, closed: Int64) {
    func count(_ condition: String) throws -> Int64 {
      try Int64.fetchOne(
        database, sql: "SELECT count(*) FROM finding WHERE \(condition)",
        arguments: StatementArguments(condition.contains(":scan") ? ["scan": scan] : [:])) ?? 0
    }
    let open = try count("until_scan IS NULL")
    let before =
      try Int64.fetchOne(
        database, sql: "SELECT findings_open FROM scan WHERE id < ? ORDER BY id DESC LIMIT 1",
        arguments: [scan]) ?? 0
    let opened = try count("until_scan IS NULL AND from_scan = :scan")
    return (open, opened, before + opened - open)
  }

  /// Problems are intervals too: one that lasts a year is one row.
  private func writeProblems() throws {
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.met;
        CREATE TEMP TABLE met (pool INTEGER, path BLOB, message TEXT);
        """)
    for (pool, problem) in outcome.problems {
      try database.execute(
        sql: "INSERT INTO temp.met VALUES (?, ?, ?)",
        arguments: [pools[pool], problem.filename.databaseValue, problem.message])
    }
    for pool in outcome.pools { try writeProblems(ofPool: pools[pool.path] ?? 0) }
    guard let domains = outcome.domains else { return }
    for problem in domains.problems {
      try database.execute(
        sql: "INSERT INTO temp.met VALUES (NULL, ?, ?)",
        arguments: [problem.filename.databaseValue, problem.message])
    }
    try writeProblems(ofPool: nil)
  }

  /// Problems of a pool; those with libvirt's files belong to none.
  private func writeProblems(ofPool pool: Int64?) throws {
    try database.execute(
      sql: StatementText.text(PackageResources.reconcile_problems_sql),
      arguments: ["scan": scan, "pool": pool])
  }
}

extension ScanCounts {
  /// Counts so many changes of a kind.
  fileprivate mutating func add(_ kind: ChangeKind, _ count: Int64) {
    switch kind {
    case .added: added += count
    case .removed: removed += count
    case .moved: moved += count
    case .changed: changed += count
    case .replaced: replaced += count
    }
  }
}
