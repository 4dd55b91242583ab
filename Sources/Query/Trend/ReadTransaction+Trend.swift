public import Database
internal import Foundation
internal import GRDB
internal import Model

extension ReadTransaction {
  private static let parts = StatementText.text(PackageResources.ask_trend_sql)

  /// How the parts of the inventory grew up to this scan, in the order of their names.
  func trend(by group: TrendGroup) throws -> [Trend] {
    let sizes = try curves(
      """
      SELECT part, NULL AS own, from_scan, until_scan, sum(actual_size) AS bytes,
        sum(virtual_size) AS virtual_bytes, count(*) AS images
      FROM keyed WHERE from_scan < until_scan AND :by <> 'machine' AND image NOT IN several
      GROUP BY part, from_scan, until_scan
      UNION ALL
      SELECT part, image, from_scan, until_scan, actual_size, virtual_size, 1
      FROM keyed WHERE from_scan < until_scan AND (:by = 'machine' OR image IN several)
      ORDER BY part, own, from_scan, until_scan
      """, group)
    let findings = try findings(by: group)
    let untold = try untoldScans()
    let scans = times.numbers.map(point)
    let rooms = try rooms(group)
    return try sizes.compactMap { part, curve -> (part: Int64?, trend: Trend)? in
      guard let name = try name(of: part, group) else { return nil }
      var open: [Int64: Int64] = [:]
      for (kind, curve) in findings[part] ?? [:] {
        let untold = untold[kind] ?? []
        for (point, sum) in curve.sums(scans) where !untold.contains(point.scan) {
          open[point.scan, default: 0] += sum.images
        }
      }
      let points = curve.sums(scans).map { scan, sum in
        var point = Trend.Point(point: scan)
        point.images = sum.images
        point.actualSize = UInt64(clamping: sum.bytes)
        point.virtualSize = UInt64(clamping: sum.virtualBytes)
        point.findings = open[scan.scan] ?? 0
        point.room = rooms[part]?.at(scan.scan)
        return point
      }
      guard !points.isEmpty else { return nil }
      return (Int64.fromDatabaseValue(part), Trend(name: name, points: points))
    }.sorted {
      // Two bases may have stood at one path.
      $0.trend.name == $1.trend.name
        ? ($0.part ?? 0) < ($1.part ?? 0) : $0.trend.name < $1.trend.name
    }.map(\.trend)
  }

  /// How many findings were open in each part, by kind.
  private func findings(
    by group: TrendGroup
  ) throws -> [DatabaseValue: [FindingKind: GrowthCurve]] {
    let found = try rows(
      Self.parts + """
        SELECT keyed.part, finding.kind, finding.id, max(keyed.from_scan, finding.from_scan) AS from_scan,
          min(keyed.until_scan, coalesce(finding.until_scan, :end)) AS until_scan
        FROM keyed JOIN finding_span AS finding ON finding.holder = keyed.image
        WHERE max(keyed.from_scan, finding.from_scan)
          < min(keyed.until_scan, coalesce(finding.until_scan, :end))
        UNION ALL
        SELECT holder, kind, id, from_scan, coalesce(until_scan, :end) FROM finding_span
        WHERE :by = 'machine' AND holder < 0
        ORDER BY part, id, from_scan, until_scan
        """, ["end": Int64.max, "by": group.rawValue])
    var curves: [DatabaseValue: [FindingKind: GrowthCurve]] = [:]
    while let row = try found.next() {
      let part: DatabaseValue = row[0]
      let kind = FindingKind(rawValue: row[1])
      var span = GrowthCurve.Span(
        from: row[3], until: row[4], bytes: 0, virtualBytes: 0, images: 1)
      // A finding counts once, whatever else it is counted by.
      let id: Int64 = row[2]
      span.cutAfter(
        &curves[part, default: [:]][kind, default: GrowthCurve()].countedUntil[id, default: 0])
      curves[part, default: [:]][kind, default: GrowthCurve()].add(span)
    }
    return curves
  }

