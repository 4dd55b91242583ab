internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

/// The inventory's events, night by night, the newest first; no night is looked at before it is asked for.
struct EventLog {
  private let transaction: ReadTransaction
  private let filter: EventFilter
  private let sources: Set<EventSource>
  /// The machine that is asked about, and what it uses or used.
  private let machine: MachineSurroundings?
  private var machines: MachineEvents?
  private var missed: [Int64: [Moment]] = [:]
  private var details: DetailCache

  init(_ transaction: ReadTransaction, _ filter: EventFilter) throws {
    self.transaction = transaction
    self.filter = filter
    try transaction.checkPool(filter.pool)
    machine = try filter.machine.map { try MachineSurroundings($0, transaction) }
    sources = filter.sources
    details = DetailCache(transaction.database)
    if sources.contains(.machines), filter.pool == nil, filter.directory == nil {
      machines = try MachineEvents(transaction, of: machine?.domains)
    }
    if sources.contains(.scans), isOfEverything {
      for night in try transaction.timetable().missed {
        missed[night.next, default: []].append(night.due)
      }
    }
  }

  private var isOfEverything: Bool {
    filter.pool == nil && filter.directory == nil && filter.machine == nil
  }

  /// The nights that are asked for, oldest first.
  private func nights() throws -> [Int64] {
    let start = try transaction.times.start(filter.since)
    let end = try filter.until.map { try transaction.times.point($0).scan }
    return transaction.times.numbers.filter {
      $0 > start ?? 0 && $0 <= min(end ?? transaction.at, transaction.at)
    }
  }

  /// Calls `body` with the events, and ends when it returns false.
  mutating func forEach(oldestFirst: Bool, _ body: (Event) throws -> Bool) throws {
    let nights = try nights()
    for scan in oldestFirst ? nights : nights.reversed() {
      guard scan == transaction.times.numbers.first else {
        guard try forEach(of: scan, oldestFirst: oldestFirst, body) else { return }
        continue
      }
      guard try forEachOfFirst(scan, oldestFirst: oldestFirst, body) else { return }
    }
  }

  private func pass(
    _ events: some Sequence<Event>, to body: (Event) throws -> Bool
  ) throws -> Bool {
    for event in events where isWanted(event) {
      guard try body(event) else { return false }
    }
    return true
  }

  private func isWanted(_ event: Event) -> Bool {
    guard filter.accepts(event) else { return false }
    guard let machine else { return true }
    if let domain = event.domain { return machine.name == domain }
    return event.imageID.map(machine.images.contains) ?? false
      || event.finding.map { $0.domain == machine.name || $0.domains.contains(machine.name) }
        ?? false
  }

  /// What happened in a night: to scans and pools, images, machines, and then what it meant.
  private mutating func forEach(
    of scan: Int64, oldestFirst: Bool, _ body: (Event) throws -> Bool
  ) throws -> Bool {
    if !oldestFirst {
      guard try forEachJudgement(of: scan, oldestFirst: false, body) else { return false }
    }
    var events = try eventsOfScan(scan)
    if sources.contains(.images) { events += try imageEvents(of: scan) }
    events += try machines?.events(in: scan) ?? []
    guard try pass(oldestFirst ? events : events.reversed(), to: body) else { return false }
    return try !oldestFirst || forEachJudgement(of: scan, oldestFirst: true, body)
  }

  /// What a night meant, and what people said of it.
  private func forEachJudgement(
    of scan: Int64, oldestFirst: Bool, _ body: (Event) throws -> Bool
  ) throws -> Bool {
    let words = sources.contains(.words) ? try transaction.keepEvents(in: scan) : []
    if !oldestFirst {
      guard try pass(words.reversed(), to: body) else { return false }
    }
    if !sources.isDisjoint(with: [.findings, .words]) {
      guard try forEachOfFindings(of: scan, oldestFirst: oldestFirst, body) else { return false }
    }
    return try !oldestFirst || pass(words, to: body)
  }

  private func eventsOfScan(_ scan: Int64) throws -> [Event] {
    guard sources.contains(.scans), filter.directory == nil, filter.machine == nil else {
      return []
    }
    let missing = (missed[scan] ?? []).map {
      Event(
        point: ScanPoint(scan: scan, time: $0), kind: .scanMissed, subject: .scan)
    }
    return try missing + transaction.asked(at: scan).eventsOfScan(includingScan: isOfEverything)
  }

