internal import DiskImage
internal import GRDB

/// Writes what the first scan of a database sees while it is seen: every file is a new image, so there
/// is nothing to compare it with, and only some thousand files are staged at a time.
///
/// Used by one thread, in the transaction that the scan's end commits; until then nobody sees a row
/// of it. Marks what has to be judged in passing: most images have nothing that a finding could be
/// about.
final class FirstScan {
  /// The scan's number.
  static let number: Int64 = 1
  /// Files that are staged before they are written: enough that one statement writes many rows, few
  /// enough that they stay in memory.
  private static let batchSize = 4096

  /// What makes two directory entries one file.
  private struct FileKey: Hashable {
    let inode: UInt64
    let filesystem: Int64
    let birthTime: Int64?
  }

  private let sameFile: RawStatement
  private var nextImage: Int64 = 1
  private var staged = 0
  /// Staged files that may stand at another path too.
  private var stagedFiles: [FileKey: Int64] = [:]
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

  /// The writer for a database that knows no scan and no image; `nil` for another.
  init?(_ database: Database) throws {
    let isNew = try Bool.fetchOne(
      database,
      sql: "SELECT NOT EXISTS (SELECT 1 FROM scan) AND NOT EXISTS (SELECT 1 FROM image)")
    guard isNew == true else { return nil }
    sameFile = try RawStatement(
      database, sql: "SELECT id FROM image WHERE inode = ? AND filesystem = ? AND birth_time IS ?")
  }

  /// Whether a recorded format can differ from a detected one: not where there is one alone.
  var hasSeveralFormats: Bool { formats.count > 1 }

  /// Whether `imagesByPool` counts every image once, and nothing else.
  var isExact: Bool { !hasSeveralNames && !hasOthers }

  /// The number of images as the headers alone tell it.
  var imageCount: Int64 { imagesByPool.values.reduce(0, +) }

  /// The number of the image that a file is, and whether the file is the first that is it.
  func identify(
    _ file: SeenFile, filesystem: Int64, pool: Int64, _ database: Database
  ) throws -> (image: Int64, isFirst: Bool) {
    if file.facts == nil { unreadableCount += 1 }
    let key = FileKey(inode: file.inode, filesystem: filesystem, birthTime: file.birthTime)
    if file.mayStandElsewhere, let image = try known(key, database) {
      hasSeveralNames = true
      return (image, false)
    }
    let image = nextImage
    nextImage += 1
    if file.mayStandElsewhere { stagedFiles[key] = image }
    if let facts = file.facts { count(facts, hasDiskName: file.hasDiskName, pool) }
    return (image, true)
  }

  private func known(_ key: FileKey, _ database: Database) throws -> Int64? {
    if let image = stagedFiles[key] { return image }
    sameFile.bind(Int64(bitPattern: key.inode), at: 1)
    sameFile.bind(key.filesystem, at: 2)
    sameFile.bind(key.birthTime, at: 3)
    guard try sameFile.next(database) else { return nil }
    defer { sameFile.reset() }
    return sameFile.integer(at: 0)
  }

  private func count(_ facts: ImageFacts, hasDiskName: Bool, _ pool: Int64) {
    formats.insert(facts.format.rawValue)
    if facts.isImage(hasDiskName: hasDiskName) {
      imagesByPool[pool, default: 0] += 1
    } else {
      hasOthers = true
    }
  }

  /// A reference was staged that states a format for its target.
  func note(statedFormat format: String?) {
    if let format { formats.insert(format) }
  }

  /// A file was staged; writes what is, once it is enough.
  func staged(_ database: Database) throws {
    staged += 1
    if staged >= Self.batchSize { try write(database) }
  }

  /// Writes what is staged.
  func write(_ database: Database) throws {
    try database.run(PackageResources.first_files_sql, ["scan": Self.number])
    staged = 0
    stagedFiles.removeAll(keepingCapacity: true)
  }
}
