package import Database
internal import GRDB
package import Model

/// Where images stand and in which pool, by image and scan: one look for each, and one for each directory.
///
/// Every finding is asked about as of the scan at which it was last open; so the scan is a value of the
/// statements here, and the views of one scan do not serve.
package struct PlaceCache {
  /// The first of the names of an image with its pool, and the other pools in which it has names.
  package typealias Place = (path: PathBytes, pool: String?, otherPools: [String])

  private let transaction: ReadTransaction
  private let standing: RawStatement
  private let naming: RawStatement
  /// By scan what each pool was called.
  private var names: [Int64: [Int64: String]] = [:]
  /// By scan the directories.
  private var directories: [Int64: [Int64: (path: PathBytes, pool: String?)]] = [:]
  private var latest: [Int64: Place?] = [:]

  package init(_ transaction: ReadTransaction) throws {
    self.transaction = transaction
    standing = try RawStatement(
      transaction.database,
      sql: """
        SELECT directory, name FROM place
        WHERE image = ?1 AND from_scan <= ?2 AND (until_scan IS NULL OR until_scan > ?2)
        """)
    naming = try RawStatement(
      transaction.database,
      sql: """
        SELECT directory.path, directory_state.pool FROM directory
        LEFT JOIN directory_state ON directory_state.directory = directory.id
          AND directory_state.from_scan <= ?2
          AND (directory_state.until_scan IS NULL OR directory_state.until_scan > ?2)
        WHERE directory.id = ?1
        """)
  }

  package mutating func place(of image: Int64, at scan: Int64) throws -> Place? {
    if scan == transaction.at, let known = latest[image] { return known }
    let found = try look(for: image, at: scan)
    if scan == transaction.at { latest[image] = .some(found) }
    return found
  }

  /// The first of the places of an image in the order of directories and names, as all answers name it; for who asks
  /// once for each: it is not kept.
  package mutating func look(for image: Int64, at scan: Int64) throws -> Place? {
    var first: Place?
    var others: Set<String> = []
    var home: (directory: PathBytes, name: [UInt8])?
    standing.bind(image, at: 1)
    standing.bind(scan, at: 2)
    while try standing.next(transaction.database) {
      guard let directory = try directory(standing.integer(at: 0), at: scan) else { continue }
      var name: [UInt8] = []
      standing.appendBlob(at: 1, to: &name)
      if let home {
        if let pool = directory.pool { others.insert(pool) }
        if let pool = first?.pool { others.insert(pool) }
        if home.directory < directory.path { continue }
        if home.directory == directory.path, !name.lexicographicallyPrecedes(home.name) { continue }
      }
      home = (directory.path, name)
      first = (directory.path.appending(name), directory.pool, [])
    }
    // Most images have one name.
    if !others.isEmpty {
      if let home = first?.pool { others.remove(home) }
      first?.otherPools = others.sorted()
    }
    return first
  }

  /// The path of a directory and its pool.
  private mutating func directory(
    _ number: Int64, at scan: Int64
  ) throws -> (path: PathBytes, pool: String?)? {
    if let known = directories[scan]?[number] { return known }
    naming.bind(number, at: 1)
    naming.bind(scan, at: 2)
    defer { naming.reset() }
    guard try naming.next(transaction.database) else { return nil }
    var path: [UInt8] = []
    naming.appendBlob(at: 0, to: &path)
    let found = (PathBytes(path), try name(ofPool: naming.integer(at: 1), at: scan))
    directories[scan, default: [:]][number] = found
    return found
  }

  private mutating func name(ofPool pool: Int64, at scan: Int64) throws -> String? {
    if let known = names[scan] { return known[pool] }
    let rows = try transaction.asked(at: scan).rows("SELECT id, name FROM pool_at")
    var all: [Int64: String] = [:]
    while let row = try rows.next() { all[row[0]] = row[1] }
    names[scan] = all
    return all[pool]
  }
}
