internal import Database
internal import DiskImage
internal import GRDB
internal import Model
internal import Sighting

/// The statements that put files and their references into the temporary tables of a scan.
struct StageRows {
  private let file: RawStatement
  private let reference: RawStatement

  init(_ database: Database) throws {
    file = try RawStatement(
      database,
      sql: """
        INSERT INTO temp.seen (
          id, directory, name, known_image, filesystem, inode, birth_time, is_elsewhere, file_size,
          actual_size, modified, changed, signature, is_in_use, is_readable, kind, format, content,
          virtual_size, cluster_size, is_encrypted, is_dirty, is_corrupt, unknown_feature, fault,
          detail, header_digest, image, is_new, sample, own_uuid, own_mark, parent_mark, links,
          ownership)
        VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
        """)
    reference = try RawStatement(
      database, sql: "INSERT INTO temp.seen_reference VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
  }

  /// A file; `image` is its number where no image is known yet, so that it must be a new one.
  func add(
    _ seen: SeenFile, as number: Int64, in directory: Int64, filesystem: Int64, ownership: Int64,
    image: Int64?, detail: Int64?, _ database: Database
  ) throws {
    file.bind(number, at: 1)
    file.bind(directory, at: 2)
    file.bind(blob: seen.name, at: 3)
    file.bind(seen.knownImage, at: 4)
    file.bind(filesystem, at: 5)
    file.bind(Int64(bitPattern: seen.inode), at: 6)
    file.bind(seen.birthTime, at: 7)
    file.bind(seen.mayStandElsewhere, at: 8)
    file.bind(Int64(clamping: seen.fileSize), at: 9)
    file.bind(Int64(clamping: seen.actualSize), at: 10)
    file.bind(seen.modified, at: 11)
    file.bind(seen.changed, at: 12)
    file.bind(seen.signature, at: 13)
    file.bind(seen.isInUse, at: 14)
    file.bind(seen.header != nil, at: 15)
    if let header = seen.header {
      header.facts.bind(to: file, from: 16, isImage: seen.isImage, detail: detail)
    } else {
      for column in 16...26 as ClosedRange<Int32> { file.bindNull(at: column) }
    }
    file.bind(seen.header?.digest ?? 0, at: 27)
    file.bind(image, at: 28)
    file.bind(image != nil, at: 29)
    file.bind(seen.sample, at: 30)
    file.bind(seen.header?.facts.ownUUID, at: 31)
    file.bind(seen.header?.facts.mark(of: .own), at: 32)
    file.bind(seen.header?.facts.mark(of: .parent), at: 33)
    file.bind(Int64(seen.linkCount), at: 34)
    file.bind(ownership, at: 35)
    try file.run(database)
  }

  /// A reference of a file that was added.
  func add(
    _ seen: SeenReference, to directory: Int64?, ordinal: Int64, of file: Int64,
    _ database: Database
  ) throws {
    reference.bind(file, at: 1)
    reference.bind(ordinal, at: 2)
    seen.bind(to: reference, from: 3)
    reference.bind(directory, at: 7)
    reference.bind(blob: seen.name, at: 8)
    reference.bind(seen.goal.state?.rawValue, at: 9)
    try reference.run(database)
  }
}

extension ImageFacts {
  /// Binds what a header says, from the kind of file to the number of its details: eleven columns
  /// that stand in this order wherever an image's state is written.
  func bind(to statement: RawStatement, from first: Int32, isImage: Bool, detail: Int64?) {
    statement.bind(isImage ? "image" : "other", at: first)
    statement.bind(format.rawValue, at: first + 1)
    statement.bind(content, at: first + 2)
    statement.bind(virtualSize.map { Int64(clamping: $0) }, at: first + 3)
    statement.bind(clusterSize.map { Int64(clamping: $0) }, at: first + 4)
    statement.bind(isEncrypted, at: first + 5)
    statement.bind(isDirty, at: first + 6)
    statement.bind(isCorrupt, at: first + 7)
    statement.bind(
      unknownFeatures.isEmpty ? nil : unknownFeatures.joined(separator: ", "), at: first + 8)
    statement.bind(fault?.reason, at: first + 9)
    statement.bind(detail, at: first + 10)
  }
}
