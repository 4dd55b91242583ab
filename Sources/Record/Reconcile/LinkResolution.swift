internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Finds out where the links of `temp.relink` land: in the inventory where they can, and by a look
/// at the host where the inventory does not have the target. Nothing is called missing unseen.
struct LinkResolution {
  let database: Database
  let stage: Stage
  let oracle: PathOracle
  /// The pools that the scan was asked for; whether it walked them.
  let pools: [Int64: Bool]
  private let targets: TargetFiles

  init(_ database: Database, stage: Stage, oracle: PathOracle, pools: [Int64: Bool]) {
    self.database = database
    self.stage = stage
    self.oracle = oracle
    self.pools = pools
    targets = TargetFiles(database, stage: stage, oracle: oracle)
  }

  /// A link of which the host could not say where it leads.
  struct Unasked {
    /// Whose link it is: an image, or a domain (below 0).
    let holder: Int64
    /// Where it leads, and why that could not be looked at.
    let problem: ScanProblem
  }

  /// Finds out which directories of pools the links lead to.
  func land() throws {
    try restateHoldersOfSeveralNames()
    if stage.sink.mayHaveParentNames {
      try ParentNames(database: database, oracle: oracle, directory: directory).restate()
    }
    try database.run(PackageResources.land_links_sql)
  }

  /// Finds out where they lead.
  /// - Returns: links that could not be asked for, one for each target; they keep what was wrong with them, and what
  /// was right is not known.
  func resolve() throws -> [Unasked] {
    try database.run(PackageResources.resolve_links_sql)
    return try lookForTheRest()
  }

