internal import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Rules

extension ReadTransaction {
  /// The life of an image, or of every image that ever stood at a path, oldest event first.
  func history(of selector: ImageSelector) throws -> [Event] {
    switch selector {
    case .number(let number):
      let events = try events(ofImage: number, upTo: at)
      if events.isEmpty { throw StoreFault.unknownImage(selector.text, scan: at) }
      return events
    case .path(let path):
      let tenants = try tenants(of: path)
      guard let last = tenants.last else {
        // A symbolic link, or another way to the same directory.
        return try events(ofImage: number(of: selector), upTo: at)
      }
      // An image that moved away tells its later life under its own path.
      return try tenants.flatMap {
        try events(ofImage: $0.image, upTo: $0.image == last.image ? at : $0.until)
      }.sorted { ($0.point.scan, $0.imageID ?? 0) < ($1.point.scan, $1.imageID ?? 0) }
    }
  }

  /// Who stood at a path, in the order of coming, each once with the scan that saw it leave.
  private func tenants(of path: PathBytes) throws -> [(image: Int64, until: Int64)] {
    let found = try rows(
      """
      SELECT place.image, max(coalesce(place.until_scan, (SELECT scan FROM asof))) AS until,
        min(place.from_scan)
      FROM directory JOIN place ON place.directory = directory.id
      WHERE directory.host IN (SELECT id FROM host) AND directory.path = :directory
        AND place.name = :name AND place.from_scan <= (SELECT scan FROM asof)
      GROUP BY place.image ORDER BY max(place.from_scan)
      """,
      ["directory": path.directory.databaseValue, "name": Data(path.name)])
    return try Array(
      found.map { row in
        let until: Int64 = row["until"]
        return (image: row["image"] as Int64, until: min(until, at))
      })
  }

  /// Only scans that can be asked for tell: what an image was as of each, against the one before. What happened
  /// while those between are forgotten happened between the two, and nobody says more of it.
  func events(ofImage id: Int64, upTo end: Int64) throws -> [Event] {
    var details = DetailCache(database)
    var events: [Event] = []
    for scan in try turningPoints(ofImage: id, upTo: end) {
      events += try self.events(ofImages: [id], in: scan, &details)
    }
    let last = events.last { $0.filename != nil }?.filename
    events += try findingEvents(ofImage: id, upTo: end)
    events += try keepEvents(ofImage: id, upTo: end, at: last)
    // Stable: what happened to the image comes before the findings of the same scan.
    return events.enumerated().sorted {
      ($0.element.point.scan, $0.offset) < ($1.element.point.scan, $1.offset)
    }.map(\.element)
  }

  /// What a scan saw happen to images since the one before it that can be asked for.
  func events(
    ofImages ids: [Int64], in scan: Int64, _ details: inout DetailCache
  ) throws -> [Event] {
    let former = times.kept(before: scan)
    // All of the one scan and then all of the other: to change between them costs more than an answer.
    let old = try former.map { former in
      try ids.map { try asked(at: former).image($0, &details, includingOther: false) }
    }
    let new = try ids.map { try asked(at: scan).image($0, &details, includingOther: false) }
    let renamed = try former.map { try RenamedPool.all(from: asked(at: $0), to: asked(at: scan)) }
    return try ids.enumerated().compactMap { number, id in
      let move = Move(before: old?[number] ?? nil, after: new[number], renamed: renamed ?? [])
      var event = try event(id, at: scan, after: former, move)
      event?.otherPools = move.pools
      if let former, former < scan - 1 { event?.comparedWith = point(former) }
      return event
    }
  }

  /// The scans that can be asked for and may see the image otherwise than the one before, up to the one that
  /// sees what had happened by `end`.
  func turningPoints(ofImage id: Int64, upTo end: Int64) throws -> [Int64] {
    let turns = try Array(
      rows(
        StatementText.text(PackageResources.ask_turning_points_sql), ["image": id, "end": end]
      ).map { $0[0] as Int64 })
    return Set(turns.compactMap { times.kept(from: $0) }).sorted()
  }

