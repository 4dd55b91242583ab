internal import DiskImage
internal import GRDB

/// Writes what the first scan of a database sees straight into its tables: every file is a new image,
/// so there is nothing to compare it with, and nothing is staged first.
///
/// Used by one thread, in the transaction that the scan's end commits; until then nobody sees a row
/// of it. Marks what has to be judged while the headers are at hand: most images have nothing that a
/// finding could be about.
final class FirstScan {
  /// The scan's number.
  static let number: Int64 = 1
  /// Bytes of a backing name from which on it is judged; no finding is about a shorter one.
  private static let longName = 895

  private let image: RawStatement
  private let sameFile: RawStatement
  private let severalNames: RawStatement
  private let place: RawStatement
  private let state: RawStatement
  private let file: RawStatement
  private let reference: RawStatement
  private let link: RawStatement
  private let touched: RawStatement
  private var nextImage: Int64 = 1
  /// Images in each pool by their first place; exact as long as no image has several names and no
  /// other file turns out to be used as a disk.
  private(set) var imagesByPool: [Int64: Int64] = [:]
  /// Files that could not be read.
  private(set) var unreadableCount: Int64 = 0
  /// Whether any image stands at several paths.
  private(set) var hasSeveralNames = false
  /// Whether any file is not recognised as an image.
  private(set) var hasOthers = false
  /// Formats that headers show, and those that references record for their targets.
  private var formats: Set<String> = []

  /// Whether a recorded format can differ from a detected one: not where there is one alone.
  var hasSeveralFormats: Bool { formats.count > 1 }

  /// The writer for a database that knows no scan and no image; `nil` for another.
  init?(_ database: Database) throws {
    let isNew = try Bool.fetchOne(
      database,
      sql: "SELECT NOT EXISTS (SELECT 1 FROM scan) AND NOT EXISTS (SELECT 1 FROM image)")
    guard isNew == true else { return nil }
    func statement(_ sql: String) throws -> RawStatement { try RawStatement(database, sql: sql) }
    image = try statement(Self.insertImage)
    sameFile = try statement(
      "SELECT id FROM image WHERE inode = ? AND filesystem = ? AND birth_time IS ?")
    severalNames = try statement("INSERT OR IGNORE INTO temp.several_names VALUES (?)")
    place = try statement(Self.insertPlace)
    state = try statement(Self.insertState)
    file = try statement(Self.insertFile)
    reference = try statement(Self.insertReference)
    link = try statement("INSERT INTO temp.relink VALUES (?, ?, ?, ?, ?, ?, NULL)")
    touched = try statement("INSERT OR IGNORE INTO temp.touched VALUES (?)")
  }

  /// Whether `imagesByPool` counts every image once, and nothing else.
  var isExact: Bool { !hasSeveralNames && !hasOthers }

  /// The number of images as the headers alone tell it.
  var imageCount: Int64 { imagesByPool.values.reduce(0, +) }

  /// Takes up a file; a reference's directory is numbered by `stage`.
  func add(
    _ found: SeenFile, in directory: Int64, filesystem: Int64, pool: Int64, _ stage: Stage,
    _ database: Database
  ) throws {
    if found.facts == nil { unreadableCount += 1 }
    if let image = try known(found, filesystem, database) {
      hasSeveralNames = true
      severalNames.bind(image, at: 1)
      try severalNames.run(database)
      return try add(placeOf: image, found, in: directory, database)
    }
    let number = nextImage
    nextImage += 1
    try add(image: number, found, filesystem, database)
    try add(placeOf: number, found, in: directory, database)
    try add(fileOf: number, found, database)
    guard let facts = found.facts else { return }
    state.bind(number, at: 1)
    try stage.bind(facts, hasDiskName: found.hasDiskName, to: state, from: 2, database)
    state.bind(found.headerDigest, at: 13)
    state.bind(facts.ownUUID, at: 14)
    state.bind(facts.mark(of: .own), at: 15)
    state.bind(facts.mark(of: .parent), at: 16)
    try state.run(database)
    if facts.isImage(hasDiskName: found.hasDiskName) {
      imagesByPool[pool, default: 0] += 1
    } else {
      hasOthers = true
    }
    try mark(facts, number, database)
    try add(referencesOf: number, facts, found.targets, stage, database)
  }

  /// The image of a file that was met at another path.
  private func known(
    _ found: SeenFile, _ filesystem: Int64, _ database: Database
  ) throws -> Int64? {
    guard found.mayStandElsewhere else { return nil }
    sameFile.bind(Int64(bitPattern: found.inode), at: 1)
    sameFile.bind(filesystem, at: 2)
    sameFile.bind(found.birthTime, at: 3)
    guard try sameFile.next(database) else { return nil }
    defer { sameFile.reset() }
    return sameFile.integer(at: 0)
  }

