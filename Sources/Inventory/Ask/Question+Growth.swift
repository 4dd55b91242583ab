internal import Foundation
internal import GRDB
internal import Model

extension Question {
  /// What every pool held after each scan up to this one, in byte order of the pools' paths.
  func growth() throws -> [PoolGrowth] {
    let curves = try curves()
    let names = try rows(
      "SELECT id, name, path FROM pool_at ORDER BY path")
    return try names.map { row in
      let curve = curves[row["id"]] ?? GrowthCurve()
      return PoolGrowth(
        name: row["name"], path: PathBytes(row["path"] as Data),
        points: curve.points(times.numbers.map(point)))
    }.reduceToArray().filter { !$0.points.isEmpty }
  }

  private func curves() throws -> [Int64: GrowthCurve] {
    let found = try rows(
      StatementText.text(PackageResources.ask_growth_sql), ["end": Int64.max])
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

  /// The longest chains by their topmost images, longest first.
  func longestChains(limit: Int) throws -> [ChainLength] {
    let found = try rows(
      StatementText.text(PackageResources.ask_longest_chains_sql), ["limit": limit]
    ).map { (image: $0["image"] as Int64, length: $0["length"] as Int64) }.reduceToArray()
    return try found.compactMap { image, length in
      guard let top = try primaryPlace(of: image) else { return nil }
      let sizes = try chain(of: image).map { try self.image($0)?.actualSize ?? 0 }
      return ChainLength(
        top: top, imageID: image, length: length,
        actualSize: sizes.reduce(0) { $0.addingReportingOverflow($1).partialValue })
    }
  }

  /// What could not be looked at as of this scan, in the order of the paths.
  func problems() throws -> [ProblemAnswer] {
    try rows(
      """
      SELECT path, message FROM problem_at ORDER BY path, message
      """
    ).map {
      ProblemAnswer(filename: PathBytes($0["path"] as Data), message: $0["message"])
    }.reduceToArray()
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

/// Adds up what was there between scans.
private struct GrowthCurve {
  /// So many bytes and images, from a scan until before another.
  struct Span {
    var from: Int64
    let until: Int64
    let bytes: Int64
    let images: Int64

    /// Begins where the same image has not been counted yet; names of one image overlap.
    mutating func cutAfter(_ counted: inout Int64) {
      from = max(from, counted)
      counted = max(counted, until)
    }
  }

  /// What comes and goes with a scan. Sums wrap: what is added is taken away again.
  private struct Turn {
    var bytes: Int64 = 0
    var images: Int64 = 0

    mutating func begin(_ span: Span) {
      bytes = bytes.addingReportingOverflow(span.bytes).partialValue
      images += span.images
    }

    mutating func end(_ span: Span) {
      bytes = bytes.subtractingReportingOverflow(span.bytes).partialValue
      images -= span.images
    }

    mutating func begin(_ turn: Turn) {
      bytes = bytes.addingReportingOverflow(turn.bytes).partialValue
      images += turn.images
    }
  }

  private var turns: [Int64: Turn] = [:]
  /// Images with several names: the scan until which they have been counted.
  var countedUntil: [Int64: Int64] = [:]

  mutating func add(_ span: Span) {
    guard span.from < span.until else { return }
    turns[span.from, default: Turn()].begin(span)
    turns[span.until, default: Turn()].end(span)
  }

  /// The sums after each scan, from the first with an image on.
  func points(_ scans: [ScanPoint]) -> [PoolGrowth.Point] {
    var next = turns.sorted { $0.key < $1.key }[...]
    var total = Turn()
    var points: [PoolGrowth.Point] = []
    for scan in scans {
      while let (at, turn) = next.first, at <= scan.scan {
        total.begin(turn)
        next.removeFirst()
      }
      if points.isEmpty, total.images == 0 { continue }
      points.append(
        PoolGrowth.Point(
          point: scan, images: total.images, actualSize: UInt64(clamping: total.bytes)))
    }
    return points
  }
}
