internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Stages what a scan saw of domains: who each of them is, and which number each of its references
/// has. A reference keeps its ordinal while it stays in the same place of the machine, so its findings stay open across
/// scans, as long as it says the same.
struct DomainStage {
  private let database: Database
  private let stage: Stage

  init(_ database: Database, stage: Stage) {
    self.database = database
    self.stage = stage
  }

  func add(_ report: DomainReport) throws {
    let known = try knownDomains()
    let groups = try StandingDomains(database, host: stage.host)
      .naming(DomainKey.groups(report.domains), report)
    var next =
      try Int64.fetchOne(database, sql: "SELECT coalesce(min(id), 0) - 1 FROM domain") ?? -1
    for (key, parts) in groups.sorted(by: { $0.key.sortKey < $1.key.sortKey }) {
      // Checkpoints alone make no machine.
      if parts.allSatisfy({ $0.document == .snapshot && $0.references.isEmpty }) { continue }
      let number = known[key]
      try add(MergedDomain(parts), key, as: number ?? next, isNew: number == nil, report)
      if number == nil { next -= 1 }
    }
    try addGone(report)
  }

  /// The numbers of all machines that any scan of this host saw. They are read once: the table has no index by name.
  private func knownDomains() throws -> [DomainKey: Int64] {
    var numbers: [DomainKey: Int64] = [:]
    let rows = try Row.fetchCursor(
      database, sql: "SELECT id, uuid, name, kind, identity FROM domain WHERE host = ? ORDER BY id",
      arguments: [stage.host])
    while let row = try rows.next() {
      let key = DomainKey(
        uuid: row["uuid"], name: row["name"], kind: row["kind"], identity: row["identity"])
      numbers[key] = numbers[key] ?? row["id"]
    }
    return numbers
  }

  private func add(
    _ domain: MergedDomain, _ key: DomainKey, as number: Int64, isNew: Bool, _ report: DomainReport
  ) throws {
    try database.execute(
      sql: "INSERT INTO temp.seen_domain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        number, key.uuid, key.name, isNew, domain.source.databaseValue, domain.isRunning,
        domain.kind, key.identity, domain.isLive,
      ])
    var known = try KnownReferences(database, holder: number)
    for (reference, ordinal) in zip(domain.references, known.takeOrdinals(of: domain.references)) {
      let goal = LinkDestination(reference.target)
      try insert(
        number, ordinal, role: reference.role.rawValue, stored: reference.stored,
        format: reference.format, detail: try reference.use.json(),
        directory: try goal.path.map { try stage.number(ofDirectory: $0.directory, database) },
        name: goal.path.map { Array($0.name) }, state: goal.state)
      if reference.target.type == .dir, let path = goal.path { try add(wholeDirectory: path) }
    }
    for kept in known.left where !kept.isGone(report) {
      try database.execute(
        sql: """
          INSERT INTO temp.seen_domain_reference
          SELECT holder, ordinal, role, stored, recorded_format, detail, directory, name, state
          FROM reference LEFT JOIN (
            SELECT holder, ordinal, directory, name,
              CASE WHEN directory IS NULL THEN state END AS state
            FROM link WHERE until_scan IS NULL) USING (holder, ordinal)
          WHERE holder = ? AND ordinal = ? AND until_scan IS NULL
          """, arguments: [number, kept.ordinal])
    }
  }

  /// A directory that a machine sees whole is asked for itself: what counts is where it really is.
  private func add(wholeDirectory path: PathBytes) throws {
    try database.cachedStatement(sql: "INSERT OR IGNORE INTO temp.whole_directory VALUES (?)")
      .execute(arguments: [try stage.number(ofDirectory: path, database)])
  }

  private func insert(
    _ domain: Int64, _ ordinal: Int64, role: String, stored: [UInt8], format: String?,
    detail: String, directory: Int64?, name: [UInt8]?, state: LinkState?
  ) throws {
    try database.cachedStatement(
      sql: "INSERT INTO temp.seen_domain_reference VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      domain, ordinal, role, Data(stored), format, detail, directory, name.map { Data($0) },
      state?.rawValue,
    ])
  }

  /// A domain of which no file is left is gone; one whose file could not be seen is not.
  private func addGone(_ report: DomainReport) throws {
    let known = try Row.fetchAll(
      database,
      sql: """
        SELECT domain, source FROM domain_state
        WHERE until_scan IS NULL AND domain NOT IN (SELECT domain FROM temp.seen_domain)
        """)
    for row in known {
      let domain: Int64 = row["domain"]
      let references = try KnownReferences(database, holder: domain)
      guard report.isGone(PathBytes(row["source"] as Data)),
        references.left.allSatisfy({ $0.isGone(report) })
      else { continue }
      try database.execute(
        sql: "INSERT INTO temp.gone_domain VALUES (?)", arguments: [domain])
    }
  }
}

