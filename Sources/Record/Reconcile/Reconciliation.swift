internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// One scan's way into the database: who is who, what changed, what it means.
///
/// The order of the steps is the order of the data: names, directories, images, places, states,
/// links, findings, counts. Each step is a file of SQL; what only the host can say comes through
/// the oracle.
struct Reconciliation {
  let database: Database
  let host: Int64
  let naming: PoolNaming
  let stage: Stage
  /// What the scan found out, and what comes to light here.
  private(set) var outcome: ScanOutcome
  let oracle: PathOracle

  init(
    _ database: Database, host: Int64, naming: PoolNaming, stage: Stage,
    outcome: ScanOutcome, oracle: PathOracle
  ) {
    self.database = database
    self.host = host
    self.naming = naming
    self.stage = stage
    self.outcome = outcome
    self.oracle = oracle
  }

  /// Everything that needs no lock on the database: asks the host where directories lead, and says which
  /// image each file is.
  mutating func prepare() throws {
    try stage.sink.flush(database)
    try notePools()
    try letGoOfPools()
    let problems = try DirectoryLandings(database, stage: stage, oracle: oracle).stageAll()
    outcome.add(problems)
    for path in outcome.goneDirectories {
      let number = try stage.number(ofDirectory: path, database)
      try database.execute(
        sql: "INSERT OR IGNORE INTO temp.gone_directory VALUES (?)", arguments: [number])
    }
    try database.run(PackageResources.identify_images_sql)
  }

  /// Writes what changed, and where every link leads.
  /// - Returns: the scan's number.
  mutating func reconcile(
    entering: (ScanPhase) -> Void, rereading: ([BaseToRead]) -> BaseContents
  ) throws -> Int64 {
    let scan = try beginScan()
    try run(PackageResources.apply_words_sql, scan)
    try naming.write(database, scan: scan, host: host)
    try stage.writeNames(database)
    try stage.writeRoots(database)
    try stage.writeRooms(database, scan: scan)
    try run(PackageResources.reconcile_directories_sql, scan)
    try database.run(listingColumns: PackageResources.reconcile_images_sql, scan: scan)
    try run(PackageResources.reconcile_places_sql, scan)
    try database.run(listingColumns: PackageResources.reconcile_states_sql, scan: scan)
    try database.run(PackageResources.reconcile_domains_sql, ["scan": scan, "host": host])
    if let domains = outcome.domains {
      try MachineSourceTable(database).write(domains.read)
      // What somebody let go of has ended with this scan; who reads it again knows it again.
      try database.execute(sql: "DELETE FROM forgotten_source")
    }
    entering(.judge)
    let before = outcome.state
    let unasked = try judgeLinks(scan)
    try outcome.add(unasked, database)
    try run(PackageResources.accept_headers_sql, scan)
    outcome.add(try Foundations(database, scan: scan).takeContents(reading: rereading))
    if outcome.state != before || outcome.domains?.isWhole == false { try restate(scan) }
    return scan
  }

  /// What was reconciled, for whoever judges it.
  private func night(_ scan: Int64) -> ReconciledScan {
    var night = ReconciledScan(database, scan: scan)
    night.maxDepth = outcome.maxDepth
    night.grace = outcome.grace
    night.graceAge = outcome.graceAge
    let judged = outcome.pools.filter(\.isJudgedWhole)
    night.pools = judged.compactMap { naming.numbers[$0.path] }
    night.wholePools = judged.filter { $0.state == .complete }
      .compactMap { naming.numbers[$0.path] }
    night.isCovered = isCovered
    night.queries = outcome.queries
    night.areDomainsAsked = outcome.domains != nil
    night.noted = stage.sink.noted
    return night
  }

  /// Lets it be judged what that means.
  /// - Returns: what could not be judged, in sentences.
  func judge(_ scan: Int64, by judge: NightJudge) throws -> [String] {
    try writeSharedPools(scan)
    let words = WordRuling(database, scan: scan, started: outcome.started)
    try words.keep(by: outcome.kept)
    let warnings = try judge.judge(night(scan))
    try words.acknowledge(by: outcome.acknowledged)
    return warnings
  }

  /// Counts what was reconciled and judged; the scan ends at the time that `ending` gives, or when `outcome` says.
  func count(
    _ scan: Int64, measuring: (([FileToMeasure]) -> [Int64: OwnBlocks])?,
    comparing: NightJudge.Comparing, ending: (() -> Moment)?
  ) throws -> ScanResult {
    if let measuring { try OwnBlocksJudgement(database, scan: scan).run(measuring: measuring) }
    try run(PackageResources.record_changes_sql, scan)
    try recordImages(scan)
    return try ScanTally(
      database, scan: scan, pools: naming.numbers, outcome: outcome, sink: stage.sink
    ).write(
      comparing: comparing, finished: max(outcome.started, ending?() ?? outcome.finished))
  }

