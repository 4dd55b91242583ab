public import Database
internal import Foundation
internal import GRDB
public import Model
internal import Rules

extension Inventory {
  /// The inventory as one scan left it; what is asked of the view is answered as on that night.
  public func view(at when: When) throws(StoreFault) -> InventoryView {
    let times = try times()
    if times.isEmpty { throw .noScan(file) }
    let point = try times.point(when)
    let now = Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    return InventoryView(
      file: file, database: database, point: point, times: times.upTo(point.scan),
      clock: ScanPoint(scan: times.numbers.last ?? point.scan, time: now))
  }
}

/// The inventory as one scan left it.
///
/// Every answer is made from intervals that hold at that scan, so that asking again later gives the
/// same bytes, whatever has happened since.
public struct InventoryView: Sendable {
  /// The scan and when it finished.
  public let point: ScanPoint
  let file: PathBytes
  let database: DatabaseQueue
  let times: ScanTimes
  /// The last scan of all, and when the view was made.
  private let clock: ScanPoint

  init(
    file: PathBytes, database: DatabaseQueue, point: ScanPoint, times: ScanTimes, clock: ScanPoint
  ) {
    self.file = file
    self.database = database
    self.point = point
    self.times = times
    self.clock = clock
  }

  /// Runs a question in one read transaction.
  func reading<Value>(_ question: (Question) throws -> Value) throws(StoreFault) -> Value {
    try Connection.translating(file) {
      try database.read { try question(Question($0, at: point.scan, times: times, clock: clock)) }
    }
  }

  /// The same inventory at another scan, for comparisons.
  func point(of scan: Int64) -> ScanPoint {
    ScanPoint(scan: scan, time: times[scan] ?? point.time)
  }

  /// All images in the order of their directories and names.
  public func images(
    format: String?, pool: String?, includingOther: Bool, each: (ImageAnswer) throws -> Void
  ) throws(StoreFault) {
    try reading {
      try $0.checkPool(pool)
      let parts = try $0.staleParts()
      try $0.forEachImage(pool: pool, includingOther: includingOther) { image in
        if format == nil || image.format == format { try each(image.marked(by: parts)) }
      }
    }
  }

  /// One image with its references, dependents and findings.
  public func image(_ selector: ImageSelector) throws(StoreFault) -> ImageAnswer {
    try reading { question in
      let id = try question.number(of: selector)
      guard var image = try question.image(id) else {
        throw StoreFault.unknownImage(selector.text, scan: point.scan)
      }
      (image.linkCount, image.ownership) = try question.ownership(of: id)
      image.references = try question.references(of: id, in: image.filename.directory)
      image.dependents = try question.dependents(of: DependentBases(images: [id]), depthLimit: 1)
      image.findings = try (question.findings(ofImage: id) + question.findings(spoiling: id))
        .filter { !$0.isInDoubt }
      return image.marked(by: try question.staleParts())
    }
  }

  /// An image and everything under it, top first; it ends where a link does, and a cycle is shown
  /// once round.
  public func chain(_ selector: ImageSelector) throws(StoreFault) -> [ImageAnswer] {
    try reading { question in
      let parts = try question.staleParts()
      return try question.chain(of: try question.number(of: selector)).map { id in
        guard let image = try question.image(id) else {
          throw StoreFault.unknownImage("#\(id)", scan: point.scan)
        }
        return image.marked(by: parts)
      }
    }
  }

  /// Everything that breaks if the images go: nearest first, then in byte order of the paths.
  public func dependents(_ selectors: [ImageSelector]) throws(StoreFault) -> [DependentAnswer] {
    try reading { question in
      try question.dependents(of: try question.bases(selectors), depthLimit: .max)
    }
  }

  /// Whether it is known who may need an image by a broken reference: not after the last scan of an earlier
  /// version, until there is another.
  public func areClaimsJudged() throws(StoreFault) -> Bool {
    try reading { try $0.areClaimsJudged() }
  }

  /// Open findings, worst first, then in byte order of the paths; with `since` also those that
  /// opened or closed after that scan.
  public func findings(
    kinds: Set<FindingKind>, pool: String?, since: When?
  ) throws(StoreFault) -> [FindingAnswer] {
    let start = try since.map { when throws(StoreFault) in try times.point(when).scan }
    return try reading { question in
      try question.checkPool(pool)
      return try question.markStale(
        question.findings(kinds: kinds, pool: pool, closedAfter: start))
    }
  }

  /// What nothing refers to.
  public func orphans(
    all: Bool, olderThanMilliseconds age: Int64?
  ) throws(StoreFault) -> [OrphanAnswer] {
    let orphans = try reading { question in
      let parts = try question.staleParts()
      let orphans = try question.orphans(includingUnknown: all)
      return parts.isEmpty ? orphans : try question.marked(orphans, by: parts)
    }
    guard let age else { return orphans }
    return orphans.filter { $0.since.time.milliseconds <= point.time.milliseconds - age }
  }

  /// Why nothing is called an orphan for the sake of other hosts, in sentences; empty where it may be.
  public func sharedPools() throws(StoreFault) -> [String] {
    try reading { try $0.sharedPools() }
  }

  /// All pools in byte order of their paths.
  public func pools() throws(StoreFault) -> [PoolAnswer] { try reading { try $0.pools() } }

  /// All scans up to this one, oldest first.
  public func scans() throws(StoreFault) -> [ScanSummary] { try reading { try $0.scans() } }

  /// What changed between two scans, in either order; `latest` means this view's scan.
  public func diff(from: When, to: When) throws(StoreFault) -> DiffAnswer {
    let before = try times.point(from).scan
    let after = try times.point(to).scan
    return try Connection.translating(file) {
      try database.read {
        let question = Question($0, at: before, times: times, clock: clock)
        return try Comparison(before: question, after: question.asked(at: after)).answer()
      }
    }
  }

  /// The life of an image, or of every image that ever stood at a path, oldest event first.
  public func history(_ selector: ImageSelector) throws(StoreFault) -> [EventAnswer] {
    try reading { try $0.history(of: selector) }
  }

  /// Ends, from any thread, what is being asked at that moment; the question then throws `interrupted`.
  public var interruption: @Sendable () -> Void {
    let database = database
    return { database.interrupt() }
  }

  /// The rows of a query that only reads.
  public func rows(
    sql: String, each: (RowAnswer) throws -> Void
  ) throws(StoreFault) {
    try reading { try $0.rows(sql: sql, each: each) }
  }
}
