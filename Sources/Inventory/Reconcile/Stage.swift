internal import DiskImage
internal import GRDB

/// Takes what a scan sees, batch by batch, into temporary tables of the writing connection.
///
/// Used by one thread. Nothing of it is in the database before `Reconciliation` runs.
final class Stage {
  private var nextSeen: Int64 = 1
  private var directories: NumberedNames<PathBytes>
  private var filesystems: NumberedNames<String>
  private var details: NumberedNames<Int>
  private let insertFile: RawStatement
  private let insertReference: RawStatement
  private var detailTexts: [Int64: (digest: Int64, json: String)] = [:]
  /// The host's number.
  let host: Int64
  /// Whether no image is known yet: then every file is a new image, whatever it is.
  let isFirst: Bool
  /// What writes the first scan of a database; `nil` where there was one.
  let first: FirstScan?

  init(_ database: Database, host: Int64) throws {
    self.host = host
    directories = try .init(database, table: "directory")
    filesystems = try .init(database, table: "filesystem")
    details = try .init(database, table: "image_detail")
    isFirst = try Int64.fetchOne(database, sql: "SELECT id FROM image LIMIT 1") == nil
    try database.execute(sql: StatementText.text(PackageResources.stage_sql))
    try database.execute(sql: StatementText.text(PackageResources.stage_domains_sql))
    first = try FirstScan(database)
    insertFile = try RawStatement(database, sql: Self.insertFileText)
    insertReference = try RawStatement(
      database, sql: "INSERT INTO temp.seen_reference VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
  }

  /// Takes up a report; `pool` is the number of the pool that its directory belongs to.
  func add(_ report: DirectoryReport, pool: Int64, _ database: Database) throws {
    let directory = try number(ofDirectory: report.path, database)
    let canonical = try number(ofDirectory: report.canonicalPath, database)
    let filesystem = try number(ofFilesystem: report.filesystem, database)
    try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.seen_directory VALUES (?,?,?,?,?)"
    )
    .execute(arguments: [directory, pool, filesystem, canonical, report.isMountPoint])
    for file in report.files {
      try add(file, in: directory, filesystem: filesystem, pool: pool, database)
      try first?.staged(database)
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

  /// The path of a directory that has a number and is not written yet.
  func freshDirectory(_ number: Int64) -> PathBytes? {
    directories.freshName(number)
  }

  private func number(ofFilesystem identity: String, _ database: Database) throws -> Int64 {
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
    let detail = try database.cachedStatement(
      sql: "INSERT INTO image_detail (id, digest, json) VALUES (?, ?, ?)")
    for (number, _) in details.fresh {
      guard let text = detailTexts[number] else { continue }
      try detail.execute(arguments: [number, text.digest, text.json])
    }
    details.wroteFresh()
    detailTexts.removeAll()
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
  private static let insertFileText = """
    INSERT INTO temp.seen (
      id, directory, name, known_image, filesystem, inode, birth_time, is_elsewhere, file_size,
      actual_size, modified, changed, signature, is_in_use, is_readable, kind, format, content,
      virtual_size, cluster_size, is_encrypted, is_dirty, is_corrupt, unknown_feature, fault,
      detail, header_digest, image, is_new, sample, own_uuid, own_mark, parent_mark,
      is_first)
    VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
    """

  private func add(
    _ file: SeenFile, in directory: Int64, filesystem: Int64, pool: Int64, _ database: Database
  ) throws {
    let seen = nextSeen
    nextSeen += 1
    let first = try first?.identify(file, filesystem: filesystem, pool: pool, database)
    let insert = insertFile
    insert.bind(seen, at: 1)
    insert.bind(directory, at: 2)
    insert.bind(blob: file.name, at: 3)
    insert.bind(file.knownImage, at: 4)
    insert.bind(filesystem, at: 5)
    insert.bind(Int64(bitPattern: file.inode), at: 6)
    insert.bind(file.birthTime, at: 7)
    insert.bind(file.mayStandElsewhere, at: 8)
    insert.bind(Int64(clamping: file.fileSize), at: 9)
    insert.bind(Int64(clamping: file.actualSize), at: 10)
    insert.bind(file.modified, at: 11)
    insert.bind(file.changed, at: 12)
    insert.bind(file.signature, at: 13)
    insert.bind(file.isInUse, at: 14)
    insert.bind(file.facts != nil, at: 15)
    try bind(file.facts, hasDiskName: file.hasDiskName, to: insert, from: 16, database)
    insert.bind(file.headerDigest, at: 27)
    insert.bind(first?.image ?? (isFirst ? seen : nil), at: 28)
    insert.bind(isFirst, at: 29)
    insert.bind(file.sample, at: 30)
    insert.bind(file.facts?.ownUUID, at: 31)
    insert.bind(file.facts?.mark(of: .own), at: 32)
    insert.bind(file.facts?.mark(of: .parent), at: 33)
    insert.bind(first?.isFirst ?? true, at: 34)
    try insert.run(database)
    guard let facts = file.facts, first?.isFirst ?? true else { return }
    for (ordinal, reference) in facts.references.enumerated() {
      let target =
        ordinal < file.targets.count ? file.targets[ordinal] : ReferenceTarget()
      try add(reference, target, ordinal: ordinal, seen: seen, database)
    }
  }

  /// Binds what a header says, from `kind` to `detail`, at the columns from `first` on.
  private func bind(
    _ facts: ImageFacts?, hasDiskName: Bool, to insert: RawStatement, from first: Int32,
    _ database: Database
  ) throws {
    guard let facts else {
      for column in 0...10 as ClosedRange<Int32> { insert.bindNull(at: first + column) }
      return
    }
    insert.bind(facts.isImage(hasDiskName: hasDiskName) ? "image" : "other", at: first)
    insert.bind(facts.format.rawValue, at: first + 1)
    insert.bind(facts.content, at: first + 2)
    insert.bind(facts.virtualSize.map { Int64(clamping: $0) }, at: first + 3)
    insert.bind(facts.clusterSize.map { Int64(clamping: $0) }, at: first + 4)
    insert.bind(facts.isEncrypted, at: first + 5)
    insert.bind(facts.isDirty, at: first + 6)
    insert.bind(facts.isCorrupt, at: first + 7)
    insert.bind(
      facts.unknownFeatures.isEmpty ? nil : facts.unknownFeatures.joined(separator: ", "),
      at: first + 8)
    insert.bind(facts.fault?.reason, at: first + 9)
    insert.bind(try number(ofDetail: facts, database), at: first + 10)
  }

  private func number(ofDetail facts: ImageFacts, _ database: Database) throws -> Int64? {
    let hash = facts.detailHash
    guard hash != 0 else { return nil }
    if let number = details[hash] { return number }
    guard let json = try ImageDetail(facts)?.json() else { return nil }
    var content = ContentDigest()
    content.combine(Array(json.utf8))
    let found = try Int64.fetchOne(
      database, sql: "SELECT id FROM image_detail WHERE digest = ? AND json = ?",
      arguments: [content.value, json])
    let number = details.number(hash, found: found)
    if found == nil { detailTexts[number] = (content.value, json) }
    return number
  }

  private func add(
    _ reference: StoredReference, _ target: ReferenceTarget, ordinal: Int, seen: Int64,
    _ database: Database
  ) throws {
    let insert = insertReference
    let recorded = reference.recordedFormat.map { PathBytes($0).displayText }
    first?.note(statedFormat: recorded ?? target.formatInReference)
    insert.bind(seen, at: 1)
    insert.bind(Int64(ordinal), at: 2)
    insert.bind(reference.role.rawValue, at: 3)
    insert.bind(blob: reference.stored, at: 4)
    insert.bind(recorded, at: 5)
    insert.bind(target.formatInReference, at: 6)
    let goal = LinkGoal(target)
    insert.bind(try goal.path.map { try number(ofDirectory: $0.directory, database) }, at: 7)
    insert.bind(blob: goal.path.map { Array($0.name) }, at: 8)
    insert.bind(goal.state?.rawValue, at: 9)
    try insert.run(database)
  }
}

extension ImageFacts {
  /// Whether a file with this content is an image, and not a file that only looks like nothing.
  func isImage(hasDiskName: Bool) -> Bool { format != .raw || content != nil || hasDiskName }
}