  /// Finds the single images that the scan was asked for: what they lead to was not looked at.
  private func noteLoneImages() throws {
    try database.execute(sql: "DELETE FROM temp.lone_image")
    let insert = try database.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO temp.lone_image (image)
        SELECT place.image FROM directory JOIN place ON place.directory = directory.id
        WHERE directory.host = ? AND directory.path = ? AND place.name = ?
          AND place.until_scan IS NULL
        """)
    for path in outcome.singleImages {
      try insert.execute(arguments: [host, path.directory.databaseValue, Data(path.name)])
    }
  }

  /// Remembers which single images the scan was asked for, and so looked at.
  private func recordImages(_ scan: Int64) throws {
    guard !outcome.singleImages.isEmpty else { return }
    try noteLoneImages()
    try database.execute(
      sql: "INSERT OR IGNORE INTO scan_image (scan, image) SELECT ?, image FROM temp.lone_image",
      arguments: [scan])
  }

  private func beginScan() throws -> Int64 {
    try database.execute(
      sql: """
        INSERT INTO scan (
          host, state, started, finished, max_depth, grace, grace_age, images, added, removed, moved, changed,
          replaced, unchanged, unreadable, findings_open, findings_opened, findings_closed,
          has_domains, token)
        VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?, randomblob(16))
        """,
      arguments: [
        host, outcome.state.rawValue, outcome.started.milliseconds, outcome.finished.milliseconds,
        outcome.maxDepth, outcome.grace, outcome.graceAge, try hasDomains(),
      ])
    return database.lastInsertedRowID
  }

  /// Says what the scan is now that links could not be followed.
  private func restate(_ scan: Int64) throws {
    try database.execute(
      sql: "UPDATE scan SET state = ?, has_domains = ? WHERE id = ?",
      arguments: [outcome.state.rawValue, try hasDomains(), scan])
  }

  /// Whether domains were given, every source of them was seen, and none is known from a source
  /// that was not among them. A process only adds to what sources say: who knew one is no such source.
  private func hasDomains() throws -> Bool {
    guard outcome.domains?.isWhole == true else { return false }
    let isAnyKept = try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM domain_state WHERE until_scan IS NULL
            AND domain NOT IN (SELECT domain FROM temp.seen_domain)
            AND domain NOT IN (SELECT domain FROM temp.gone_domain)
            AND NOT (kind <> 'libvirt' AND is_running AND NOT EXISTS (
              SELECT 1 FROM reference WHERE holder = domain AND until_scan IS NULL
                AND json_extract(detail, '$.documents') <> '["process"]')))
        """)
    return isAnyKept == false
  }

  private func run(_ script: [UInt8], _ scan: Int64) throws {
    try database.run(script, ["scan": scan])
  }

  /// - Returns: links of which the host could not say where they lead.
  private func judgeLinks(_ scan: Int64) throws -> [LinkResolution.Unasked] {
    try noteLoneImages()
    try stage.sink.collectLinks(database, scan: scan)
    try database.run(PackageResources.collect_domain_links_sql)
    let links = LinkResolution(database, stage: stage, oracle: oracle, pools: walkedPools)
    try links.land()
    try stage.sink.writeLanded(database)
    let unasked = try links.resolve()
    try run(PackageResources.reconcile_links_sql, scan)
    try stage.sink.wroteLinks(database, scan: scan)
    return unasked
  }

  /// The pools that the scan was asked for; whether it walked them.
  private var walkedPools: [Int64: Bool] {
    var walked: [Int64: Bool] = [:]
    for pool in outcome.pools where pool.isVisited {
      guard let number = naming.numbers[pool.path] else { continue }
      walked[number] = pool.isWalked && pool.state != .unavailable
    }
    return walked
  }

  /// Notes which pools are known and were not asked for: where links lead into them, only their targets say whether
  /// they are there.
  private func notePools() throws {
    try database.execute(sql: "DELETE FROM temp.unasked_pool; DELETE FROM temp.walked_pool")
    let asked = walkedPools
    for (pool, isWalked) in asked where isWalked {
      try database.execute(sql: "INSERT INTO temp.walked_pool VALUES (?)", arguments: [pool])
    }
    for pool in try Int64.fetchAll(
      database,
      sql: """
        SELECT id FROM pool WHERE host = ? AND not_visited IS NULL AND until_scan IS NULL
        """, arguments: [host]
    )
    where asked[pool] == nil {
      try database.execute(sql: "INSERT INTO temp.unasked_pool VALUES (?)", arguments: [pool])
    }
  }

  /// Notes what stands in pools that somebody let go of: it is gone, as far as anybody looks.
  private func letGoOfPools() throws {
    let asked = "[" + naming.numbers.values.map(String.init).joined(separator: ",") + "]"
    try database.execute(
      sql: StatementText.text(PackageResources.let_go_of_pools_sql), arguments: ["asked": asked])
  }

  /// Whether every pool that is known was seen whole.
  private var isCovered: Bool {
    outcome.state == .complete && outcome.pools.count == naming.numbers.count
      && outcome.pools.allSatisfy { $0.isWalked || !$0.isVisited }
  }

  /// Pools that other hosts may use, and of which nobody says who does. One that this scan did not walk is
  /// what it was.
  private func writeSharedPools(_ scan: Int64) throws {
    var judged: Set<Int64> = []
    for pool in outcome.pools {
      guard let number = naming.numbers[pool.path] else { continue }
      if pool.isJudgedWhole || pool.unspoken != nil { judged.insert(number) }
      guard let place = pool.unspoken else { continue }
      try database.execute(
        sql: "INSERT INTO shared_pool (scan, pool, directory, type) VALUES (?, ?, ?, ?)",
        arguments: [scan, number, place.directory.databaseValue, place.type])
    }
    let before = try Int64.fetchAll(
      database,
      sql: """
        SELECT pool FROM shared_pool
        WHERE scan = (SELECT max(id) FROM scan WHERE id < ? AND NOT is_forgotten)
          AND pool NOT IN (SELECT pool FROM temp.forgotten_pool)
        """, arguments: [scan])
    for pool in before where !judged.contains(pool) {
      try database.execute(
        sql: """
          INSERT INTO shared_pool (scan, pool, directory, type)
          SELECT ?, pool, directory, type FROM shared_pool
          WHERE pool = ? ORDER BY scan DESC LIMIT 1
          """, arguments: [scan, pool])
    }
  }
}
