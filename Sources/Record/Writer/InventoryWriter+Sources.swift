public import Database
internal import Foundation
internal import GRDB
public import Model
internal import Sighting

extension InventoryWriter {
  /// Lets go of a source of machines that nobody asks for any more: the next scan that asks for machines ends what is
  /// known from files at or below the path, unless it reads them.
  /// - Throws: `unknownSource` where nothing was read there, and no machine is known from there.
  public func forgetSource(
    _ path: PathBytes, isDryRun: Bool
  ) throws(StoreFault) -> SourceChangeResult {
    try writing { database in
      var answer: SourceChangeResult?
      try database.inTransaction(.immediate) {
        let known = try Row.fetchAll(
          database, sql: "SELECT domain, source FROM domain_state WHERE until_scan IS NULL"
        ).filter { PathBytes($0["source"] as Data).isAtOrBelow(path) }
        let read = try MachineSourceTable(database).all()
        guard !known.isEmpty || read.contains(where: { $0.path.isAtOrBelow(path) }) else {
          throw StoreFault.unknownSource(path)
        }
        let findings = try known.reduce(Int64(0)) { count, row in
          try count
            + (Int64.fetchOne(
              database,
              sql: "SELECT count(*) FROM finding WHERE holder = ? AND until_scan IS NULL",
              arguments: [row["domain"] as Int64]) ?? 0)
        }
        answer = SourceChangeResult(
          source: path, machines: Int64(known.count), findings: findings, isDryRun: isDryRun)
        if !isDryRun {
          try database.execute(
            sql: "INSERT OR IGNORE INTO forgotten_source (path) VALUES (?)",
            arguments: [path.databaseValue])
        }
        return .commit
      }
      guard let answer else { throw StoreFault.interrupted }
      return answer
    }
  }

  /// The sources that somebody let go of since the last scan that asked for machines.
  static func forgottenSources(_ database: Database) throws -> Set<PathBytes> {
    Set(
      try Data.fetchAll(database, sql: "SELECT path FROM forgotten_source").map { PathBytes($0) })
  }
}

extension PathBytes {
  /// Whether it is at or below one of some paths.
  func isAtOrBelow(any paths: Set<PathBytes>) -> Bool { paths.contains { isAtOrBelow($0) } }
}
