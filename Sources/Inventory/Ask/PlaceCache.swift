internal import GRDB

/// Where images stand and in which pool, by image and scan: one look for each.
struct PlaceCache {
  typealias Place = (path: PathBytes, pool: String?)

  private let question: Question
  private let standing: RawStatement
  private let pools: [Int64: String]
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
    let names = try Row.fetchAll(question.database, sql: "SELECT id, name FROM pool")
    pools = Dictionary(names.map { ($0[0], $0[1]) }) { first, _ in first }
  }

  mutating func place(of image: Int64, at scan: Int64) throws -> Place? {
    if scan == question.at, let known = latest[image] { return known }
    let found = try find(image, at: scan)
    if scan == question.at { latest[image] = .some(found) }
    return found
  }

  /// The first in byte order of the places of an image.
  private func find(_ image: Int64, at scan: Int64) throws -> Place? {
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
    return first.map { ($0.path, pools[$0.pool]) }
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
