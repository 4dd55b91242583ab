internal import Database
internal import DiskImage
internal import GRDB
internal import Sighting

/// Writes what the first scan of a database sees while it is seen: every file is a new image, so there
/// is nothing to compare it with.
///
/// Used by one thread, in the transaction that the scan's end commits; until then nobody sees a row
/// of it. Marks what has to be judged in passing: most images have nothing that a finding could be
/// about.
final class Bulk: ScanSink {
  /// The number of a database's first scan.
  private static let scan: Int64 = 1

  private let rows: BulkRows
  private let isRemarkable: (SeenFile) -> Bool
  private let sameFile: RawStatement
  private var neighbours = SameDirectoryLinkCache()
  /// Chains, as far as links are resolved.
  private(set) var chains = BackingLinks()
  private var nextImage: Int64 = 1
  /// Images in each pool by their first place; exact as long as no image has several names and no
  /// other file turns out to be used as a disk.
  private(set) var imagesByPool: [Int64: Int64] = [:]
  /// Images of each pool and format that stand in one place.
  private var countedBefore: [Holdings.Key: Holdings.Count] = [:]
  /// Those of the format and pool that came last.
  private var counting: (pool: Int64, format: ImageFormat, count: Holdings.Count)?
  /// Images that may stand in several places, and are not among those.
  private(set) var countedApart: [Int64] = []
  /// Files that could not be read.
  private(set) var unreadableCount: Int64 = 0
  /// Whether any image stands at several paths.
  private(set) var hasSeveralNames = false
  /// Whether any image has several names for its parent.
  private(set) var mayHaveParentNames = false
  /// Whether any file is not recognised as an image.
  private(set) var hasOthers = false
  /// Formats that headers show, and those that references record for their targets.
  private var formats: Set<String> = []
  private var lastFormat = ""

  init(_ database: Database, noting isRemarkable: @escaping (SeenFile) -> Bool) throws {
    self.isRemarkable = isRemarkable
    rows = try BulkRows(database, scan: Self.scan)
    sameFile = try RawStatement(
      database, sql: "SELECT id FROM image WHERE inode = ? AND filesystem = ? AND birth_time IS ?")
    try database.execute(
      sql: """
        DROP VIEW IF EXISTS temp.judged_link;
        CREATE TEMP VIEW judged_link AS
        SELECT holder, ordinal, target_image AS image FROM link WHERE target_image IS NOT NULL
        """)
  }

  /// Whether `imagesByPool` counts every image once, and nothing else.
  var isExact: Bool { !hasSeveralNames && !hasOthers }

  /// Writes a file: a new image, or another name of one.
  func add(
    _ file: SeenFile, in directory: WalkedDirectory, numbersOf stage: Stage, _ database: Database
  ) throws {
    if file.header == nil { unreadableCount += 1 }
    if file.mayStandElsewhere, let image = try known(file, directory.filesystem, database) {
      hasSeveralNames = true
      try rows.note(severalNames: image, database)
      return try add(name: file, in: directory.number, of: image, database)
    }
    let image = nextImage
    nextImage += 1
    try rows.add(
      image: image, file, filesystem: directory.filesystem,
      ownership: stage.number(of: file.ownership, database), database)
    try add(name: file, in: directory.number, of: image, database)
    if isRemarkable(file) { try rows.touch(image, database) }
    guard let header = file.header else { return }
    note(header.facts.format.rawValue)
    if !header.facts.parentNames.isEmpty { mayHaveParentNames = true }
    count(file, image, in: directory.pool)
    try rows.add(
      header, of: image, isImage: file.isImage, detail: stage.number(ofDetail: file, database),
      database)
    try stage.forEachReference(of: header, database) { reference, target, ordinal in
      try rows.add(reference, ordinal: ordinal, of: image, database)
      // Of a parent with several names the identities decide, when all of them are known.
      let isOnlyName = header.facts.parentNames.isEmpty || !reference.isBacking
      if target == directory.number, let name = reference.name, !file.mayStandElsewhere, isOnlyName
      {
        try link(image, ordinal, reference, to: name, in: directory.number, database)
      } else {
        try rows.leave(reference, in: target, ordinal: ordinal, of: image, database)
      }
      if let format = reference.recordedFormat ?? reference.formatInReference {
        note(format)
      }
    }
  }

  /// Writes what is not in its table yet.
  func flush(_ database: Database) throws {
    try giveUpNeighbours(database)
    try rows.flush(database)
  }

  /// Writes a name of an image, and the links that waited for it.
  private func add(
    name file: SeenFile, in directory: Int64, of image: Int64, _ database: Database
  ) throws {
    try rows.add(name: file, in: directory, of: image, database)
    let place = SameDirectoryLinkCache.Place(directory: directory, name: file.name[...])
    try neighbours.note(image, at: place, leaving: { try rows.leave($0, database) }) {
      try add($0, to: image, database)
    }
  }

