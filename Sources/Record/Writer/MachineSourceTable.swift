internal import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Which sources of machines scans read.
struct MachineSourceTable {
  private let database: Database

  init(_ database: Database) { self.database = database }

  func all() throws -> [MachineSourcePlace] {
    try Row.fetchAll(database, sql: "SELECT kind, path FROM machine_source ORDER BY path, kind")
      .map { MachineSourcePlace(kind: $0["kind"], path: PathBytes($0["path"] as Data)) }
  }

  /// Remembers what a scan read. What somebody let go of goes, unless the scan read it.
  func write(_ read: [MachineSourcePlace]) throws {
    for path in try InventoryWriter.forgottenSources(database) {
      for place in try all() where place.path.isAtOrBelow(path) {
        try database.execute(
          sql: "DELETE FROM machine_source WHERE kind = ? AND path = ?",
          arguments: [place.kind, place.path.databaseValue])
      }
    }
    for place in read {
      try database.execute(
        sql: "INSERT OR IGNORE INTO machine_source (kind, path) VALUES (?, ?)",
        arguments: [place.kind, place.path.databaseValue])
    }
  }
}
