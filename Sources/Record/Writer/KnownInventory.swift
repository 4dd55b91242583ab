public import Database
internal import Foundation
internal import GRDB
public import Model
public import Sighting

/// What the database knows, for threads that compare it with what they see. Each question uses a
/// reading connection of its own.
public struct KnownInventory: Sendable {
  private struct Source: Sendable {
    let file: PathBytes
    let database: any DatabaseWriter
    let host: Int64

    func read<Value>(_ body: (Database) throws -> Value) throws(StoreFault) -> Value {
      try Connection.translating(file) { try database.unsafeRead(body) }
    }
  }

  /// Where it is asked; `nil`: nothing is known, and nobody asks.
  private let source: Source?

  /// What is known before the first scan.
  public static let nothing = KnownInventory(source: nil)

  init(_ file: PathBytes, _ database: any DatabaseWriter, host: Int64) {
    self.init(source: Source(file: file, database: database, host: host))
  }

  private init(source: Source?) { self.source = source }

  /// What is known of one directory; empty for a directory that was never seen.
  public func directory(_ path: PathBytes) throws(StoreFault) -> KnownDirectory {
    guard let source else { return KnownDirectory() }
    return try source.read { try KnownDirectory($0, host: source.host, path: path) }
  }

  /// The roots of all pools that were ever scanned, with their names, in byte order.
  public func pools() throws(StoreFault) -> [(name: String, path: PathBytes)] {
    guard let source else { return [] }
    return try source.read {
      try Row.fetchAll(
        $0,
        sql: """
          SELECT name, path FROM pool
          WHERE host = ? AND not_visited IS NULL AND until_scan IS NULL ORDER BY path
          """, arguments: [source.host]
      ).map { (name: $0["name"], path: PathBytes($0["path"] as Data)) }
    }
  }

  /// The roots of all pools that were ever walked, in byte order, and which directories they were then.
  public func roots() throws(StoreFault) -> [KnownRoot] {
    guard let source else { return [] }
    return try source.read {
      try Row.fetchAll(
        $0,
        sql: """
          SELECT pool.path, pool.inode, pool.birth_time, filesystem.identity, pool.name, pool.origin
          FROM pool LEFT JOIN filesystem ON filesystem.id = pool.filesystem
          WHERE pool.host = ? AND pool.not_visited IS NULL AND pool.until_scan IS NULL
          ORDER BY pool.path
          """, arguments: [source.host]
      ).map { row in
        KnownRoot(
          path: PathBytes(row["path"] as Data), filesystem: row["identity"],
          inode: (row["inode"] as Int64?).map { UInt64(bitPattern: $0) },
          birthTime: row["birth_time"], name: row["name"],
          origin: (row["origin"] as String?).flatMap { PoolOrigin(rawValue: $0) })
      }
    }
  }

  /// The sources of machines that scans read, without those that somebody let go of, in byte order.
  public func machineSources() throws(StoreFault) -> [MachineSourcePlace] {
    guard let source else { return [] }
    return try source.read { reader in
      let forgotten = try InventoryWriter.forgottenSources(reader)
      return try MachineSourceTable(reader).all().filter { !$0.path.isAtOrBelow(any: forgotten) }
    }
  }

  /// Whether a source was read at a path or anywhere below it, or a domain, or anything that it uses, is known from a
  /// file there.
  public func hasDomains(below path: PathBytes) throws(StoreFault) -> Bool {
    if try machineSources().contains(where: { $0.path.isAtOrBelow(path) }) { return true }
    return try domainFiles().contains { $0.isAtOrBelow(path) }
  }

  /// The files from which domains, and what they use, are known, without what somebody let go of.
  public func domainFiles() throws(StoreFault) -> Set<PathBytes> {
    guard let source else { return [] }
    return try source.read { reader in
      let speaking = try Data.fetchAll(
        reader, sql: "SELECT source FROM domain_state WHERE until_scan IS NULL")
      // Of what several sources say alike the state names one.
      let others = try String.fetchAll(
        reader,
        sql: """
          SELECT DISTINCT source.value
          FROM reference, json_each(reference.detail, '$.sources') AS source
          WHERE reference.holder < 0 AND reference.until_scan IS NULL
          """)
      let forgotten = try InventoryWriter.forgottenSources(reader)
      return Set(speaking.map { PathBytes($0) })
        .union(others.map { PathBytes(escaped: $0) ?? PathBytes($0) })
        .filter { !$0.isAtOrBelow(any: forgotten) }
    }
  }

  /// Whether a scan ever saw an image at a path.
  public func everStood(_ path: PathBytes) throws(StoreFault) -> Bool {
    guard let source else { return false }
    return try source.read {
      try Bool.fetchOne(
        $0,
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM directory JOIN place ON place.directory = directory.id
            WHERE directory.host = ? AND directory.path = ? AND place.name = ?)
          """, arguments: [source.host, path.directory.databaseValue, Data(path.name)]) ?? false
    }
  }

  /// The directories of a pool as they were last seen, in byte order.
  public func directories(ofPool path: PathBytes) throws(StoreFault) -> [PathBytes] {
    guard let source else { return [] }
    return try source.read {
      try Data.fetchAll(
        $0,
        sql: """
          SELECT directory.path FROM pool
          JOIN directory_state ON directory_state.pool = pool.id
            AND directory_state.until_scan IS NULL
          JOIN directory ON directory.id = directory_state.directory
          WHERE pool.host = ? AND pool.path = ? ORDER BY directory.path
          """, arguments: [source.host, path.databaseValue]
      ).map { PathBytes($0) }
    }
  }

  /// The number of images that the last scan of a pool knew in it.
  public func imageCount(ofPool path: PathBytes) throws(StoreFault) -> Int64 {
    guard let source else { return 0 }
    return try source.read {
      try Int64.fetchOne(
        $0,
        sql: """
          SELECT images FROM pool_scan JOIN pool ON pool.id = pool_scan.pool
          WHERE pool.host = ? AND pool.path = ? AND pool.until_scan IS NULL
          ORDER BY scan DESC LIMIT 1
          """, arguments: [source.host, path.databaseValue]) ?? 0
    }
  }
}

/// The root of a pool, and which directory it was when a scan walked it last.
public struct KnownRoot: Sendable {
  /// The path under which it is known.
  public let path: PathBytes
  /// The identity of its file system; `nil` where no scan noted it.
  public let filesystem: String?
  /// Its number there.
  public let inode: UInt64?
  /// When it was made, in nanoseconds since 1970; `nil` where the file system keeps no such time.
  public let birthTime: Int64?
  /// What the pool is called.
  public let name: String
  /// Who named it last.
  public let origin: PoolOrigin?
}