  /// An image as two scans saw it, and the pools whose directories were renamed between them: what is in them did not
  /// move.
  private struct Move {
    let before: Image?
    let after: Image?
    /// The image of before, with its pool where that is after.
    let carried: Image?

    init(before: Image?, after: Image?, renamed: [RenamedPool]) {
      self.before = before
      self.after = after
      var carried = before
      for pool in renamed {
        if var image = carried {
          pool.carry(&image)
          carried = image
        }
      }
      self.carried = carried
    }

    /// The pools in which the image had, or has, a name.
    var pools: [String] {
      let images = [carried, after].compactMap { $0 }.filter { !$0.otherPools.isEmpty }
      return Set(images.flatMap { $0.otherPools + [$0.pool].compactMap { $0 } }).sorted()
    }
  }

  private func event(
    _ id: Int64, at scan: Int64, after former: Int64?, _ move: Move
  ) throws -> Event? {
    switch (move.before, move.after) {
    case (nil, nil): return nil
    case (nil, let new?):
      let firstSeen: Int64? = try value(
        "SELECT first_scan FROM image WHERE id = :image", ["image": id])
      let wasKnown = firstSeen.map { $0 <= former ?? scan - 1 } ?? false
      var event = Event(
        point: point(scan), kind: !wasKnown ? .appeared : former == nil ? .asOf : .returned,
        imageID: id, filename: new.filename)
      event.pool = new.pool
      if wasKnown, let former, let last = try asked(at: former).lastPlace(of: id),
        last != new.filename
      {
        event.previousFilename = last
      }
      return event
    case (let old?, nil):
      let successor = try asked(at: scan).image(at: move.carried?.filename ?? old.filename)
      var event = Event(
        point: point(scan), kind: successor == nil ? .vanished : .replaced, imageID: id,
        filename: old.filename)
      event.pool = old.pool
      if let former, let taker = successor {
        event.reason = try asked(at: former).merging(of: id, into: taker)
      }
      return event
    case (let old?, let new?):
      let carried = move.carried ?? old
      let fields = ImageFields.differences(from: carried, to: new)
      let isMoved = carried.filename != new.filename
      if !isMoved && fields.isEmpty { return nil }
      var event = Event(
        point: point(scan), kind: isMoved ? .moved : .changed, imageID: id,
        filename: new.filename, previousFilename: isMoved ? old.filename : nil, fields: fields)
      event.pool = new.pool
      return event
    }
  }

  private func findingEvents(ofImage id: Int64, upTo end: Int64) throws -> [Event] {
    let findings = try allFindings(ofImage: id)
    let opened = try asTheyOpened(findings)
    return try findings.flatMap { try findingEvents($0, opened: opened, upTo: end) }
  }

  /// Findings by their numbers, as the scan saw them that can be asked for and saw them first: since then the image
  /// may have moved, and the cause may be another.
  func asTheyOpened(_ findings: [Finding]) throws -> [Int64: Finding] {
    var found: [Int64: Finding] = [:]
    for (scan, opened) in Dictionary(grouping: findings, by: { times.kept(from: $0.since.scan) }) {
      guard let scan, scan < at else { continue }
      let numbers = opened.compactMap(\.number).map(String.init).joined(separator: ", ")
      for finding in try asked(at: scan).findings("finding.id IN (\(numbers))", [:]) {
        if let number = finding.number { found[number] = finding }
      }
    }
    return found
  }

