internal import Database
internal import DiskImage
internal import GRDB
internal import Model
internal import Sighting

/// Takes what a scan sees, batch by batch, into temporary tables of the writing connection.
///
/// Used by one thread. Nothing of it is in the database before `Reconciliation` runs.
final class Stage {
  private var directories: NumberedNames<PathBytes>
  private var filesystems: NumberedNames<String>
  private var details: NumberedNames<Int>
  private var ownerships: NumberedNames<FileOwnership>
  /// The ownership that was asked for last: most files of a pool have one.
  private var lastOwnership: (value: FileOwnership, number: Int64)?
  /// The directory of the report that is taken up: most references lead to a file in it.
  private var home: (path: PathBytes, number: Int64)?
  /// The detail that was asked for last: files that are read one after the other are often of one make.
  private var lastDetail: (hash: Int, number: Int64)?
  /// The roots of the pools that were walked.
  private var roots: [Int64: PoolRoot] = [:]
  /// By file system the room that it has.
  private var rooms: [Int64: FileSystemRoom] = [:]
  private var detailTexts: [Int64: (digest: Int64, json: String)] = [:]
  /// The host's number.
  let host: Int64
  /// Where files go.
  let sink: any ScanSink

  /// A stage of a host's scan; into a database that holds nothing files are written in bulk.
  init(
    _ database: Database, host: Int64, inBulk: Bool,
    noting isRemarkable: @escaping (SeenFile) -> Bool
  ) throws {
    self.host = host
    directories = try .init(database, table: "directory")
    filesystems = try .init(database, table: "filesystem")
    details = try .init(database, table: "image_detail")
    ownerships = try .init(database, table: "ownership")
    try database.execute(sql: StatementText.text(PackageResources.stage_sql))
    try database.execute(sql: StatementText.text(PackageResources.stage_domains_sql))
    sink = try inBulk ? Bulk(database, noting: isRemarkable) : Incremental(database)
  }

  /// Takes up a report; `pool` is the number of the pool that its directory belongs to.
  func add(_ report: DirectoryReport, pool: Int64, _ database: Database) throws {
    let directory = try number(ofDirectory: report.path, database)
    home = (report.path, directory)
    let canonical = try number(ofDirectory: report.canonicalPath, database)
    let filesystem = try number(ofFilesystem: report.filesystem, database)
    try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.seen_directory VALUES (?,?,?,?,?,?)"
    )
    .execute(arguments: [
      directory, pool, filesystem, canonical, report.isMountPoint,
      Int64(bitPattern: report.inode),
    ])
    if let room = report.room { rooms[filesystem] = room }
    if let identity = report.identity {
      roots[pool] = PoolRoot(
        filesystem: filesystem, inode: Int64(bitPattern: identity.inode),
        birthTime: identity.birthTime)
    }
    let place = WalkedDirectory(number: directory, filesystem: filesystem, pool: pool)
    // A span lends each file; an iterator would copy it.
    let files = report.files.span
    for index in files.indices {
      try sink.add(files[index], in: place, numbersOf: self, database)
    }
    for alias in report.aliases { try add(alias, in: directory, database) }
    try add(names: report.goneNames, of: directory, to: "gone", database)
    try add(names: report.goneAliases, of: directory, to: "gone_alias", database)
  }

  /// The number of a directory, given before the directory is written.
  func number(ofDirectory path: PathBytes, _ database: Database) throws -> Int64 {
    if let number = directories[path] { return number }
    let find = try RawStatement(
      database, sql: "SELECT id FROM directory WHERE host = ? AND path = ?")
    find.bind(host, at: 1)
    find.bind(blob: path.bytes, at: 2)
    let found = try find.next(database) ? find.integer(at: 0) : nil
    find.reset()
    return directories.number(path, found: found)
  }

  /// The number of the directory in which a path stands.
  private func number(ofDirectoryOf path: PathBytes, _ database: Database) throws -> Int64 {
    if let home, path.stands(in: home.path) { return home.number }
    return try number(ofDirectory: path.directory, database)
  }

  /// The path of a directory that has a number and is not written yet.
  func freshDirectory(_ number: Int64) -> PathBytes? {
    directories.freshName(number)
  }

  /// The name of a file system by its number, written or not.
  func identity(ofFilesystem number: Int64, _ database: Database) throws -> String? {
    if let fresh = filesystems.freshName(number) { return fresh }
    return try String.fetchOne(
      database, sql: "SELECT identity FROM filesystem WHERE id = ?", arguments: [number])
  }

  /// The number of a file system, given before the file system is written.
  func number(ofFilesystem identity: String, _ database: Database) throws -> Int64 {
    if let number = filesystems[identity] { return number }
    let found = try Int64.fetchOne(
      database, sql: "SELECT id FROM filesystem WHERE host = ? AND identity = ?",
      arguments: [host, identity])
    return filesystems.number(identity, found: found)
  }

  /// Writes directories, file systems and details that got numbers and are not in the database.
  func writeNames(_ database: Database) throws {
    let insert = try RawStatement(
      database, sql: "INSERT INTO directory (id, host, path) VALUES (?, ?, ?)")
    for (number, path) in directories.fresh {
      insert.bind(number, at: 1)
      insert.bind(host, at: 2)
      insert.bind(blob: path.bytes, at: 3)
      try insert.run(database)
    }
    directories.wroteFresh()
    for (number, identity) in filesystems.fresh {
      try database.execute(
        sql: "INSERT INTO filesystem (id, host, identity) VALUES (?, ?, ?)",
        arguments: [number, host, identity])
    }
    filesystems.wroteFresh()
    for (number, ownership) in ownerships.fresh {
      try database.execute(
        sql: "INSERT INTO ownership VALUES (?, ?, ?, ?)",
        arguments: [number, ownership.user, ownership.group, ownership.mode])
    }
    ownerships.wroteFresh()
    let detail = try database.cachedStatement(
      sql: "INSERT INTO image_detail (id, digest, json) VALUES (?, ?, ?)")
    for (number, _) in details.fresh {
      guard let text = detailTexts[number] else { continue }
      try detail.execute(arguments: [number, text.digest, text.json])
    }
    details.wroteFresh()
    detailTexts.removeAll()
  }

  /// Writes which directories the pools are that were walked.
  func writeRoots(_ database: Database) throws {
    let update = try database.cachedStatement(
      sql: """
        UPDATE pool SET filesystem = :filesystem, inode = :inode, birth_time = :birth
        WHERE id = :pool AND (filesystem IS NOT :filesystem OR inode IS NOT :inode
          OR birth_time IS NOT :birth)
        """)
    for (pool, root) in roots.sorted(by: { $0.key < $1.key }) {
      try update.execute(arguments: [
        "pool": pool, "filesystem": root.filesystem, "inode": root.inode,
        "birth": root.birthTime,
      ])
    }
  }

  /// Writes how much room file systems have, where that is another than it was.
  func writeRooms(_ database: Database, scan: Int64) throws {
    for (filesystem, room) in rooms.sorted(by: { $0.key < $1.key }) {
      let values: StatementArguments = [
        "scan": scan, "filesystem": filesystem, "capacity": Int64(clamping: room.capacity),
        "available": Int64(clamping: room.available),
      ]
      try database.execute(
        sql: """
          UPDATE filesystem_state SET until_scan = :scan
          WHERE filesystem = :filesystem AND until_scan IS NULL
            AND (capacity <> :capacity OR available <> :available)
          """, arguments: values)
      try database.execute(
        sql: """
          INSERT INTO filesystem_state (filesystem, from_scan, capacity, available)
          SELECT :filesystem, :scan, :capacity, :available WHERE NOT EXISTS (
            SELECT 1 FROM filesystem_state WHERE filesystem = :filesystem AND until_scan IS NULL)
          """, arguments: values)
    }
  }

  private func add(
    names: [[UInt8]], of directory: Int64, to table: String, _ database: Database
  ) throws {
    guard !names.isEmpty else { return }
    let insert = try RawStatement(
      database, sql: "INSERT OR IGNORE INTO temp.\(table) VALUES (?, ?)")
    for name in names {
      insert.bind(directory, at: 1)
      insert.bind(blob: name, at: 2)
      try insert.run(database)
    }
  }

  private func add(_ alias: SeenAlias, in directory: Int64, _ database: Database) throws {
    let insert = try RawStatement(
      database, sql: "INSERT OR IGNORE INTO temp.seen_alias VALUES (?, ?, ?, ?, ?)")
    insert.bind(directory, at: 1)
    insert.bind(blob: alias.name, at: 2)
    insert.bind(blob: alias.linkText, at: 3)
    insert.bind(try alias.target.map { try number(ofDirectory: $0.directory, database) }, at: 4)
    insert.bind(blob: alias.target.map { Array($0.name) }, at: 5)
    try insert.run(database)
  }
}