  private mutating func imageEvents(of scan: Int64) throws -> [Event] {
    let ids = try transaction.changedImages(
      in: scan, pool: filter.pool, below: filter.directory
    ).filter { machine?.images.contains($0) ?? true }
    var events: [Event] = []
    for start in stride(from: 0, to: ids.count, by: Self.batch) {
      let batch = Array(ids[start..<min(start + Self.batch, ids.count)])
      events += try transaction.events(ofImages: batch, in: scan, &details)
    }
    return events.sorted {
      ($0.filename ?? "", $0.imageID ?? 0) < ($1.filename ?? "", $1.imageID ?? 0)
    }.flatMap(\.parts)
  }

  /// Images that are asked for as of one scan and then as of the other.
  private static let batch = 256

  /// A few findings first, for whoever asks for the newest events alone, and then more at a time.
  private func forEachOfFindings(
    of scan: Int64, oldestFirst: Bool, _ body: (Event) throws -> Bool
  ) throws -> Bool {
    let order = try transaction.order(ofFindingsTurningIn: scan)
    var rest = (oldestFirst ? order : order.reversed())[...]
    var size = Self.batch
    while !rest.isEmpty {
      let events = try findingEvents(rest.prefix(size), in: scan)
      guard try pass(oldestFirst ? events : events.reversed(), to: body) else { return false }
      rest = rest.dropFirst(size)
      size = min(2 * size, Self.mostFindings)
    }
    return true
  }

  /// Findings that are held at a time.
  private static let mostFindings = 16 * batch

  private func findingEvents(_ numbers: some Sequence<Int64>, in scan: Int64) throws -> [Event] {
    let list = numbers.map(String.init).joined(separator: ", ")
    let findings = try transaction.findings("finding.id IN (\(list))", [:])
    let opened = try transaction.asTheyOpened(findings)
    return try findings.flatMap {
      try transaction.findingEvents($0, opened: opened, upTo: transaction.at)
    }.filter { $0.point.scan == scan }
  }

  /// The first night has every image, and there may be a million of them.
  private mutating func forEachOfFirst(
    _ scan: Int64, oldestFirst: Bool, _ body: (Event) throws -> Bool
  ) throws -> Bool {
    if !oldestFirst {
      guard try forEachJudgement(of: scan, oldestFirst: false, body) else { return false }
    }
    let before = try eventsOfScan(scan)
    let after = try machines?.events(in: scan) ?? []
    guard try pass(oldestFirst ? before : after.reversed(), to: body) else { return false }
    if sources.contains(.images) {
      let images = try transaction.asked(at: scan).firstEvents(
        oldestFirst: oldestFirst, pool: filter.pool, below: filter.directory)
      while let event = try images.next() {
        if isWanted(event), try !body(event) { return false }
      }
    }
    guard try pass(oldestFirst ? after : before.reversed(), to: body) else { return false }
    return try !oldestFirst || forEachJudgement(of: scan, oldestFirst: true, body)
  }
}

extension ReadTransaction {
  /// Which images a scan noted as changed, of those that ever stood in a pool or below a directory.
  fileprivate func changedImages(
    in scan: Int64, pool: String?, below directory: PathBytes?
  ) throws -> [Int64] {
    try Array(
      rows(
        "SELECT scan_change.image FROM scan_change WHERE scan_change.scan = :night"
          + Self.scope("scan_change.image", pool, directory) + " ORDER BY scan_change.image",
        ["night": scan].merging(Self.values(pool, directory)) { one, _ in one }
      ).map { $0[0] as Int64 })
  }

  /// What narrows images down before they are looked at; the event then says it exactly.
  private static func scope(_ image: String, _ pool: String?, _ directory: PathBytes?) -> String {
    var scope = ""
    if pool != nil {
      scope += """
         AND EXISTS (
          SELECT 1 FROM place
          CROSS JOIN directory_state AS inside ON inside.directory = place.directory
          WHERE place.image = \(image)
            AND inside.pool IN (SELECT id FROM pool_at WHERE name = :pool))
        """
    }
    if directory != nil {
      scope += """
         AND EXISTS (
          SELECT 1 FROM place CROSS JOIN directory AS above ON above.id = place.directory
          WHERE place.image = \(image) AND substr(
            CAST(above.path || '/' || place.name AS BLOB), 1, length(:below)) = :below)
        """
    }
    return scope
  }