  /// What opened and closed, each with the scan that can be asked for and saw it first. What was open, or closed,
  /// before the first of those is no event: the other side of it is forgotten.
  func findingEvents(
    _ finding: Finding, opened: [Int64: Finding], upTo end: Int64
  ) throws -> [Event] {
    guard let first = times.numbers.first, let subject = Self.subject(of: finding) else {
      return []
    }
    var events: [Event] = []
    let closed = finding.closed?.scan
    if finding.since.scan <= end, finding.since.scan >= first,
      let scan = times.kept(from: finding.since.scan),
      closed.map({ finding.isLifted ? scan <= $0 : scan < $0 }) ?? true
    {
      var open = finding.number.flatMap { opened[$0] } ?? finding
      open.closed = nil
      open.acknowledged = nil
      open.settled = nil
      events.append(
        findingEvent(.findingOpened, Self.subject(of: open) ?? subject, open, in: scan))
    }
    events += try acknowledgementEvents(of: finding, subject, upTo: end)
    if let closed, closed <= end, closed > first || finding.isLifted,
      let scan = times.kept(from: closed)
    {
      var event = findingEvent(
        finding.settled == nil ? .findingClosed : .settled, subject, finding, in: scan)
      event.word = finding.settled
      event.finding?.settled = nil
      events.append(event)
    }
    return events
  }

  private static func subject(of finding: Finding) -> Event.Subject? {
    if let path = finding.filename, let image = finding.imageID { return .image(path, id: image) }
    return finding.domain.map { .domain($0) }
  }

  private func findingEvent(
    _ kind: Event.Kind, _ subject: Event.Subject, _ finding: Finding,
    in scan: Int64
  ) -> Event {
    var event = Event(point: point(scan), kind: kind, subject: subject)
    event.finding = finding
    event.pool = finding.pool
    event.otherPools = finding.otherPools
    return event
  }

  private func acknowledgementEvents(
    of finding: Finding, _ subject: Event.Subject, upTo end: Int64
  ) throws -> [Event] {
    var open = finding
    open.closed = nil
    open.acknowledged = nil
    open.settled = nil
    return try wordEvents(
      "SELECT * FROM acknowledgement WHERE finding = :key", of: finding.number,
      findingEvent(.acknowledged, subject, open, in: end), upTo: end)
  }

  private func keepEvents(
    ofImage id: Int64, upTo end: Int64, at path: PathBytes?
  ) throws -> [Event] {
    guard let path else { return [] }
    return try wordEvents(
      "SELECT * FROM keep WHERE image = :key", of: id,
      Event(point: point(end), kind: .kept, imageID: id, filename: path), upTo: end)
  }

  /// The images that people began to keep after the scan before that can be asked for, and up to this one.
  func keepEvents(in scan: Int64) throws -> [Event] {
    let ids = try Array(
      rows(
        """
        SELECT DISTINCT image FROM keep WHERE from_scan > :former AND from_scan <= :night
        ORDER BY image
        """, ["former": times.kept(before: scan) ?? 0, "night": scan]
      ).map { $0[0] as Int64 })
    var details = DetailCache(database)
    return try ids.flatMap { id -> [Event] in
      let then = asked(at: scan)
      let path = try then.lastPlace(of: id)
      let image = try then.image(id, &details)
      return try keepEvents(ofImage: id, upTo: at, at: path).filter { $0.point.scan == scan }
        .map { event in
          var event = event
          event.pool = image?.pool
          event.otherPools = image?.otherPools ?? []
          return event
        }
    }
  }

  /// What was said by then, each with the scan that can be asked for and was the first of which it held.
  private func wordEvents(
    _ sql: String, of key: Int64?, _ pattern: Event, upTo end: Int64
  ) throws -> [Event] {
    try Array(
      rows(
        sql + " AND from_scan <= :end ORDER BY from_scan", ["key": key, "end": end]
      ).map { ($0["until_scan"] as Int64?, word($0)) }
    ).compactMap { until, word in
      guard let scan = times.kept(from: word.since.scan), scan <= end,
        until.map({ scan < $0 }) ?? true
      else { return nil }
      var event = pattern
      event.point = point(scan)
      event.word = word
      return event
    }
  }
}
