internal import Model
internal import Foundation
internal import GRDB
internal import Sighting

extension ScanOutcome {
  /// Adds what came to light only while links were resolved. It counts for the pool of the image whose link
  /// it is, for libvirt's files where it is a domain's, and else for the pool that is nearest.
  mutating func add(_ unasked: [LinkResolution.Unasked], _ database: Database) throws {
    for link in unasked {
      let home = try link.holder > 0 ? Self.pool(of: link.holder, database) : nil
      add(link.problem, to: home, isOfDomain: link.holder < 0)
    }
  }

  /// Adds a directory that could not be looked at.
  mutating func add(_ problems: [ScanProblem]) {
    for problem in problems { add(problem, to: nil, isOfDomain: false) }
  }

  private mutating func add(_ problem: ScanProblem, to home: PathBytes?, isOfDomain: Bool) {
    guard !isOfDomain || domains == nil else {
      domains?.problems.append(problem)
      return
    }
    let wanted = home ?? problem.filename
    let index =
      pools.indices.filter {
        pools[$0].path == wanted || wanted.bytes.starts(with: pools[$0].path.appending([]).bytes)
      }
      .max { pools[$0].path.bytes.count < pools[$1].path.bytes.count } ?? pools.indices.first
    guard let index else {
      domains?.problems.append(problem)
      return
    }
    problems.append((pools[index].path, problem))
    guard pools[index].state == .complete else { return }
    pools[index].state = .partial
    pools[index].reason = "not every link could be followed"
  }

  private static func pool(of image: Int64, _ database: Database) throws -> PathBytes? {
    try Data.fetchOne(
      database,
      sql: """
        SELECT pool.path FROM place
        JOIN directory_state AS home ON home.directory = place.directory
          AND home.until_scan IS NULL
        JOIN pool ON pool.id = home.pool
        WHERE place.image = ? AND place.until_scan IS NULL LIMIT 1
        """, arguments: [image]
    ).map { PathBytes($0) }
  }
}