  private static func values(_ pool: String?, _ directory: PathBytes?) -> Values {
    var values: Values = [:]
    if let pool { values["pool"] = pool }
    if let directory { values["below"] = Data(directory.bytes) }
    return values
  }

  /// The numbers of the findings that opened or closed, or were acknowledged, between a scan and the one before that
  /// can be asked for, in the order in which they are told.
  fileprivate func order(ofFindingsTurningIn scan: Int64) throws -> [Int64] {
    try order(
      ofFindings: """
        finding.id IN (
          SELECT id FROM finding WHERE from_scan > :former AND from_scan <= :night
          UNION SELECT id FROM finding WHERE until_scan > :former AND until_scan <= :night
          UNION SELECT finding FROM acknowledgement WHERE from_scan > :former AND from_scan <= :night)
        """, ["former": times.kept(before: scan) ?? 0, "night": scan])
  }

  /// What became of this scan and of its pools.
  fileprivate func eventsOfScan(includingScan: Bool) throws -> [Event] {
    var events: [Event] = []
    let isPartial: Bool? = try value(
      "SELECT state = 'partial' FROM scan WHERE id = (SELECT scan FROM asof)")
    if includingScan, isPartial == true {
      var event = Event(point: point(at), kind: .scanPartial, subject: .scan)
      let problems: Int64 = try value("SELECT count(*) FROM problem_at") ?? 0
      if problems > 0 {
        event.reason = problems == 1 ? "1 path was not seen" : "\(problems) paths were not seen"
      }
      events.append(event)
    }
    return try events + renamedPools() + poolEvents()
  }

  /// The pools whose directories were renamed since the scan before that can be asked for.
  private func renamedPools() throws -> [Event] {
    guard let former = times.kept(before: at) else { return [] }
    let renamed = try RenamedPool.all(from: asked(at: former), to: self)
    return renamed.filter { $0.from.path != $0.to.path }.map { pool in
      var event = Event(
        point: point(at), kind: .poolMoved, subject: .pool(pool.to.name, pool.to.path))
      event.previousFilename = pool.from.path
      return event
    }.sorted { ($0.filename ?? "") < ($1.filename ?? "") }
  }

  /// The pools that are not there any more, or there again.
  func poolEvents() throws -> [Event] {
    let found = try rows(
      """
      SELECT pool.name, pool.path, now.state, now.reason, (
        SELECT before.state FROM pool_scan AS before
        WHERE before.pool = now.pool AND before.scan < now.scan
        ORDER BY before.scan DESC LIMIT 1) AS former
      FROM pool_scan AS now JOIN pool_at AS pool ON pool.id = now.pool
      WHERE now.scan = (SELECT scan FROM asof) AND pool.not_visited IS NULL
      ORDER BY pool.path
      """)
    var events: [Event] = []
    while let row = try found.next() {
      let former = row["former"] as String?
      let isGone = row["state"] as String? == "unavailable"
      guard isGone ? former != "unavailable" : former == "unavailable" else { continue }
      var event = Event(
        point: point(at), kind: isGone ? .poolUnavailable : .poolReturned,
        subject: .pool(row["name"], PathBytes(row["path"] as Data)))
      event.reason = row["reason"]
      events.append(event)
    }
    return events
  }

  /// The images that this scan, the first that can be asked for, knew: an event each, one at a time.
  fileprivate func firstEvents(
    oldestFirst: Bool, pool: String?, below directory: PathBytes?
  ) throws -> AnyCursor<Event> {
    let way = oldestFirst ? "" : " DESC"
    let found = try rows(
      StatementText.text(PackageResources.ask_first_events_sql)
        + Self.scope("place.image", pool, directory)
        + " ORDER BY directory.path\(way), place.name\(way)", Self.values(pool, directory))
    let scan = at
    let point = point(scan)
    return AnyCursor(
      found.map { row in
        var event = Event(
          point: point, kind: row["first_scan"] == scan ? .appeared : .asOf,
          imageID: row["image"],
          filename: PathBytes(directory: row["path"] as Data, name: row["name"] as Data))
        event.pool = row["pool"]
        if let pool, event.pool != pool, try isImage(row["image"], ofPool: pool) {
          event.otherPools = [pool]
        }
        return event
      })
  }
}
