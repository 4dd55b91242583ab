internal import Database
internal import DiskImage
internal import GRDB
internal import Model
internal import Sighting

/// The rows of new images: a first scan spends most of its time in writing them.
struct BulkRows {
  private let images: RowBatch
  private let places: RowBatch
  private let states: RowBatch
  private let files: RowBatch
  private let references: RowBatch
  /// Links that are resolved.
  private let links: RowBatch
  /// Links that are still to be resolved.
  private let left: RowBatch
  private let touched: RawStatement
  private let severalNames: RawStatement

  init(_ database: Database, scan: Int64) throws {
    images = try RowBatch(
      database, into: "image (id, first_scan, \(ImageColumn.names()))",
      values: "?, \(scan), \(ImageColumn.marks)")
    places = try RowBatch(
      database, into: "place (directory, name, from_scan, until_scan, image, signature)",
      values: "?, ?, \(scan), NULL, ?, ?")
    states = try RowBatch(
      database, into: "image_state (image, from_scan, until_scan, \(HeaderColumn.names()))",
      values: "?, \(scan), NULL, \(HeaderColumn.marks)")
    files = try RowBatch(
      database, into: "file_state (image, from_scan, until_scan, \(FileColumn.names()))",
      values: "?, \(scan), NULL, \(FileColumn.marks)")
    references = try RowBatch(
      database,
      into: "reference (holder, ordinal, from_scan, until_scan, \(ReferenceColumn.names()))",
      values: "?, ?, \(scan), NULL, \(ReferenceColumn.marks)")
    links = try RowBatch(
      database,
      into: """
        link (
          holder, ordinal, from_scan, until_scan, directory, name, target_image, is_backing, state)
        """, values: "?, ?, \(scan), NULL, ?, ?, ?, ?, 'ok'")
    left = try RowBatch(
      database, into: "temp.relink (holder, ordinal, is_backing, directory, name, state)",
      values: "?, ?, ?, ?, ?, ?")
    touched = try RawStatement(
      database, sql: "INSERT OR IGNORE INTO temp.touched (holder) VALUES (?)")
    severalNames = try RawStatement(
      database, sql: "INSERT OR IGNORE INTO temp.several_names (image) VALUES (?)")
  }

  /// An image under its own number.
  func add(
    image number: Int64, _ seen: SeenFile, filesystem: Int64, ownership: Int64,
    _ database: Database
  ) throws {
    let image = images.next
    image.bind(number, at: 1)
    ImageColumn.bind(seen, on: filesystem, to: image, from: 2)
    try images.add(database)
    let file = files.next
    file.bind(number, at: 1)
    FileColumn.bind(seen, of: ownership, to: file, from: 2)
    try files.add(database)
  }

  /// A name under which an image stands.
  func add(
    name seen: SeenFile, in directory: Int64, of image: Int64, _ database: Database
  ) throws {
    let place = places.next
    place.bind(directory, at: 1)
    place.bind(blob: seen.name, at: 2)
    place.bind(image, at: 3)
    place.bind(seen.signature, at: 4)
    try places.add(database)
  }

  /// What the header of an image says; `detail` is the number of its row of details.
  func add(
    _ header: SeenHeader, of image: Int64, isImage: Bool, detail: Int64?, _ database: Database
  ) throws {
    let state = states.next
    state.bind(image, at: 1)
    HeaderColumn.bind(header, isImage: isImage, detail: detail, to: state, from: 2)
    try states.add(database)
  }

  /// A reference of an image.
  func add(
    _ reference: SeenReference, ordinal: Int64, of holder: Int64, _ database: Database
  ) throws {
    let row = references.next
    row.bind(holder, at: 1)
    row.bind(ordinal, at: 2)
    ReferenceColumn.bind(reference, to: row, from: 3)
    try references.add(database)
  }

  /// A link to an image that was seen.
  func add(_ link: SameDirectoryLinkCache.Link, to target: Int64, _ database: Database) throws {
    let row = links.next
    row.bind(link.holder, at: 1)
    row.bind(link.ordinal, at: 2)
    row.bind(link.place.directory, at: 3)
    row.bind(blob: link.place.name, at: 4)
    row.bind(target, at: 5)
    row.bind(link.isBacking, at: 6)
    try links.add(database)
  }

  /// A link to an image that was not seen yet, still to be resolved.
  func leave(_ link: SameDirectoryLinkCache.Link, _ database: Database) throws {
    try leave(
      link.ordinal, of: link.holder, isBacking: link.isBacking, directory: link.place.directory,
      name: link.place.name, state: nil, database)
  }

  /// The link that a reference makes to something in a directory, still to be resolved.
  func leave(
    _ reference: SeenReference, in directory: Int64?, ordinal: Int64, of holder: Int64,
    _ database: Database
  ) throws {
    try leave(
      ordinal, of: holder, isBacking: reference.isBacking, directory: directory,
      name: reference.name, state: reference.goal.state, database)
  }

  private func leave(
    _ ordinal: Int64, of holder: Int64, isBacking: Bool, directory: Int64?,
    name: ArraySlice<UInt8>?, state: LinkState?, _ database: Database
  ) throws {
    let row = left.next
    row.bind(holder, at: 1)
    row.bind(ordinal, at: 2)
    row.bind(isBacking, at: 3)
    row.bind(directory, at: 4)
    row.bind(blob: name, at: 5)
    row.bind(state?.rawValue, at: 6)
    try left.add(database)
  }

  /// An image of which a finding could be made.
  func touch(_ holder: Int64, _ database: Database) throws {
    touched.bind(holder, at: 1)
    try touched.run(database)
  }

  /// An image that stands at several paths.
  func note(severalNames image: Int64, _ database: Database) throws {
    severalNames.bind(image, at: 1)
    try severalNames.run(database)
  }

  /// Makes sure that every image can be asked for.
  func flushImages(_ database: Database) throws { try images.flush(database) }

  /// Writes what is not in its table yet.
  func flush(_ database: Database) throws {
    for batch in [images, places, states, files, references, links, left] {
      try batch.flush(database)
    }
  }
}
