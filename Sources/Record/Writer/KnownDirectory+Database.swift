internal import Database
internal import GRDB
internal import Model
internal import Sighting

extension KnownDirectory {
  init(_ database: Database, host: Int64, path: PathBytes) throws {
    self.init()
    let find = try RawStatement(
      database,
      sql: """
        SELECT d.id, f.identity, s.is_mount_point FROM directory d
        LEFT JOIN directory_state s ON s.directory = d.id AND s.until_scan IS NULL
        LEFT JOIN filesystem f ON f.id = s.filesystem
        WHERE d.host = ? AND d.path = ?
        """)
    find.bind(host, at: 1)
    find.bind(blob: path.bytes, at: 2)
    guard try find.next(database) else { return }
    let directory = find.integer(at: 0)
    var identity: [UInt8] = []
    find.appendBlob(at: 1, to: &identity)
    wasMountPoint = find.integer(at: 2) == 1
    find.reset()
    filesystem = identity.isEmpty ? nil : String(decoding: identity, as: UTF8.self)
    try readFiles(database, directory)
    try readAliases(database, directory)
  }

  private mutating func readFiles(_ database: Database, _ directory: Int64) throws {
    let rows = try RawStatement(
      database,
      sql: """
        SELECT name, image, signature FROM place
        WHERE directory = ? AND until_scan IS NULL ORDER BY name
        """)
    rows.bind(directory, at: 1)
    var files: [File] = []
    var names: [UInt8] = []
    var ends: [Int] = []
    while try rows.next(database) {
      rows.appendBlob(at: 0, to: &names)
      ends.append(names.count)
      files.append(File(image: rows.integer(at: 1), signature: rows.integer(at: 2)))
    }
    take(files, names: names, ends: ends)
  }

  private mutating func readAliases(_ database: Database, _ directory: Int64) throws {
    let rows = try RawStatement(
      database,
      sql: "SELECT name FROM alias WHERE directory = ? AND until_scan IS NULL ORDER BY name")
    rows.bind(directory, at: 1)
    while try rows.next(database) {
      var name: [UInt8] = []
      rows.appendBlob(at: 0, to: &name)
      aliases.append(name)
    }
  }
}
