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
  private let sink: any ScanSink

  init(
    _ database: Database, scan: Int64, pools: [PathBytes: Int64], outcome: ScanOutcome,
    sink: any ScanSink
  ) {
    self.database = database
    self.scan = scan
    self.pools = pools
    self.outcome = outcome
    self.sink = sink
  }

  func write(
    comparing compare: NightJudge.Comparing, finished: Moment
  ) throws -> ScanResult {
    try writeProblems()
    try sink.tally(database, scan: scan)
    let poolOutcomes = try writePools()
    try Holdings(database, scan: scan).write(by: sink)
    let counts = try sink.changes(
      images: imageCount(of: poolOutcomes), database, scan: scan, comparing: compare)
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
    answer.redirected = try redirectedDirectories()
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
        -- A link in a pool may lead out of it.
        LEFT JOIN alias ON alias.directory = domain_link.directory
          AND alias.name = domain_link.name AND alias.until_scan IS NULL
        JOIN directory ON directory.id = coalesce(alias.target_directory, domain_link.directory)
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

  /// Images of the scan's pools, each once: one with names in several of them is an image of each. Only where there is
  /// such an image, and another pool that this scan was not asked for, they are counted one by one.
  private func imageCount(of outcomes: [PoolOutcome]) throws -> Int64 {
    let sum = outcomes.reduce(0) { $0 + $1.images }
    let asked = Set(outcomes.compactMap { pools[$0.path] })
    guard asked.count > 1 else { return sum }
    let kept = try Row.fetchAll(
      database,
      sql: """
        SELECT pool, sum(images), sum(home_images) FROM holding
        WHERE until_scan IS NULL AND (SELECT is_counted FROM scan WHERE id = ?) GROUP BY pool
        """, arguments: [scan])
    let (names, images) = kept.reduce(into: (Int64(0), Int64(0))) {
      $0.0 += $1[1]
      $0.1 += $1[2]
    }
    if !kept.isEmpty, names == images { return sum }
    if !kept.isEmpty, asked.isSuperset(of: kept.map { $0[0] }) { return images }
    return try Int64.fetchOne(
      database, sql: StatementText.text(PackageResources.count_images_of_pools_sql),
      arguments: ["pools": "[\(asked.sorted().map(String.init).joined(separator: ","))]"]) ?? 0
  }

  private func imageCount(ofPool pool: Int64) throws -> Int64 {
    if let count = try sink.imageCount(ofPool: pool, database, scan: scan) { return count }
    return try Int64.fetchOne(
      database, sql: StatementText.text(PackageResources.count_pool_images_sql),
      arguments: ["pool": pool]) ?? 0
  }

  private func countFindings() throws -> (open: Int64, opened: Int64, closed: Int64) {
    func count(_ condition: String) throws -> Int64 {
      try Int64.fetchOne(
        database, sql: "SELECT count(*) FROM finding WHERE \(condition)",
        arguments: ["scan": scan]) ?? 0
    }
    // Opened and closed is what did, in doubt or not.
    return (
      open: try count(
        "until_scan IS NULL AND kind NOT IN (SELECT kind FROM untold WHERE scan = :scan)"),
      opened: try count("until_scan IS NULL AND from_scan = :scan"),
      // What a person closed after the previous scan was told then.
      closed: try count(
        "until_scan = :scan AND from_scan < :scan AND id NOT IN (SELECT finding FROM lifted)")
    )
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
    // A source that was not asked for does not make the scan partial. Answers name it as not seen, like the others.
    let unasked = domains.unasked.map { place in
      ScanProblem(
        filename: place.path, message: "was not asked for; what it said last still counts")
    }
    for problem in domains.problems + unasked {
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