// MARK: - Files

extension Stage {
  /// Calls `body` with each reference of a file, the number of the directory to which it leads where that is
  /// a local one, and its place among them.
  func forEachReference(
    of header: SeenHeader, _ database: Database,
    _ body: (SeenReference, _ directory: Int64?, _ ordinal: Int64) throws -> Void
  ) throws {
    for (ordinal, reference) in header.references.enumerated() {
      let directory = try reference.goal.path.map { try number(ofDirectoryOf: $0, database) }
      try body(reference, directory, Int64(ordinal))
    }
  }

  /// The number of whose a file is.
  func number(of ownership: FileOwnership, _ database: Database) throws -> Int64 {
    if let lastOwnership, lastOwnership.value == ownership { return lastOwnership.number }
    let number =
      try ownerships[ownership]
      ?? ownerships.number(
        ownership,
        found: Int64.fetchOne(
          database,
          sql: """
            SELECT id FROM ownership WHERE "user" = ? AND "group" = ? AND mode = ?
            """, arguments: [ownership.user, ownership.group, ownership.mode]))
    lastOwnership = (ownership, number)
    return number
  }

  /// The number of the row that says what is particular to a format; `nil` where nothing is.
  func number(ofDetail file: SeenFile, _ database: Database) throws -> Int64? {
    guard let header = file.header, header.detailHash != 0 else { return nil }
    if let lastDetail, lastDetail.hash == header.detailHash { return lastDetail.number }
    guard let number = try number(ofDetail: header, database) else { return nil }
    lastDetail = (header.detailHash, number)
    return number
  }

  private func number(ofDetail header: SeenHeader, _ database: Database) throws -> Int64? {
    if let number = details[header.detailHash] { return number }
    guard let json = try ImageDetail(header.facts)?.json() else { return nil }
    var content = ContentDigest()
    content.combine(Array(json.utf8))
    let found = try Int64.fetchOne(
      database, sql: "SELECT id FROM image_detail WHERE digest = ? AND json = ?",
      arguments: [content.value, json])
    let number = details.number(header.detailHash, found: found)
    if found == nil { detailTexts[number] = (content.value, json) }
    return number
  }
}

/// The directory that is a pool's root.
private struct PoolRoot {
  let filesystem: Int64
  let inode: Int64
  let birthTime: Int64?
}