/// The machines that are known now.
private struct StandingDomains {
  private let database: Database
  /// What each is called, by all else that tells it from others.
  private var keys: [DomainKey: [(number: Int64, key: DomainKey)]] = [:]

  init(_ database: Database, host: Int64) throws {
    self.database = database
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT id, uuid, name, domain.kind, identity FROM domain
        JOIN domain_state ON domain_state.domain = domain.id AND domain_state.until_scan IS NULL
        WHERE host = ? AND (uuid IS NOT NULL OR identity IS NOT NULL) ORDER BY id DESC
        """, arguments: [host])
    while let row = try rows.next() {
      let key = DomainKey(
        uuid: row["uuid"], name: row["name"], kind: row["kind"], identity: row["identity"])
      keys[key.nameless, default: []].append((row["id"], key))
    }
  }

  /// The machines of a scan, each under the name that it has where a source knows it better than those that were seen:
  /// one that could not be read says no other name, so the machine was not renamed.
  func naming(
    _ groups: [DomainKey: [SeenDomain]], _ report: DomainReport
  ) throws -> [DomainKey: [SeenDomain]] {
    var named: [DomainKey: [SeenDomain]] = [:]
    for (key, parts) in groups {
      let others = keys[key.nameless] ?? []
      let isKnown = others.contains { $0.key == key }
      let kept =
        try isKnown
        ? nil
        : others.first { other in
          try groups[other.key] == nil && isHeld(other.number, report)
        }
      named[kept?.key ?? key, default: []] += parts
    }
    return named
  }

  /// Whether a file that could not be seen said something of a machine.
  private func isHeld(_ number: Int64, _ report: DomainReport) throws -> Bool {
    let source = try Data.fetchOne(
      database, sql: "SELECT source FROM domain_state WHERE domain = ? AND until_scan IS NULL",
      arguments: [number])
    if let source, !report.isGone(PathBytes(source)) { return true }
    return try KnownReferences(database, holder: number).left.contains { !$0.isGone(report) }
  }
}

extension DomainKey {
  /// All that tells a machine from others but its name.
  fileprivate var nameless: DomainKey {
    DomainKey(uuid: uuid, name: "", kind: kind ?? "", identity: identity)
  }

  /// Names in byte order, then UUIDs.
  fileprivate var sortKey: PathBytes {
    PathBytes("\(name)\u{0}\(uuid ?? "")\u{0}\(kind ?? "")\u{0}\(identity ?? "")".utf8)
  }
}

/// The references of a domain as the last scans know them.
private struct KnownReferences {
  struct Known {
    let ordinal: Int64
    let role: String
    let stored: [UInt8]
    let use: DomainUse

    /// Whether it stands where the other stands in the machine.
    func isAtThePlace(of other: SeenDomain.Reference) -> Bool {
      role == other.role.rawValue && use.part == other.use.part && use.target == other.use.target
        && use.level == other.use.level
    }

    /// Whether every file that said so is proved to say it no more.
    func isGone(_ report: DomainReport) -> Bool {
      use.sources.allSatisfy { report.isGone(PathBytes(escaped: $0) ?? PathBytes($0.utf8)) }
    }
  }

  /// Those to which nothing of this scan corresponds yet.
  private(set) var left: [Known]
  private var next: Int64

  init(_ database: Database, holder: Int64) throws {
    left = try Row.fetchAll(
      database,
      sql: """
        SELECT ordinal, role, stored, detail FROM reference
        WHERE holder = ? AND until_scan IS NULL ORDER BY ordinal
        """, arguments: [holder]
    ).map { row in
      Known(
        ordinal: row["ordinal"], role: row["role"], stored: Array(row["stored"] as Data),
        use: try DomainUse(json: row["detail"]))
    }
    next =
      (try Int64.fetchOne(
        database, sql: "SELECT max(ordinal) + 1 FROM reference WHERE holder = ?",
        arguments: [holder])) ?? 0
  }

  /// The numbers that the references had: of those that say the same, else of those at the same
  /// place; new ones get the next numbers.
  mutating func takeOrdinals(of references: [SeenDomain.Reference]) -> [Int64] {
    let same = references.map { reference in
      takeOrdinal { $0.isAtThePlace(of: reference) && $0.stored == reference.stored }
    }
    return zip(references, same).map { reference, known in
      if let ordinal = known ?? takeOrdinal(where: { $0.isAtThePlace(of: reference) }) {
        return ordinal
      }
      defer { next += 1 }
      return next
    }
  }

  private mutating func takeOrdinal(where isWanted: (Known) -> Bool) -> Int64? {
    left.firstIndex(where: isWanted).map { left.remove(at: $0).ordinal }
  }
}
