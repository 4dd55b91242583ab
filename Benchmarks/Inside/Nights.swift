import Database
import DiskImage
import Foundation
import Model
import Query
import Record
import Rules
import Sighting

/// What it costs to make a night of what a walk brought: stage, reconcile, judge and commit.
func measureNights() {
  let folder = TemporaryFolder()
  measure("reconcile: first scan ×\(SyntheticPool.count)", in: folder) {
    try SyntheticPool().whole(night: 1)
  } before: { reports in
    let database = folder.newDatabase()
    return (night: try Night(1, in: database), reports, database)
  } call: { night, reports, _ in
    try expect(try night.write(reports).added, SyntheticPool.count)
  } after: { _, _, database in
    try folder.removeDatabase(database)
  }
  measureSecondNight("1 % changed, the rest not read") { pool, known in
    try pool.changed(night: 2, known: known)
  }
  measureSecondNight("1 % changed, all read again ×\(SyntheticPool.count)") { pool, known in
    try pool.whole(night: 2, known: known)
  }
  measureKnown()
}

/// Measures a second night, each time in a copy of the database that the first night left.
private func measureSecondNight(
  _ name: String, _ reports: @escaping (SyntheticPool, KnownInventory) throws -> [DirectoryReport]
) {
  let folder = TemporaryFolder()
  measure("reconcile: \(name)", in: folder) {
    let pool = try SyntheticPool()
    let night = try Night(1, in: folder.path("first.sqlite"))
    try night.write(try pool.whole(night: 1))
    try night.close()
    return try reports(pool, night.known)
  } before: { reports in
    let database = folder.newDatabase()
    let copy = folder.url(String(decoding: database.name, as: UTF8.self))
    try FileManager.default.copyItem(at: folder.url("first.sqlite"), to: copy)
    return (night: try Night(2, in: database), reports, database)
  } call: { night, reports, _ in
    try expect(try night.write(reports).changed, SyntheticPool.directories)
  } after: { _, _, database in
    try folder.removeDatabase(database)
  }
}

/// Measures what a walk asks of each directory before it compares.
private func measureKnown() {
  let folder = TemporaryFolder()
  measure("reconcile: what is known of a directory of 100", in: folder) {
    let night = try Night(1, in: folder.path("first.sqlite"))
    try night.write(try SyntheticPool().whole(night: 1))
    return night.known
  } before: { known in
    known
  } call: { known in
    let path = SyntheticPool.path(directory: 42)
    try expect(Int64(try known.directory(path).count), SyntheticPool.imagesEach)
  }
}

private func expect(_ count: Int64, _ expected: Int) throws {
  try Unexpected.unless(count == expected, "\(count) images, not \(expected)")
}
