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
final class FirstScan {
  /// The scan's number.
  static let number: Int64 = 1

  private let rows: FirstScanRows
  private let isRemarkable: (SeenFile) -> Bool
  private let sameFile: RawStatement
  private var neighbours = SameDirectoryLinkCache()
  /// Chains, as far as links are resolved.
  var chains = BackingLinks()
  private var nextImage: Int64 = 1
  /// Images in each pool by their first place; exact as long as no image has several names and no
  /// other file turns out to be used as a disk.
  private(set) var imagesByPool: [Int64: Int64] = [:]
  /// Images of each pool and format that stand in one place.
  private var counted: [Holdings.Key: Holdings.Count] = [:]
  /// Those of the format and pool that came last.
  private var counting: (pool: Int64, format: ImageFormat, count: Holdings.Count)?
  /// Images that may stand in several places, and are not among those.
  private(set) var countedApart: [Int64] = []
  /// Files that could not be read.
  private(set) var unreadableCount: Int64 = 0
  /// Whether any image stands at several paths.
  private(set) var hasSeveralNames = false
  /// Whether any image has several names for its parent.
  private(set) var hasParentNames = false
  /// Whether any file is not recognised as an image.
  private(set) var hasOthers = false
  /// Formats that headers show, and those that references record for their targets.
  private var formats: Set<String> = []
  private var lastFormat = ""

  /// The writer for a database that knows no scan and no image; `nil` for another.
  init?(_ database: Database, noting isRemarkable: @escaping (SeenFile) -> Bool) throws {
    let isNew = try Bool.fetchOne(
      database,
      sql: "SELECT NOT EXISTS (SELECT 1 FROM scan) AND NOT EXISTS (SELECT 1 FROM image)")
    guard isNew == true else { return nil }
    self.isRemarkable = isRemarkable
    rows = try FirstScanRows(database, scan: Self.number)
    sameFile = try RawStatement(
      database, sql: "SELECT id FROM image WHERE inode = ? AND filesystem = ? AND birth_time IS ?")
  }

  /// Whether a recorded format can differ from a detected one: not where there is one alone.
  var hasSeveralFormats: Bool { formats.count > 1 }

  /// Whether `imagesByPool` counts every image once, and nothing else.
  var isExact: Bool { !hasSeveralNames && !hasOthers }

  /// The number of images as the headers alone tell it.
  var imageCount: Int64 { imagesByPool.values.reduce(0, +) }

  /// Writes a file: a new image, or another name of one.
  func write(
    _ file: SeenFile, in directory: Int64, filesystem: Int64, pool: Int64, _ stage: Stage,
    _ database: Database
  ) throws {
    if file.header == nil { unreadableCount += 1 }
    if file.mayStandElsewhere, let image = try known(file, filesystem, database) {
      hasSeveralNames = true
      try rows.note(severalNames: image, database)
      return try add(name: file, in: directory, of: image, database)
    }
    let image = nextImage
    nextImage += 1
    try rows.add(
      image: image, file, filesystem: filesystem,
      ownership: stage.number(of: file.ownership, database), database)
    try add(name: file, in: directory, of: image, database)
    if isRemarkable(file) { try rows.touch(image, database) }
    guard let header = file.header else { return }
    note(header.facts.format.rawValue)
    if !header.facts.parentNames.isEmpty { hasParentNames = true }
    count(file, image, in: pool)
    try rows.add(
      header, of: image, isImage: file.isImage, detail: stage.number(ofDetail: file, database),
      database)
    try stage.forEachReference(of: header, database) { reference, target, ordinal in
      try rows.add(reference, ordinal: ordinal, of: image, database)
      // Of a parent with several names the identities decide, when all of them are known.
      let isOnlyName = header.facts.parentNames.isEmpty || !reference.isBacking
      if target == directory, let name = reference.name, !file.mayStandElsewhere, isOnlyName {
        try link(image, ordinal, reference, to: name, in: directory, database)
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
      counted = holdings
      let key = Holdings.Key(pool: pool, format: format.rawValue)
      counting = (pool, format, counted.removeValue(forKey: key) ?? Holdings.Count())
    }
    let size = Int64(clamping: file.actualSize)
    if counting?.count.add(size: size) != true { countedApart.append(image) }
  }

  /// Images by pool and format, but those that are counted apart.
  var holdings: [Holdings.Key: Holdings.Count] {
    var all = counted
    if let counting {
      all[Holdings.Key(pool: counting.pool, format: counting.format.rawValue)] = counting.count
    }
    return all
  }
}
