internal import GRDB

/// Where images stand and in which pool, by image and scan: one look for each.
struct PlaceCache {
  typealias Place = (path: PathBytes, pool: String?)

  private let question: Question
  private let standing: RawStatement
  /// By scan what each pool was called.
  private var names: [Int64: [Int64: String]] = [:]
  private var latest: [Int64: Place?] = [:]

  init(_ question: Question) throws {
    self.question = question
    standing = try RawStatement(
      question.database,
      sql: """
        SELECT directory.path, place.name, directory_state.pool FROM place
        JOIN directory ON directory.id = place.directory
        LEFT JOIN directory_state ON directory_state.directory = place.directory
          AND directory_state.from_scan <= ?2
          AND (directory_state.until_scan IS NULL OR directory_state.until_scan > ?2)
        WHERE place.image = ?1 AND place.from_scan <= ?2
          AND (place.until_scan IS NULL OR place.until_scan > ?2)
        """)
  }

  mutating func place(of image: Int64, at scan: Int64) throws -> Place? {
    if scan == question.at, let known = latest[image] { return known }
    let found = try find(image, at: scan)
    if scan == question.at { latest[image] = .some(found) }
    return found
  }

  /// The first in byte order of the places of an image.
  private mutating func find(_ image: Int64, at scan: Int64) throws -> Place? {
    var first: (path: PathBytes, pool: Int64)?
    standing.bind(image, at: 1)
    standing.bind(scan, at: 2)
    while try standing.next(question.database) {
      var bytes: [UInt8] = []
      standing.appendBlob(at: 0, to: &bytes)
      let directory = PathBytes(bytes)
      bytes.removeAll(keepingCapacity: true)
      standing.appendBlob(at: 1, to: &bytes)
      let path = directory.appending(bytes)
      if let known = first, known.path < path { continue }
      first = (path, standing.integer(at: 2))
    }
    return try first.map { ($0.path, try name(ofPool: $0.pool, at: scan)) }
  }

  private mutating func name(ofPool pool: Int64, at scan: Int64) throws -> String? {
    if let known = names[scan] { return known[pool] }
    let rows = try question.asked(at: scan).rows(
      "SELECT pool.id, \(Question.poolName) AS name FROM pool")
    var all: [Int64: String] = [:]
    while let row = try rows.next() { all[row[0]] = row[1] }
    names[scan] = all
    return all[pool]
  }
}

/// Causes as they are kept, which many findings of one scan have in common.
struct CauseCache {
  private let question: Question
  private var causes: [String: FindingCause] = [:]

  init(_ question: Question) { self.question = question }

  mutating func cause(_ json: String) throws -> FindingCause {
    if let known = causes[json] { return known }
    let kept = try KeptCause(json: json)
    let cause = FindingCause(
      kind: FindingCause.Kind(rawValue: kept.kind) ?? .neverSeen, evidence: kept.evidence,
      nowAt: try kept.image.map(question.places) ?? [])
    causes[json] = cause
    return cause
  }
}