  /// An image with several names is opened by the first in byte order, wherever it was read.
  private func restateHoldersOfSeveralNames() throws {
    let references = try Row.fetchAll(
      database,
      sql: """
        SELECT reference.holder, reference.ordinal, reference.role, reference.stored,
          image_state.format
        FROM (
          SELECT image FROM temp.closed_place UNION SELECT image FROM temp.seen WHERE is_elsewhere
          UNION SELECT image FROM temp.several_names
        ) AS holder
        JOIN reference ON reference.holder = holder.image AND reference.until_scan IS NULL
        JOIN image_state ON image_state.image = holder.image AND image_state.until_scan IS NULL
        """)
    var homes: [Int64: PathBytes?] = [:]
    for row in references {
      let holder: Int64 = row["holder"]
      let known = try homes[holder] ?? homeDirectory(of: holder)
      homes[holder] = .some(known)
      guard let home = known else { continue }
      guard let role = ReferenceRole(rawValue: row["role"]) else { continue }
      let format = ImageFormat(rawValue: row["format"]) ?? .raw
      let goal = LinkDestination(
        ReferenceTarget(
          parsing: Array(row["stored"] as Data), as: role, heldBy: format, in: home.bytes))
      try database.execute(
        sql: """
          INSERT OR REPLACE INTO temp.relink (holder, ordinal, is_backing, directory, name, state)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          row["holder"], row["ordinal"], role == .backing || role == .parent,
          try goal.path.map { try directory($0.directory) },
          goal.path.map { Data($0.name) }, goal.state?.rawValue,
        ])
    }
  }

  private func homeDirectory(of image: Int64) throws -> PathBytes? {
    try Data.fetchOne(
      database,
      sql: """
        SELECT directory.path FROM place JOIN directory ON directory.id = place.directory
        WHERE place.image = ? AND place.until_scan IS NULL
        ORDER BY directory.path, place.name LIMIT 1
        """, arguments: [image]
    ).map { PathBytes($0) }
  }

  /// The number of a directory that nothing named before, written at once.
  private func directory(_ path: PathBytes) throws -> Int64 {
    let number = try stage.number(ofDirectory: path, database)
    try stage.writeNames(database)
    return number
  }

  private func lookForTheRest() throws -> [Unasked] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT relink.holder, relink.ordinal, relink.name, link.state AS old,
          link.target_image AS old_image, link.target_filesystem, link.target_inode, reference.stored, walked.pool, filesystem.identity,
          -- Where the directory really is, as last seen: a way to it by what could not be seen says nothing.
          coalesce(real.path, directory.path) AS path
        FROM temp.relink JOIN directory ON directory.id = relink.directory
        LEFT JOIN directory_state AS named ON named.directory = relink.directory
          AND named.until_scan IS NULL
        LEFT JOIN directory AS real ON real.id = named.canonical
        LEFT JOIN directory_state AS walked ON walked.directory = (
          SELECT landing.real FROM temp.landing WHERE landing.directory = relink.directory)
          AND walked.until_scan IS NULL
        LEFT JOIN filesystem ON filesystem.id = walked.filesystem
        LEFT JOIN link ON link.holder = relink.holder AND link.ordinal = relink.ordinal
          AND link.until_scan IS NULL
        LEFT JOIN reference ON reference.holder = relink.holder
          AND reference.ordinal = relink.ordinal AND reference.until_scan IS NULL
        WHERE relink.state IS NULL
        """)
    var seen: [PathBytes: PathOracle.Presence] = [:]
    var unasked: [Unasked] = []
    let update = try database.cachedStatement(
      sql: """
        UPDATE temp.relink SET state = ?, image = ?, target_filesystem = ?, target_inode = ?
        WHERE holder = ? AND ordinal = ?
        """)
    for row in rows {
      let path = PathBytes(directory: row["path"], name: row["name"])
      let known = seen[path]
      let presence = known ?? oracle.presence(path)
      seen[path] = presence
      if known == nil, case .failed(let reason) = presence {
        let problem = ScanProblem(filename: path, message: reason)
        unasked.append(Unasked(holder: row["holder"], problem: problem))
      }
      let old = (row["old"] as String?).flatMap(LinkState.init)
      var verdict = try judge(presence, old: old, oldImage: row["old_image"])
      if case .missing = presence {
        verdict = judge(
          missing: path, in: row["pool"], on: row["identity"], old: old, row["old_image"])
      }
      if case .directory(let real) = presence {
        verdict.state = try judge(directory: real, of: row["holder"], row["stored"])
      }
      var file: TargetFile?
      switch presence {
      case .present(let real, _) where verdict.image == nil:
        file = try targets.file(at: real)
      // It was not looked at, and is what it was.
      case .unseen, .failed: file = TargetFile(row["target_filesystem"], row["target_inode"])
      default: break
      }
      try update.execute(
        arguments: [
          verdict.state.rawValue, verdict.image, file?.filesystem, file?.inode, row["holder"],
          row["ordinal"],
        ])
    }
    return unasked
  }

  private func judge(
    _ presence: PathOracle.Presence, old: LinkState?, oldImage: Int64?
  ) throws -> (state: LinkState, image: Int64?) {
    switch presence {
    case .unseen, .failed: return (Self.unasked(old), oldImage)
    case .missing: return (.missing, nil)
    case .directory: return (.unreadable, nil)
    case .present(let real, let isReadable):
      if let image = try image(at: real) { return (isReadable ? .ok : .unreadable, image) }
      if let known = try knownFile(at: real) {
        return (known.stands ? (isReadable ? .ok : .unreadable) : .unknown, known.image)
      }
      // It came after its pool was scanned: the next scan will know it.
      if !isReadable { return (.unreadable, nil) }
      return (try isInAPoolNotWalkedNow(real) ? .unknown : .outsidePools, nil)
    }
  }

  /// The state of a link whose target nobody could look at. A link that was in order becomes unknown, so that the next
  /// scan resolves it again.
  private static func unasked(_ old: LinkState?) -> LinkState {
    old.map { $0 == .ok ? .unknown : $0 } ?? .unknown
  }

  /// What is not there, in a pool that the scan was not asked for, is missing only where its file system is there:
  /// the nearest directory above it that is there lies on it. Else it is what it was.
  private func judge(
    missing path: PathBytes, in pool: Int64?, on filesystem: String?,
    old: LinkState?, _ oldImage: Int64?
  ) -> (state: LinkState, image: Int64?) {
    guard let pool, pools[pool] == nil else { return (.missing, nil) }
    return filesystem != nil && oracle.filesystemAbove(path) == filesystem
      ? (.missing, nil) : (Self.unasked(old), oldImage)
  }

  /// A directory is no image, but a domain may share one, and an image show one as a disk (`fat:`).
  private func judge(
    directory path: PathBytes, of holder: Int64, _ stored: Data?
  ) throws -> LinkState {
    guard holder > 0 else { return .outsidePools }
    let target = ReferenceTarget(
      parsing: stored.map { Array($0) } ?? [], in: [UInt8(ascii: "/")])
    guard target.type == .dir else { return .unreadable }
    let isInAPool = try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM directory
          JOIN directory_state ON directory_state.canonical = directory.id
            AND directory_state.until_scan IS NULL AND directory_state.pool IS NOT NULL
          WHERE directory.path = ?)
        """, arguments: [path.databaseValue])
    return isInAPool == true ? .ok : .outsidePools
  }

  private func image(at path: PathBytes) throws -> Int64? {
    try Int64.fetchOne(
      database,
      sql: """
        SELECT place.image FROM directory AS named
        JOIN directory_state AS walked ON walked.canonical = named.id
          AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
        JOIN place ON place.directory = walked.directory
        WHERE named.path = ? AND place.name = ? AND place.until_scan IS NULL LIMIT 1
        """, arguments: [path.directory.databaseValue, Data(path.name)])
  }

  /// The image whose file stands at a path without being known there: the file has another name in a pool, or is
  /// mounted over another. Whether it is the one in the pool is for the host to say; not, where nobody looked there.
  private func knownFile(at path: PathBytes) throws -> (image: Int64, stands: Bool)? {
    guard let file = try targets.file(at: path) else { return nil }
    let places = try Row.fetchAll(
      database,
      sql: """
        SELECT place.image, directory.path, place.name, walked.pool
        FROM image
        CROSS JOIN place ON place.image = image.id AND place.until_scan IS NULL
        CROSS JOIN directory_state AS walked ON walked.directory = place.directory
          AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
        CROSS JOIN directory ON directory.id = coalesce(walked.canonical, walked.directory)
        WHERE image.inode = ? AND image.filesystem = ? ORDER BY image.id DESC, directory.path, place.name
        """, arguments: [file.inode, file.filesystem])
    for row in places
    where oracle.isSame(PathBytes(directory: row["path"], name: row["name"]), path) {
      return (row["image"], true)
    }
    return places.first { pools[$0["pool"]] != true }.map { ($0["image"], false) }
  }

  /// Whether a path lies in a pool that this scan did not walk: in it, or in a directory that is newer than what is
  /// known of the pool.
  private func isInAPoolNotWalkedNow(_ path: PathBytes) throws -> Bool {
    var above = path.directory
    while true {
      let pool = try Int64.fetchOne(
        database,
        sql: """
          SELECT directory_state.pool FROM directory
          JOIN directory_state ON directory_state.canonical = directory.id
            AND directory_state.until_scan IS NULL AND directory_state.pool IS NOT NULL
          WHERE directory.path = ?
          """, arguments: [above.databaseValue])
      if let pool { return pools[pool] != true }
      let next = above.directory
      if next == above { return false }
      above = next
    }
  }
}

/// A file that stands at no place that is known.
private struct TargetFile {
  /// The number of its file system.
  let filesystem: Int64
  let inode: Int64

  init(_ filesystem: Int64, _ inode: Int64) {
    (self.filesystem, self.inode) = (filesystem, inode)
  }

  init?(_ filesystem: Int64?, _ inode: Int64?) {
    guard let filesystem, let inode else { return nil }
    self.init(filesystem, inode)
  }
}

/// The files at paths; each is asked for once, however many links lead to it.
private final class TargetFiles {
  private let database: Database
  private let stage: Stage
  private let oracle: PathOracle
  private var known: [PathBytes: TargetFile?] = [:]

  init(_ database: Database, stage: Stage, oracle: PathOracle) {
    (self.database, self.stage, self.oracle) = (database, stage, oracle)
  }

  func file(at path: PathBytes) throws -> TargetFile? {
    if let file = known[path] { return file }
    let file = try oracle.file(path).map { file in
      let filesystem = try stage.number(ofFilesystem: file.filesystem, database)
      try stage.writeNames(database)
      return TargetFile(filesystem, Int64(bitPattern: file.inode))
    }
    known[path] = .some(file)
    return file
  }
}