  /// Writes the link that a reference makes to a file beside its holder, as soon as that was seen. What leads
  /// elsewhere is left to be resolved, and so is an image with several names: which of them its references
  /// start from is known in the end.
  private func link(
    _ image: Int64, _ ordinal: Int64, _ reference: SeenReference, to name: ArraySlice<UInt8>,
    in directory: Int64, _ database: Database
  ) throws {
    let link = SameDirectoryLinkCache.Link(
      holder: image, ordinal: ordinal, isBacking: reference.isBacking,
      place: .init(directory: directory, name: name))
    let target = try neighbours.target(of: link, leaving: { try rows.leave($0, database) })
    if let target { try add(link, to: target, database) }
  }

  private func add(
    _ link: SameDirectoryLinkCache.Link, to target: Int64, _ database: Database
  ) throws {
    if link.isBacking { chains.note(link.holder, at: link.ordinal, on: target) }
    try rows.add(link, to: target, database)
  }

  /// Leaves the links that wait for a neighbour to be resolved in the end.
  private func giveUpNeighbours(_ database: Database) throws {
    try neighbours.forget { try rows.leave($0, database) }
  }

  /// The image that a file with several names is, where another of them was seen.
  private func known(
    _ file: SeenFile, _ filesystem: Int64, _ database: Database
  ) throws -> Int64? {
    try rows.flushImages(database)
    sameFile.bind(Int64(bitPattern: file.inode), at: 1)
    sameFile.bind(filesystem, at: 2)
    sameFile.bind(file.birthTime, at: 3)
    guard try sameFile.next(database) else { return nil }
    defer { sameFile.reset() }
    return sameFile.integer(at: 0)
  }

  private func note(_ format: String) {
    if format != lastFormat { formats.insert(format) }
    lastFormat = format
  }

  private func count(_ file: SeenFile, _ image: Int64, in pool: Int64) {
    guard file.isImage, let format = file.header?.facts.format else {
      hasOthers = true
      return
    }
    imagesByPool[pool, default: 0] += 1
    guard !file.mayStandElsewhere else { return countedApart.append(image) }
    if counting?.pool != pool || counting?.format != format {
      countedBefore = counted
      let key = Holdings.Key(pool: pool, format: format.rawValue)
      counting = (pool, format, countedBefore.removeValue(forKey: key) ?? Holdings.Count())
    }
    let size = Int64(clamping: file.actualSize)
    if counting?.count.add(size: size) != true { countedApart.append(image) }
  }

  /// Images by pool and format, but those that are counted apart.
  var counted: [Holdings.Key: Holdings.Count] {
    var all = countedBefore
    if let counting {
      all[Holdings.Key(pool: counting.pool, format: counting.format.rawValue)] = counting.count
    }
    return all
  }
}

// MARK: - Links

extension Bulk {
  /// They were collected when they were read.
  func collectLinks(_ database: Database, scan: Int64) {}

  /// Writes the links that lead to what was seen, and leaves the others to be looked for.
  func writeLanded(_ database: Database) throws {
    let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM temp.relink")
    let landed = try RawStatement(
      database, sql: StatementText.text(PackageResources.write_landed_sql))
    landed.bind(Self.scan, at: 1)
    var landedCount = 0
    while try landed.next(database) {
      landedCount += 1
      guard landed.integer(at: 3) != 0 else { continue }
      chains.note(landed.integer(at: 0), at: landed.integer(at: 1), on: landed.integer(at: 2))
    }
    if landedCount == count {
      try database.execute(sql: "DELETE FROM temp.relink")
    } else {
      try database.run(PackageResources.leave_unlanded_sql)
    }
    if unreadableCount > 0 { try database.run(PackageResources.mark_unreadable_sql) }
  }

  func wroteLinks(_ database: Database, scan: Int64) throws {
    let links = try RawStatement(
      database,
      sql: """
        SELECT holder, ordinal, image FROM temp.relink
        WHERE image IS NOT NULL AND is_backing AND holder > 0
        """)
    while try links.next(database) {
      chains.note(links.integer(at: 0), at: links.integer(at: 1), on: links.integer(at: 2))
    }
    if hasOthers {
      try database.run(listingColumns: PackageResources.promote_files_sql, scan: scan)
    }
  }

  func overlayCounts(_ database: Database) -> [(image: Int64, overlays: Int64)] {
    chains.overlayCounts()
  }

  var noted: ReconciledScan.Noted? {
    .init(chains: chains, hasSeveralFormats: formats.count > 1)
  }
}