  /// Judged are images of which the header says something unusual, and those that record nothing, or
  /// much, of what they refer to.
  private func mark(_ facts: ImageFacts, _ number: Int64, _ database: Database) throws {
    formats.insert(facts.format.rawValue)
    let isUnusual =
      facts.isDirty || facts.isCorrupt || facts.fault != nil || !facts.unknownFeatures.isEmpty
    let isTelling = facts.references.contains {
      $0.recordedFormat == nil || $0.stored.count >= Self.longName
    }
    guard isUnusual || isTelling || facts.mark(of: .parent) != nil else { return }
    touched.bind(number, at: 1)
    try touched.run(database)
  }
}

// MARK: - Rows

extension FirstScan {
  private static let insertImage = """
    INSERT INTO image (id, first_scan, filesystem, inode, birth_time, sample)
    VALUES (?, \(number), ?, ?, ?, ?)
    """
  private static let insertPlace = """
    INSERT INTO place (directory, name, from_scan, image, signature) VALUES (?, ?, \(number), ?, ?)
    """
  private static let insertState = """
    INSERT INTO image_state (
      image, from_scan, kind, format, content, virtual_size, cluster_size, is_encrypted, is_dirty,
      is_corrupt, unknown_feature, fault, detail, header_digest, own_uuid, own_mark, parent_mark)
    VALUES (?, \(number), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  private static let insertFile = """
    INSERT INTO file_state (
      image, from_scan, file_size, actual_size, modified, changed, is_in_use, is_readable)
    VALUES (?, \(number), ?, ?, ?, ?, ?, ?)
    """
  private static let insertReference = """
    INSERT INTO reference (
      holder, ordinal, from_scan, role, stored, recorded_format, format_in_reference)
    VALUES (?, ?, \(number), ?, ?, ?, ?)
    """

  private func add(
    image number: Int64, _ found: SeenFile, _ filesystem: Int64, _ database: Database
  ) throws {
    image.bind(number, at: 1)
    image.bind(filesystem, at: 2)
    image.bind(Int64(bitPattern: found.inode), at: 3)
    image.bind(found.birthTime, at: 4)
    image.bind(found.sample, at: 5)
    try image.run(database)
  }

  private func add(
    placeOf number: Int64, _ found: SeenFile, in directory: Int64, _ database: Database
  ) throws {
    place.bind(directory, at: 1)
    place.bind(blob: found.name, at: 2)
    place.bind(number, at: 3)
    place.bind(found.signature, at: 4)
    try place.run(database)
  }

  private func add(fileOf number: Int64, _ found: SeenFile, _ database: Database) throws {
    file.bind(number, at: 1)
    file.bind(Int64(clamping: found.fileSize), at: 2)
    file.bind(Int64(clamping: found.actualSize), at: 3)
    file.bind(found.modified, at: 4)
    file.bind(found.changed, at: 5)
    file.bind(found.isInUse, at: 6)
    file.bind(found.facts != nil, at: 7)
    try file.run(database)
  }

  private func add(
    referencesOf holder: Int64, _ facts: ImageFacts, _ targets: [ReferenceTarget], _ stage: Stage,
    _ database: Database
  ) throws {
    for (ordinal, stored) in facts.references.enumerated() {
      let target = ordinal < targets.count ? targets[ordinal] : ReferenceTarget()
      let recorded = stored.recordedFormat.map { PathBytes($0).displayText }
      if let format = recorded ?? target.formatInReference { formats.insert(format) }
      reference.bind(holder, at: 1)
      reference.bind(Int64(ordinal), at: 2)
      reference.bind(stored.role.rawValue, at: 3)
      reference.bind(blob: stored.stored, at: 4)
      reference.bind(recorded, at: 5)
      reference.bind(target.formatInReference, at: 6)
      try reference.run(database)
      let goal = LinkGoal(target)
      link.bind(holder, at: 1)
      link.bind(Int64(ordinal), at: 2)
      link.bind(stored.role == .backing || stored.role == .parent, at: 3)
      link.bind(try goal.path.map { try stage.number(ofDirectory: $0.directory, database) }, at: 4)
      link.bind(blob: goal.path.map { Array($0.name) }, at: 5)
      link.bind(goal.state?.rawValue, at: 6)
      try link.run(database)
    }
  }
}