  private func curves(
    _ tail: String, _ group: TrendGroup
  ) throws -> [DatabaseValue: GrowthCurve] {
    let found = try rows(Self.parts + tail, ["end": Int64.max, "by": group.rawValue])
    var curves: [DatabaseValue: GrowthCurve] = [:]
    while let row = try found.next() {
      var span = GrowthCurve.Span(
        from: row["from_scan"], until: row["until_scan"], bytes: row["bytes"],
        virtualBytes: row["virtual_bytes"], images: row["images"])
      let part: DatabaseValue = row["part"]
      if let own = row["own"] as Int64? {
        span.cutAfter(&curves[part, default: GrowthCurve()].countedUntil[own, default: 0])
      }
      curves[part, default: GrowthCurve()].add(span)
    }
    return curves
  }

  /// What a part is called; `nil` for one that is not known by then.
  private func name(of part: DatabaseValue, _ group: TrendGroup) throws -> String? {
    switch group {
    case .format: return String.fromDatabaseValue(part)
    case .pool: return try value("SELECT name FROM pool_at WHERE id = :part", ["part": part])
    case .fileSystem:
      return try value("SELECT identity FROM filesystem WHERE id = :part", ["part": part])
    case .machine, .base: return try Int64.fromDatabaseValue(part).map { try self.name(of: $0) }
    }
  }

  /// By part the room that its file system had, oldest first.
  func rooms(_ group: TrendGroup) throws -> [DatabaseValue: Rooms] {
    let parts: String
    switch group {
    case .pool:
      // Where its root is; a pool keeps its number when that moves. The path of a pool as of a scan has no index:
      // pools come first.
      parts = """
        SELECT pool.id AS part, inside.filesystem, inside.from_scan, inside.until_scan
        FROM pool_at AS pool
        CROSS JOIN directory ON directory.host = pool.host AND directory.path = pool.path
        CROSS JOIN directory_state AS inside ON inside.directory = directory.id
        """
    case .fileSystem:
      parts = """
        SELECT id AS part, id AS filesystem, 0 AS from_scan, NULL AS until_scan FROM filesystem
        """
    case .format, .machine, .base: return [:]
    }
    let found = try rows(
      """
      SELECT parts.part, max(state.from_scan, parts.from_scan) AS from_scan,
        min(coalesce(state.until_scan, :end), coalesce(parts.until_scan, :end)) AS until_scan,
        state.capacity, state.available
      FROM (\(parts)) AS parts JOIN filesystem_state AS state ON state.filesystem = parts.filesystem
      WHERE max(state.from_scan, parts.from_scan) <= (SELECT scan FROM asof) ORDER BY 2
      """, ["end": Int64.max])
    var rooms: [DatabaseValue: Rooms] = [:]
    while let row = try found.next() {
      rooms[row["part"], default: Rooms()].spans.append(
        (
          row["from_scan"], row["until_scan"],
          FileSystemRoom(
            capacity: UInt64(clamping: row["capacity"] as Int64),
            available: UInt64(clamping: row["available"] as Int64))
        ))
    }
    return rooms
  }
}

/// The room of a file system, from scan to scan, oldest first.
struct Rooms {
  var spans: [(from: Int64, until: Int64, room: FileSystemRoom)] = []

  /// The room after a scan.
  func at(_ scan: Int64) -> FileSystemRoom? {
    spans.last { $0.from <= scan && $0.until > scan }?.room
  }
}

extension Forecast {
  /// From the room after each scan, where that is known.
  init?(_ rooms: [(point: ScanPoint, room: FileSystemRoom?)]) {
    self.init(
      rooms.compactMap { point, room in room.map { (time: point.time, bytes: $0.available) } })
  }
}

extension InventoryView {
  /// How the parts of the inventory grew, in the order of their names; with `foretelling` when the file system of each
  /// is full, where that can be said.
  public func trend(
    by group: TrendGroup, foretelling: Bool = false
  ) throws(StoreFault) -> [Trend] {
    let parts = try reading { try $0.trend(by: group) }
    guard foretelling else { return parts }
    return parts.map { part in
      var part = part
      part.forecast = Forecast(part.points.map { ($0.point, $0.room) })
      return part
    }
  }
}
