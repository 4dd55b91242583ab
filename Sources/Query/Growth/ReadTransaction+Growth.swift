internal import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Rules

extension ReadTransaction {
  /// What every pool held after each scan up to this one, in byte order of the pools' paths.
  func growth() throws -> [PoolGrowth] {
    let curves = try curves()
    let rooms = try rooms(.pool)
    let pools = try rows("SELECT id, name, path FROM pool_at ORDER BY path")
    return try Array(
      pools.map { row in
        let id: Int64 = row["id"]
        let curve = curves[id] ?? GrowthCurve()
        var growth = PoolGrowth(
          name: row["name"], path: PathBytes(row["path"] as Data),
          points: curve.sums(times.numbers.map(point)).map { scan, sum in
            PoolGrowth.Point(
              point: scan, images: sum.images, actualSize: UInt64(clamping: sum.bytes),
              room: rooms[id.databaseValue]?.at(scan.scan))
          })
        growth.forecast = Forecast(growth.points.map { ($0.point, $0.room) })
        return growth
      }
    ).filter { !$0.points.isEmpty }
  }

  private func curves() throws -> [Int64: GrowthCurve] {
    let found = try rows(
      isCountedThroughout()
        ? """
        SELECT pool, NULL AS image, from_scan, coalesce(until_scan, :end) AS until_scan,
          actual_size, images
        FROM holding WHERE pool <> 0 AND from_scan <= (SELECT scan FROM asof)
        """ : StatementText.text(PackageResources.ask_growth_sql), ["end": Int64.max])
    var curves: [Int64: GrowthCurve] = [:]
    while let row = try found.next() {
      var span = GrowthCurve.Span(
        from: row["from_scan"], until: row["until_scan"], bytes: row["actual_size"],
        images: row["images"])
      let pool: Int64 = row["pool"]
      if let image = row["image"] as Int64? {
        span.cutAfter(&curves[pool, default: GrowthCurve()].countedUntil[image, default: 0])
      }
      curves[pool, default: GrowthCurve()].add(span)
    }
    return curves
  }

  /// Whether every scan up to this one kept how many images there were.
  private func isCountedThroughout() throws -> Bool {
    try value(
      """
      SELECT NOT EXISTS (
        SELECT 1 FROM scan
        WHERE id <= (SELECT scan FROM asof) AND NOT is_forgotten AND NOT is_counted)
      """) ?? false
  }

  /// The longest chains by their topmost images, longest first.
  func longestChains(limit: Int) throws -> [ChainLength] {
    let found = try Array(
      rows(
        StatementText.text(PackageResources.ask_longest_chains_sql), ["limit": limit]
      ).map { (image: $0["image"] as Int64, length: $0["length"] as Int64) })
    return try found.compactMap { image, length in
      guard let top = try primaryPlace(of: image) else { return nil }
      let sizes = try chain(of: image).map { try self.image($0)?.actualSize ?? 0 }
      return ChainLength(
        top: top, imageID: image, length: length,
        actualSize: sizes.reduce(0) { $0.addingReportingOverflow($1).partialValue })
    }
  }

  /// What could not be looked at as of this scan, in the order of the paths.
  func problems() throws -> [ScanProblem] {
    try Array(
      rows(
        """
        SELECT path, message FROM problem_at ORDER BY path, message
        """
      ).map {
        ScanProblem(filename: PathBytes($0["path"] as Data), message: $0["message"])
      })
  }

  /// Whether no scan came after this one.
  func isLatest() throws -> Bool {
    try value("SELECT max(id) FROM scan") == at
  }

  /// The name of the machine that this scan looked at.
  func hostName() throws -> String {
    try value(
      """
      SELECT name FROM host
      JOIN scan ON scan.host = host.id AND scan.id = (SELECT scan FROM asof)
      """) ?? ""
  }
}
