internal import Database
internal import GRDB
internal import Model
internal import Sighting

/// The statements that put files and their references into the temporary tables of a scan.
struct StagedRows {
  private let file: RawStatement
  private let reference: RawStatement

  init(_ database: Database) throws {
    let columns = [
      ImageColumn.names(), FileColumn.names(), HeaderColumn.names(),
    ].joined(separator: ", ")
    let marks = [ImageColumn.marks, FileColumn.marks, HeaderColumn.marks].joined(separator: ", ")
    file = try RawStatement(
      database,
      sql: """
        INSERT INTO temp.seen (id, directory, name, known_image, is_elsewhere, signature, \(columns))
        VALUES (?, ?, ?, ?, ?, ?, \(marks))
        """)
    reference = try RawStatement(
      database,
      sql: """
        INSERT INTO temp.seen_reference (
          seen, ordinal, directory, name, state, \(ReferenceColumn.names()))
        VALUES (?, ?, ?, ?, ?, \(ReferenceColumn.marks))
        """)
  }

  /// A file.
  func add(
    _ seen: SeenFile, as number: Int64, in directory: WalkedDirectory, ownership: Int64,
    detail: Int64?, _ database: Database
  ) throws {
    file.bind(number, at: 1)
    file.bind(directory.number, at: 2)
    file.bind(blob: seen.name, at: 3)
    file.bind(seen.knownImage, at: 4)
    file.bind(seen.mayStandElsewhere, at: 5)
    file.bind(seen.signature, at: 6)
    ImageColumn.bind(seen, on: directory.filesystem, to: file, from: 7)
    FileColumn.bind(seen, of: ownership, to: file, from: 7 + ImageColumn.count)
    let first = 7 + ImageColumn.count + FileColumn.count
    if let header = seen.header {
      HeaderColumn.bind(header, isImage: seen.isImage, detail: detail, to: file, from: first)
    } else {
      for column in first..<first + HeaderColumn.count { file.bindNull(at: column) }
    }
    try file.run(database)
  }

  /// A reference of a file that was added.
  func add(
    _ seen: SeenReference, to directory: Int64?, ordinal: Int64, of file: Int64,
    _ database: Database
  ) throws {
    reference.bind(file, at: 1)
    reference.bind(ordinal, at: 2)
    reference.bind(directory, at: 3)
    reference.bind(blob: seen.name, at: 4)
    reference.bind(seen.goal.state?.rawValue, at: 5)
    ReferenceColumn.bind(seen, to: reference, from: 6)
    try reference.run(database)
  }
}
