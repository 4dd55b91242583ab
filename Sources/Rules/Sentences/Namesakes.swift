internal import Database
internal import Foundation
internal import GRDB
internal import Model

/// Where files stand that have the names of machines' missing disks: looked for in one walk over all places,
/// however many disks are missing.
struct Namesakes {
  /// Places that are kept of one name; with a name that every machine has there are many.
  private static let limit = 3

  /// By scan and name, in the order of directories.
  private var known: [Int64: [Data: [PathBytes]]] = [:]

  /// Where files of a name stand, in any pool: the first few.
  mutating func places(of name: Data?, _ transaction: ReadTransaction) throws -> [PathBytes] {
    guard let name else { return [] }
    if let found = known[transaction.at] { return found[name] ?? [] }
    var places: [Data: [PathBytes]] = [:]
    let rows = try transaction.rows(
      """
      SELECT directory.path, place.name FROM place_at AS place
      JOIN directory ON directory.id = place.directory
      WHERE place.name IN (
        SELECT name FROM link_at WHERE holder < 0 AND state = 'missing' AND name IS NOT NULL)
      ORDER BY directory.path
      """)
    while let row = try rows.next() {
      let name: Data = row[1]
      if (places[name]?.count ?? 0) < Self.limit {
        places[name, default: []].append(PathBytes(directory: row[0], name: name))
      }
    }
    known[transaction.at] = places
    return places[name] ?? []
  }
}
