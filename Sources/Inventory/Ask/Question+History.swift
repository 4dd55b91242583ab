internal import Foundation
internal import GRDB
internal import Model

extension Question {
  /// The life of an image, or of every image that ever stood at a path, oldest event first.
  func history(of selector: ImageSelector) throws -> [EventAnswer] {
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
      }.sorted { ($0.point.scan, $0.imageID) < ($1.point.scan, $1.imageID) }
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
    return try found.map { row in
      let until: Int64 = row["until"]
      return (image: row["image"] as Int64, until: min(until, at))
    }.reduceToArray()
  }

  private func events(ofImage id: Int64, upTo end: Int64) throws -> [EventAnswer] {
    var events: [EventAnswer] = []
    var last: PathBytes?
    var details = DetailCache(database)
    for scan in try turningPoints(ofImage: id, upTo: end) {
      let before = try asked(at: scan - 1).image(id, &details, includingOther: false)
      let after = try asked(at: scan).image(id, &details, includingOther: false)
      if let event = try event(id, at: scan, before, after, lastPath: last) {
        events.append(event)
      }
      last = after?.filename ?? before?.filename ?? last
    }
    events += try findingEvents(ofImage: id, upTo: end)
    // Stable: what happened to the image comes before the findings of the same scan.
    return events.enumerated().sorted {
      ($0.element.point.scan, $0.offset) < ($1.element.point.scan, $1.offset)
    }.map(\.element)
  }

  private func turningPoints(ofImage id: Int64, upTo end: Int64) throws -> [Int64] {
    let tables = [("place", "image"), ("image_state", "image"), ("file_state", "image")]
    let own = tables + [("reference", "holder"), ("link", "holder")]
    let parts = own.flatMap { table, column in
      ["from_scan", "until_scan"].map {
        "SELECT \($0) AS scan FROM \(table) WHERE \(column) = :image"
      }
    }
    return try rows(
      """
      SELECT scan FROM (\(parts.joined(separator: " UNION ")))
      WHERE scan <= :end ORDER BY scan
      """, ["image": id, "end": end]
    ).map { $0[0] as Int64 }.reduceToArray()
  }

  private func event(
    _ id: Int64, at scan: Int64, _ before: ImageAnswer?, _ after: ImageAnswer?,
    lastPath: PathBytes?
  ) throws -> EventAnswer? {
    switch (before, after) {
    case (nil, nil): return nil
    case (nil, let new?):
      var event = EventAnswer(
        point: point(scan), kind: lastPath == nil ? .appeared : .returned, imageID: id,
        filename: new.filename)
      if let lastPath, lastPath != new.filename { event.previousFilename = lastPath }
      return event
    case (let old?, nil):
      let successor = try asked(at: scan).image(at: old.filename)
      return EventAnswer(
        point: point(scan), kind: successor == nil ? .vanished : .replaced, imageID: id,
        filename: old.filename)
    case (let old?, let new?):
      let fields = ImageFields.differences(from: old, to: new)
      let isMoved = old.filename != new.filename
      if !isMoved && fields.isEmpty { return nil }
      return EventAnswer(
        point: point(scan), kind: isMoved ? .moved : .changed, imageID: id,
        filename: new.filename, previousFilename: isMoved ? old.filename : nil, fields: fields)
    }
  }

  private func findingEvents(ofImage id: Int64, upTo end: Int64) throws -> [EventAnswer] {
    try allFindings(ofImage: id).flatMap { finding in
      var events: [EventAnswer] = []
      var open = finding
      open.closed = nil
      if finding.since.scan <= end, let path = finding.filename {
        events.append(
          EventAnswer(
            point: finding.since, kind: .findingOpened, imageID: id, filename: path,
            finding: open))
      }
      if let closed = finding.closed, closed.scan <= end, let path = finding.filename {
        events.append(
          EventAnswer(
            point: closed, kind: .findingClosed, imageID: id, filename: path, finding: finding))
      }
      return events
    }
  }
}
